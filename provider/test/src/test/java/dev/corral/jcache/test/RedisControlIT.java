package dev.corral.jcache.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.EffectiveSetting;
import dev.corral.jcache.OutageStatistics;
import dev.corral.jcache.internal.redis.embedded.EmbeddedRedis;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.embedded.RedisServer;

/** What the control does to the Redis of a test. */
@CorralTest(settings = {"redis.timeout = 300ms", "defaults.time-to-live = 1h"})
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisControlIT {

  private static Cache<Long, String> users(CacheManager manager) {
    return manager.createCache("users", new MutableConfiguration<Long, String>());
  }

  private static OutageStatistics outage(Cache<?, ?> cache) {
    return cache.unwrap(CorralCache.class).outageStatistics();
  }

  @Test
  void disconnect_letsReadsMissAndDropsPuts_untilRestore(CacheManager manager, RedisControl redis) {
    Cache<Long, String> users = users(manager);
    users.put(1L, "Ada");
    users.put(2L, "Ben");

    redis.disconnect();
    users.put(1L, "Ada L.");
    assertThat(users.get(1L)).isNull();
    assertThat(outage(users).away()).isTrue();
    assertThat(outage(users).droppedPuts()).isEqualTo(1);

    redis.restore();
    assertThat(outage(users).away()).isFalse();
    assertThat(users.get(1L)).as("changed during the outage").isNull();
    assertThat(users.get(2L)).isEqualTo("Ben");
    users.put(1L, "Ada L.");
    assertThat(users.get(1L)).isEqualTo("Ada L.");
  }

  @Test
  void disconnect_beforeTheFirstCache_isAnOutageAtStart(CacheManager manager, RedisControl redis) {
    redis.disconnect();
    Cache<Long, String> users = users(manager);
    assertThat(users.get(1L)).isNull();

    redis.restore();
    users.put(1L, "Ada");
    assertThat(users.get(1L)).isEqualTo("Ada");
  }

  @Test
  void hang_letsReadsMissAfterTheTimeout_untilRestore(CacheManager manager, RedisControl redis) {
    Cache<Long, String> users = users(manager);
    users.put(1L, "Ada");

    redis.hang();
    long start = System.nanoTime();
    assertThat(users.get(1L)).isNull();
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(250L, 20_000L);

    redis.restore();
    assertThat(users.get(1L)).isEqualTo("Ada");
  }

  @Test
  void delay_makesEachCommandSlower_untilRestore(CacheManager manager, RedisControl redis) {
    Cache<Long, String> users = users(manager);
    users.put(1L, "Ada");

    redis.delay(Duration.ofMillis(100));
    long start = System.nanoTime();
    assertThat(users.get(1L)).isEqualTo("Ada");
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isGreaterThan(99);
    assertThat(outage(users).away()).isFalse();

    redis.restore();
    assertThat(users.get(1L)).isEqualTo("Ada");
  }

  @Test
  void fill_refusesChanges_andAnswersReads_untilRestore(CacheManager manager, RedisControl redis) {
    Cache<Long, String> users = users(manager);
    users.put(1L, "Ada");

    redis.fill();
    redis.fill();
    users.put(2L, "Ben");
    assertThat(users.get(1L)).isEqualTo("Ada");
    assertThat(users.get(2L)).isNull();
    assertThat(outage(users).droppedPuts()).isEqualTo(1);

    redis.restore();
    users.put(2L, "Ben");
    assertThat(users.get(2L)).isEqualTo("Ben");
  }

  @Test
  void fill_ofAServerThatWasRunning_isRefused(RedisControl redis) {
    TestServer given = TestServer.given(redis.uri());
    TestOptions options = TestOptions.of(null);
    try (RedisControl other = new RedisControl(given, options)) {
      Cache<Long, String> users = users(other.provider().getCacheManager());
      users.put(1L, "Ada");
      assertThat(users.get(1L)).isEqualTo("Ada");
      assertThatThrownBy(other::fill)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("fill() needs the embedded server")
          .hasMessageNotContaining("@");
    }
  }

  @Test
  void given_withTlsOrACluster_isRefused() {
    for (String uri : new String[] {"rediss://host", "redis-cluster://a,b", "localhost:6379"}) {
      assertThatThrownBy(() -> TestServer.given(uri))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a single server without TLS");
    }
  }

  @Test
  void newInstance_hasTheSameEntriesInOtherCaches(CacheManager manager, RedisControl redis) {
    users(manager).put(1L, "Ada");

    CacheManager other = redis.newInstance().getCacheManager();
    assertThat(other).isNotSameAs(manager);
    assertThat(users(other).get(1L)).isEqualTo("Ada");
  }

  @Test
  void close_removesTheKeysOfTheTest_andClosesItsManagers(RedisControl redis) {
    TestServer server = TestServer.given(redis.uri());
    RedisControl other = new RedisControl(server, TestOptions.of(null));
    CacheManager manager = other.provider().getCacheManager();
    users(manager).put(1L, "Ada");
    CacheManager instance = other.newInstance().getCacheManager();
    users(instance).put(2L, "Ben");
    try (AdminConnection admin = server.connect()) {
      String pattern = "{" + other.keyPrefix() + "*";
      assertThat(admin.texts("KEYS", pattern)).isNotEmpty();

      other.close();
      await().untilAsserted(() -> assertThat(admin.texts("KEYS", pattern)).isEmpty());
    }
    assertThat(manager.isClosed()).isTrue();
    assertThat(instance.isClosed()).isTrue();
  }

  @Test
  void settings_ofAnApplication_leadToTheRedisOfTheTest(CacheManager manager, RedisControl redis) {
    assertThat(redis.settings())
        .containsEntry("corral.redis.uri", redis.uri())
        .containsEntry("corral.redis.key-prefix", redis.keyPrefix())
        .containsEntry("corral.redis.timeout", "300ms");
    CorralCache<?, ?> corral = users(manager).unwrap(CorralCache.class);
    assertThat(corral.effectiveSettings())
        .extracting(EffectiveSetting::value)
        .contains(redis.keyPrefix());
  }

  @Test
  void close_whenTheServerIsGone_closesManagersAndConnectionsAnyway() throws Exception {
    RedisServer server =
        RedisServer.newRedisServer().port(freePort()).setting("bind 127.0.0.1").build();
    server.start();
    try (EmbeddedRedis another = EmbeddedRedis.share(null)) {
      TestServer own =
          new TestServer("127.0.0.1", server.ports().get(0), null, /* database= */ 0, another);
      RedisControl control = new RedisControl(own, TestOptions.of(null));
      CacheManager manager = control.provider().getCacheManager();
      users(manager).put(1L, "Ada");
      control.fill();
      server.stop();

      assertThatThrownBy(control::close).isInstanceOf(IllegalStateException.class);

      assertThat(manager.isClosed()).isTrue();
      String relayed = control.uri().replaceFirst(".*:(\\d+)/.*", "$1");
      assertThatThrownBy(
              () -> new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(relayed)))
          .as("the relay listens no more")
          .isInstanceOf(ConnectException.class);
    } finally {
      server.stop();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }
}
