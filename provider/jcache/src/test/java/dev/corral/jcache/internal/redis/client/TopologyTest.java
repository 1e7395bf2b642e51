package dev.corral.jcache.internal.redis.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.internal.redis.embedded.BundledServer;
import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import dev.corral.jcache.internal.redis.embedded.ServerProcess;
import dev.corral.jcache.internal.redis.settings.ClientOptions;
import dev.corral.jcache.internal.redis.settings.Credentials;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.RedisSettingsFixture;
import dev.corral.jcache.internal.redis.settings.Sentinel;
import dev.corral.jcache.internal.redis.settings.Servers;
import dev.corral.jcache.internal.redis.settings.Tls;
import dev.corral.jcache.internal.redis.settings.Topology;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.api.RTopic;

/** Connects to a cluster of one node, to a sentinel, and to a server with TLS. */
final class TopologyTest {

  private static final String PASSWORD = "secret";

  private static final String STORE_PASSWORD = "changeit";

  private static final ClientOptions NAMED_CLIENT =
      new ClientOptions(Duration.ofSeconds(2), Duration.ofSeconds(1), 4, "shop");

  @TempDir private Path directory;

  @Test
  void open_cluster_storesAndReceivesMessages() throws Exception {
    ServerProcess node = start("--cluster-enabled yes --cluster-announce-ip 127.0.0.1");
    try {
      for (int first = 0; first < 16_384; first += 4096) {
        String slots =
            IntStream.range(first, first + 4096)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" "));
        assertThat(command(node, "CLUSTER ADDSLOTS " + slots)).isEqualTo("+OK");
      }
      await().until(() -> !command(node, "GET x").startsWith("-CLUSTERDOWN"));

      assertWorks(settings(Topology.CLUSTER, node.address(), Tls.OFF));
    } finally {
      node.stop();
    }
  }

  @Test
  void open_sentinel_storesAndReceivesMessagesAtTheMaster() throws Exception {
    try (RedisUnderTest master = RedisUnderTest.ownServer()) {
      ServerProcess sentinel = start("--sentinel");
      try {
        String address = "127.0.0.1 " + master.address().port();
        assertThat(command(sentinel, "SENTINEL MONITOR shop " + address + " 1")).isEqualTo("+OK");
        String password = master.credentials().password();
        assertThat(command(sentinel, "SENTINEL SET shop auth-pass " + password)).isEqualTo("+OK");

        RedisSettings settings =
            new RedisSettings(
                new Servers(
                    Topology.SENTINEL,
                    List.of(sentinel.address()),
                    new Sentinel("shop", new Credentials(null, PASSWORD))),
                2,
                master.credentials(),
                Tls.OFF,
                NAMED_CLIENT,
                null);
        assertWorks(settings);
      } finally {
        sentinel.stop();
      }
    }
  }

  @Test
  void open_tls_trustsOnlyTheTruststore() throws Exception {
    Path store = certificateOfServer();
    HostAndPort address = new HostAndPort("127.0.0.1", freePort());
    ServerProcess server =
        start(
            "--tls-port %d --tls-auth-clients no --tls-cert-file %s --tls-key-file %s"
                    .formatted(
                        address.port(), directory.resolve("cert.pem"), directory.resolve("key.pem"))
                + " --tls-ca-cert-file "
                + directory.resolve("cert.pem"));
    try {
      Tls trusting = new Tls(true, store, STORE_PASSWORD, null, null, true);
      assertWorks(settings(Topology.SINGLE, address, trusting));
      assertThatThrownBy(
              () -> SharedRedis.open(settings(Topology.SINGLE, address, RedisSettingsFixture.TLS)))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("TLS: on");
    } finally {
      server.stop();
    }
  }

  private Path certificateOfServer() throws Exception {
    Path store = directory.resolve("store.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                List.of(
                    (keytool
                            + " -genkeypair -alias redis -keyalg EC -dname CN=redis -validity 2"
                            + " -ext san=ip:127.0.0.1 -storetype PKCS12 -storepass "
                            + STORE_PASSWORD
                            + " -keystore "
                            + store)
                        .split(" ", -1)))
            .redirectErrorStream(true)
            .start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).doesNotContain("error");
    assertThat(process.waitFor()).isZero();
    char[] password = STORE_PASSWORD.toCharArray();
    KeyStore keys = KeyStore.getInstance(store.toFile(), password);
    pem("cert.pem", "CERTIFICATE", keys.getCertificate("redis").getEncoded());
    pem("key.pem", "PRIVATE KEY", keys.getKey("redis", password).getEncoded());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("redis", keys.getCertificate("redis"));
    Path truststore = directory.resolve("trusted.p12");
    try (OutputStream out = Files.newOutputStream(truststore)) {
      trusted.store(out, password);
    }
    return truststore;
  }

  private void pem(String file, String kind, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, text, kind),
        UTF_8);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
      return socket.getLocalPort();
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  @Test
  void open_serverWithoutClusterMode_namesTheCluster() {
    try (RedisUnderTest server = RedisUnderTest.ownServer()) {
      RedisSettings settings =
          RedisSettingsFixture.of(
              new Servers(Topology.CLUSTER, List.of(server.address()), null),
              server.credentials(),
              Tls.OFF);
      assertThatThrownBy(() -> SharedRedis.open(settings))
          .isInstanceOf(CacheException.class)
          .hasMessageContainingAll("not a node of a Redis Cluster", server.address().toString());
    }
  }

  private static void assertWorks(RedisSettings settings) {
    try (SharedRedis redis = SharedRedis.open(settings)) {
      redis.client().getBucket("key").set("value".getBytes(UTF_8));
      assertThat(redis.client().getBucket("key").get()).isEqualTo("value".getBytes(UTF_8));
      RTopic topic = redis.client().getTopic("news");
      AtomicInteger received = new AtomicInteger();
      topic.addListener(byte[].class, (channel, message) -> received.incrementAndGet());
      topic.publish(new byte[1]);
      await().until(() -> received.get() == 1);
    }
  }

  private static RedisSettings settings(Topology topology, HostAndPort address, Tls tls) {
    return new RedisSettings(
        new Servers(topology, List.of(address), null),
        0,
        new Credentials(null, PASSWORD),
        tls,
        NAMED_CLIENT,
        null);
  }

  /** Starts the server with more options, by a script that replaces the program. */
  private ServerProcess start(String options) throws IOException {
    Path named = RedisUnderTest.program();
    Path program = named == null ? BundledServer.unpack(directory) : named;
    Path script = directory.resolve("start");
    Files.writeString(script, "#!/bin/sh\nexec " + program + " \"$1\" " + options + "\n", UTF_8);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return ServerProcess.start(script, directory, PASSWORD);
  }

  private static String command(ServerProcess server, String command) throws IOException {
    try (Socket socket = new Socket(loopback(), server.address().port())) {
      String commands = "AUTH " + PASSWORD + "\r\n" + command + "\r\n";
      socket.getOutputStream().write(commands.getBytes(UTF_8));
      BufferedReader replies =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      assertThat(replies.readLine()).isEqualTo("+OK");
      return String.valueOf(replies.readLine());
    }
  }
}
