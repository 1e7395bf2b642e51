package dev.corral.jcache.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.OutageStatistics;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.SpecialServer;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configuration errors at start: createCache fails soon, and names the cause and the remedy. */
@Tag("baseline-jdk")
class RefusedAtStartTest {

  /** The connect timeout, and time for a slow machine. */
  private static final Duration LIMIT = Duration.ofMillis(2_000 + 1_500);

  private static final OwnRedis redis = new OwnRedis();

  @TempDir private Path directory;

  private final CorralCachingProvider provider = new CorralCachingProvider();

  @AfterAll
  static void stop() {
    redis.close();
  }

  @AfterEach
  void close() {
    provider.close();
    redis.raw().call("CONFIG", "SET", "requirepass", password());
  }

  private static String password() {
    return String.valueOf(redis.server().credentials().password());
  }

  private static String address() {
    return redis.server().address().toString();
  }

  @Test
  void wrongPassword_fails_andNamesTheSettings() {
    assertThat(refusal("redis://:wr0ng@" + address()))
        .contains("Redis at " + address() + " refused user name or password", "WRONGPASS")
        .contains("corral.redis.username", "corral.redis.password")
        .doesNotContain("wr0ng");
  }

  @Test
  void unknownUser_fails_andNamesTheSettings() {
    assertThat(refusal("redis://tom:wr0ng@" + address()))
        .contains("refused user name or password", "tom:***")
        .doesNotContain("wr0ng");
  }

  @Test
  void passwordMissing_fails_andNamesTheSetting() {
    assertThat(refusal("redis://" + address()))
        .contains("requires a login", "NOAUTH", "Set corral.redis.password");
  }

  @Test
  void passwordWhereNoneIsNeeded_fails_andSaysToRemoveIt() {
    redis.raw().call("CONFIG", "SET", "requirepass", "");
    assertThat(refusal("redis://:superfluous@" + address()))
        .contains("requires no login", "Remove corral.redis.password")
        .doesNotContain("superfluous");
  }

  @Test
  void databaseMissing_fails_andNamesTheSetting() {
    assertThat(refusal("redis://:%s@%s/99".formatted(password(), address())))
        .contains("has no database 99", "corral.redis.database");
  }

  @Test
  void serverIsFull_startsWithoutRedis_reportsIt_andRecovers() {
    redis.raw().call("CONFIG", "SET", "maxclients", "1");
    Cache<String, String> cache;
    try {
      cache = create("redis://:%s@%s?client-name=full".formatted(password(), address()));
      assertThat(statistics(cache).away()).isTrue();
      assertThat(statistics(cache).configurationErrors()).isPositive();
      assertThat(statistics(cache).configurationError())
          .contains("max number of clients reached", "Raise maxclients");
    } finally {
      redis.raw().call("CONFIG", "SET", "maxclients", "1000");
    }
    org.awaitility.Awaitility.await()
        .untilAsserted(
            () -> {
              assertThat(statistics(cache).away()).isFalse();
              assertThat(statistics(cache).configurationError()).isNull();
            });
    cache.put("k", "v");
    assertThat(cache.get("k")).isEqualTo("v");
  }

  @Test
  void tlsAtAPlainServer_fails_andSaysToWriteRedis() {
    assertThat(refusal("rediss://:%s@%s".formatted(password(), address())))
        .contains("does not speak TLS", "Write redis instead of rediss");
  }

  @Test
  void sentinelSchemeAtAServer_fails_andSaysToWriteRedis() {
    URI uri =
        URI.create(
            "redis-sentinel://shop@%s?password=%s&sentinel-password=%s"
                .formatted(address(), password(), password()));
    assertThat(refusal(uri.toString())).contains("is not a sentinel", "redis://");
  }

  @Test
  void clusterSchemeAtAServer_fails_andSaysToWriteRedis() {
    assertThat(refusal("redis-cluster://:%s@%s".formatted(password(), address())))
        .contains("is not a node of a Redis Cluster", "Write redis:// instead");
  }

  @Test
  void serverIsASentinel_fails_andSaysToWriteSentinel() throws Exception {
    try (SpecialServer sentinel = SpecialServer.start(directory, "--sentinel")) {
      String login = ":" + SpecialServer.PASSWORD + "@" + sentinel.address();
      assertThat(refusal("redis://" + login)).contains("is a sentinel", "redis-sentinel://");

      String options = "?sentinel-password=" + SpecialServer.PASSWORD;
      String address = "127.0.0.1 " + redis.server().address().port();
      assertThat(sentinel.call("SENTINEL MONITOR shop " + address + " 1")).isEqualTo("+OK");
      assertThat(refusal("redis-sentinel://shoe@" + sentinel.address() + options))
          .contains("does not monitor a master named 'shoe'; it monitors shop", "before the @");
      assertThat(refusal("redis-sentinel://shop@" + sentinel.address()))
          .contains("The sentinel at", "requires a login", "corral.redis.sentinel-password");
      assertThat(refusal("redis-sentinel://:bad@shop@" + sentinel.address() + options))
          .contains("Redis at " + address(), "refused user name or password");
    }
  }

  @Test
  void serverHasHalfACluster_fails_andSaysToWriteCluster() throws Exception {
    try (SpecialServer node = SpecialServer.start(directory, "--cluster-enabled yes")) {
      for (int first = 0; first < 8_192; first += 4_096) {
        String slots =
            IntStream.range(first, first + 4_096)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" "));
        assertThat(node.call("CLUSTER ADDSLOTS " + slots)).isEqualTo("+OK");
      }
      assertThat(refusal("redis://:" + SpecialServer.PASSWORD + "@" + node.address()))
          .contains("is a node of a Redis Cluster", "Write redis-cluster:// instead of redis://");
    }
  }

  /** A server that accepts connections and stays silent, as one whose machine is overloaded. */
  @Test
  void serverDoesNotAnswer_startsWithoutRedis_withinTheConnectTimeout() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      for (String scheme : new String[] {"redis", "rediss"}) {
        long start = System.nanoTime();
        Cache<String, String> cache =
            create(
                scheme + "://127.0.0.1:%d?connect-timeout=600ms".formatted(silent.getLocalPort()));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        assertThat(statistics(cache).away()).isTrue();
        assertThat(cache.get("k")).isNull();
        long close = System.nanoTime();
        cache.getCacheManager().close();
        assertThat(Duration.ofNanos(System.nanoTime() - close)).isLessThan(Duration.ofSeconds(5));
      }
    }
  }

  private String refusal(String uri) {
    long start = System.nanoTime();
    Throwable refusal = catchThrowable(() -> create(uri));
    assertThat(refusal).as(uri).isInstanceOf(CacheException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).as(uri).isLessThan(LIMIT);
    String message = String.valueOf(refusal.getMessage());
    assertThat(message).hasLineCount(1);
    return message;
  }

  private Cache<String, String> create(String uri) {
    return provider
        .getCacheManager(URI.create(uri), null)
        .createCache(
            "c", new MutableConfiguration<String, String>().setTypes(String.class, String.class));
  }

  private static OutageStatistics statistics(Cache<?, ?> cache) {
    return cache.unwrap(CorralCache.class).outageStatistics();
  }
}
