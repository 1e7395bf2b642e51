package dev.corral.jcache.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.corral.jcache.fixtures.Certificates;
import dev.corral.jcache.fixtures.SpecialServer;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted connections: PEM files, and the reasons why a handshake fails. */
class TlsTest {

  private static final Duration LIMIT = Duration.ofMillis(3_500);

  @TempDir private Path directory;

  private final CorralCachingProvider provider = new CorralCachingProvider();

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void pemFiles_trustAndClientCertificate_connect() throws Exception {
    Certificates own = Certificates.create(directory, "EC", "ip:127.0.0.1");
    Certificates client = Certificates.create(directory, "RSA", "dns:client");
    int port = SpecialServer.freePort();
    try (SpecialServer server = start(port, own, client, "yes")) {
      Properties files = new Properties();
      files.put("corral.redis.truststore", own.certificateFile().toString());
      files.put("corral.redis.keystore", client.bothFile().toString());
      Cache<String, String> cache = create(port, files);
      cache.put("k", "v");
      assertThat(cache.get("k")).isEqualTo("v");
      assertThat(server.address().port()).isNotEqualTo(port);
    }
  }

  @Test
  void handshake_refused_namesTheCauseAndTheSetting() throws Exception {
    Certificates own = Certificates.create(directory, "EC", "ip:127.0.0.1");
    Certificates other = Certificates.create(directory, "EC", "dns:other");
    int port = SpecialServer.freePort();
    try (SpecialServer server = start(port, own, own, "yes")) {
      Properties files = new Properties();
      assertThat(refusal("rediss", port, files))
          .contains("PKIX path building failed", "corral.redis.truststore");
      files.put("corral.redis.truststore", other.certificateFile().toString());
      assertThat(refusal("rediss", port, files)).contains("PKIX path", "corral.redis.truststore");
      files.put("corral.redis.truststore", own.certificateFile().toString());
      assertThat(refusal("rediss", port, files)).contains("alert", "corral.redis.keystore");
      assertThat(refusal("redis", port, new Properties()))
          .contains("expects TLS", "Write rediss instead of redis");
      assertThat(server.call("PING")).isEqualTo("+PONG");
    }
  }

  @Test
  void certificate_hasExpired_isRefusedAndSaysSo() throws Exception {
    Certificates own = Certificates.expired(directory);
    int port = SpecialServer.freePort();
    try (SpecialServer server = start(port, own, own, "no")) {
      Properties files = new Properties();
      files.put("corral.redis.truststore", own.authorityFile().toString());
      assertThat(refusal("rediss", port, files)).contains("expired");
      assertThat(server.call("PING")).isEqualTo("+PONG");
    }
  }

  @Test
  void hostname_differsFromTheCertificate_isRefusedUnlessSwitchedOff() throws Exception {
    Certificates own = Certificates.create(directory, "EC", "dns:redis.shop.example");
    int port = SpecialServer.freePort();
    try (SpecialServer server = start(port, own, own, "no")) {
      Properties files = new Properties();
      files.put("corral.redis.truststore", own.certificateFile().toString());
      assertThat(refusal("rediss", port, files))
          .contains("another name", "corral.redis.verify-hostname=false");
      files.put("corral.redis.verify-hostname", "false");
      create(port, files).put("k", "v");
      assertThat(server.call("EXISTS {c}:k")).isEqualTo(":1");
    }
  }

  @Test
  void files_thatCannotBeUsed_nameTheFileAndTheSetting() throws Exception {
    Certificates own = Certificates.create(directory, "EC", "dns:own");
    Properties files = new Properties();
    files.put("corral.redis.truststore", own.store().toString());
    files.put("corral.redis.truststore-password", "wr0ng");
    assertThat(refusal("rediss", 1, files))
        .contains("store.p12", "corral.redis.truststore-password", "password was incorrect")
        .doesNotContain("wr0ng");
    files.remove("corral.redis.truststore-password");
    files.put(
        "corral.redis.truststore",
        Files.writeString(directory.resolve("empty.pem"), "-----BEGIN NOTHING").toString());
    assertThat(refusal("rediss", 1, files))
        .contains("empty.pem", "corral.redis.truststore", "no certificate");
  }

  private SpecialServer start(
      int port, Certificates own, Certificates authority, String authenticatesClients)
      throws Exception {
    try {
      return SpecialServer.start(
          directory,
          "--tls-port %d --tls-auth-clients %s --tls-cert-file %s --tls-key-file %s"
                  .formatted(port, authenticatesClients, own.certificateFile(), own.keyFile())
              + " --tls-ca-cert-file "
              + authority.certificateFile());
    } catch (IOException e) {
      return abort("This server was built without TLS: " + e.getMessage());
    }
  }

  private String refusal(String scheme, int port, Properties files) {
    long start = System.nanoTime();
    Throwable refusal = catchThrowable(() -> create(scheme, port, files));
    assertThat(refusal).isInstanceOf(CacheException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
    assertThat(refusal.getMessage()).hasLineCount(1);
    provider.close();
    return String.valueOf(refusal.getMessage());
  }

  private Cache<String, String> create(int port, Properties files) {
    return create("rediss", port, files);
  }

  private Cache<String, String> create(String scheme, int port, Properties files) {
    URI uri = URI.create("%s://:%s@127.0.0.1:%d".formatted(scheme, SpecialServer.PASSWORD, port));
    return provider
        .getCacheManager(uri, null, files)
        .createCache(
            "c", new MutableConfiguration<String, String>().setTypes(String.class, String.class));
  }
}
