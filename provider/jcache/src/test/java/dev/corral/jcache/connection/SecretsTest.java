package dev.corral.jcache.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.internal.redis.ChildJvm;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.cache.CacheManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No secret is shown, wherever it comes from. */
class SecretsTest {

  private static final String SECRET = "pl4nted-s3cret";

  @TempDir private Path directory;

  @Test
  void secret_plantedEverywhere_isShownNowhere() throws Exception {
    try (OwnRedis redis = new OwnRedis()) {
      redis.raw().call("CONFIG", "SET", "requirepass", SECRET);
      String address = redis.server().address().toString();
      Path file =
          Files.writeString(
              directory.resolve("corral.conf"),
              "redis { uri = \"redis://:%s@%s\", client-name = file }".formatted(SECRET, address));
      List<String> options =
          List.of(
              "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
              "-Dorg.slf4j.simpleLogger.showThreadName=true",
              "-Xmx256m");
      Map<String, String> environment = Map.of("CORRAL_REDIS_PASSWORD", SECRET);
      String output;
      try (ChildJvm application =
          ChildJvm.start(
              options,
              environment,
              SecretApplication.class,
              address,
              SECRET,
              file.toUri().toString())) {
        output = application.output();
      }
      Files.writeString(directory.resolve("output"), output);
      assertThat(output.lines().filter(it -> it.contains(SECRET)).toList()).isEmpty();
      assertThat(output.lines()).filteredOn(it -> it.equals("read value")).hasSize(7);
      assertThat(output)
          .endsWith("finished")
          .contains("TRACE org.redisson", "DEBUG io.netty", "dev.corral:type=CorralCache")
          .contains("redis://:***@" + address, "redis://default:***@" + address)
          .contains("CacheManager=redis.//....@127.0.0.1." + redis.server().address().port());
    }
  }

  @Test
  void malformedFile_withASecret_isExplainedWithoutIt() throws Exception {
    for (String line :
        List.of(
            "redis.password = \"" + SECRET,
            "redis.password = " + SECRET + " ] x",
            "redis { password = [" + SECRET,
            "redis.password = " + SECRET + "$",
            "redis.password = { a = " + SECRET + " }",
            "redis.pasword = " + SECRET,
            "redis.uri = \"redis://tom:" + SECRET + "@\"",
            "redis.timeout = 5, redis.uri = \"redis:" + SECRET + "@host\"")) {
      Path file = Files.writeString(directory.resolve("bad.conf"), line);
      try (CorralCachingProvider provider = new CorralCachingProvider()) {
        assertThatThrownBy(() -> provider.getCacheManager(file.toUri(), null))
            .as(line)
            .isInstanceOf(IllegalArgumentException.class)
            .satisfies(
                e ->
                    assertThat(org.assertj.core.util.Throwables.getStackTrace(e))
                        .doesNotContain(SECRET));
      }
    }
  }

  @Test
  void uri_ofAManager_findsIt_andDistinguishesPasswords() {
    try (CorralCachingProvider provider = new CorralCachingProvider()) {
      URI first = URI.create("redis://tom:one@host/1?client-name=a");
      URI second = URI.create("redis://tom:two@host/1?client-name=a");
      CacheManager manager = provider.getCacheManager(first, null);
      CacheManager other = provider.getCacheManager(second, null);
      assertThat(manager.getURI()).hasToString("redis://tom:***@host/1?client-name=a");
      assertThat(other.getURI()).hasToString("redis://tom:***2@host/1?client-name=a");
      for (CacheManager each : List.of(manager, other)) {
        assertThat(provider.getCacheManager(each.getURI(), null)).isSameAs(each);
      }
      assertThat(provider.getCacheManager(first, null)).isSameAs(manager);
      assertThat(provider.getCacheManager(second, null)).isSameAs(other);

      provider.close(manager.getURI(), manager.getClassLoader());
      assertThat(manager.isClosed()).isTrue();
      assertThat(other.isClosed()).isFalse();
      assertThatThrownBy(() -> provider.getCacheManager(manager.getURI(), null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("use the URI with the password");
      assertThat(provider.getCacheManager(first, null)).isNotSameAs(manager);
    }
  }

  @Test
  void uri_withoutASecret_isKept() {
    try (CorralCachingProvider provider = new CorralCachingProvider()) {
      for (String text :
          List.of(
              "redis://host",
              "redis-sentinel://master@host1,host2?key-prefix=a:",
              "redis-cluster://h1:1,h2:2?timeout=1s")) {
        URI uri = URI.create(text);
        assertThat(provider.getCacheManager(uri, null).getURI()).isSameAs(uri);
      }
    }
  }
}
