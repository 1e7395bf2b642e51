package dev.corral.jcache.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.fixtures.OwnRedis;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.cache.CacheException;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * {@code invalidateTags} while Redis is unavailable or full. A tag is the first letter of a key.
 */
class TagsOutageTest {

  private static OwnRedis redis;
  private final Database database = new Database();

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @AfterEach
  void thaw() {
    redis.server().thaw();
  }

  private CorralConfiguration.Builder<String, Integer> tagged() {
    return CorralConfiguration.builder(String.class, Integer.class)
        .tags(() -> (key, value) -> List.of(key.substring(0, 1)))
        .buckets(2);
  }

  @SuppressWarnings("unchecked")
  private CorralCache<String, Integer> open(
      String name, CorralConfiguration<String, Integer> configuration) {
    return redis
        .manager("?timeout=300ms")
        .createCache(name, configuration)
        .unwrap(CorralCache.class);
  }

  private void freeze(CorralCache<String, Integer> cache) {
    redis.server().freeze();
    assertThatThrownBy(() -> cache.containsKey("any")).isInstanceOf(CacheException.class);
    await().until(() -> cache.outageStatistics().away());
  }

  private void thaw(CorralCache<String, Integer> cache) {
    redis.server().thaw();
    await().until(() -> !cache.outageStatistics().away());
  }

  @Test
  void invalidateTags_duringAnOutage_clearsTheBucketsAfterIt() {
    CorralCache<String, Integer> cache = open("later", tagged().build());
    cache.putAll(Map.of("a1", 1, "a2", 2, "b1", 3));
    freeze(cache);

    cache.invalidateTags("a");

    thaw(cache);
    assertThat(cache).isEmpty();
    cache.put("a1", 4);
    assertThat(cache.get("a1")).isEqualTo(4);
  }

  /** Redis gets the command when it runs again, and the reply finds no caller. */
  @Test
  void invalidateTags_redisFreezesBeforeTheReply_isNeverLost() {
    CorralCache<String, Integer> cache = open("reply", tagged().build());
    cache.putAll(Map.of("a1", 1, "a2", 2));
    redis.server().freeze();

    cache.invalidateTags("a");

    redis.server().thaw();
    await().until(() -> !cache.outageStatistics().away());
    assertThat(cache.containsKey("a1")).isFalse();
    assertThat(cache.containsKey("a2")).isFalse();
  }

  @Test
  void invalidateTags_failFastDuringAnOutage_throws() {
    CorralCache<String, Integer> cache = open("fail-fast", tagged().failFast(true).build());
    cache.put("a1", 1);
    freeze(cache);
    assertThatThrownBy(() -> cache.invalidateTags("a"))
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("'fail-fast'", "invalidate tags", "Redis is unavailable");
    thaw(cache);
  }

  @Test
  void get_loadOfAnOutageFromBeforeAnInvalidation_isNotShared() throws Exception {
    CorralCache<String, Integer> cache =
        open(
            "shared",
            tagged()
                .standard(
                    it ->
                        it.setReadThrough(true)
                            .setCacheLoaderFactory(new SingletonFactory<>(database)))
                .build());
    for (boolean clears : List.of(true, false)) {
      database.rows.put("a1", 1);
      freeze(cache);
      database.loadMillis = 500;
      CompletableFuture<Integer> before = CompletableFuture.supplyAsync(() -> cache.get("a1"));
      await().until(() -> database.loading.get() == 1);
      database.rows.put("a1", 2);
      if (clears) {
        cache.clear();
      } else {
        cache.invalidateTags("a");
      }
      int loads = database.loads.get();
      assertThat(cache.get("a1")).isEqualTo(2);
      assertThat(database.loads.get()).isEqualTo(loads + 1);
      before.get();
      database.loadMillis = 0;
      thaw(cache);
      assertThat(cache.get("a1")).isEqualTo(2);
    }
  }

  @Test
  void invalidateTags_redisIsFull_removesThem() {
    CorralCache<String, Integer> cache = open("full", tagged().build());
    cache.putAll(Map.of("a1", 1, "a2", 2, "b1", 3));
    redis.raw().call("CONFIG", "SET", "maxmemory-policy", "noeviction");
    redis.raw().call("CONFIG", "SET", "maxmemory", "1000000");
    try {
      cache.invalidateTags("a");
      assertThat(cache.get("a1")).isNull();
      assertThat(cache.get("b1")).isEqualTo(3);
    } finally {
      redis.raw().call("CONFIG", "SET", "maxmemory", "0");
    }
    await().until(() -> !cache.outageStatistics().away());
    assertThat(cache.get("a2")).isNull();
  }
}
