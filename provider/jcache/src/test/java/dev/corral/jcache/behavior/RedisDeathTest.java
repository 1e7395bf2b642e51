package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.Test;

/** A Redis that is killed or hangs: every call of the cache ends in time. */
class RedisDeathTest {

  /** Two command timeouts, one connect timeout, and a reserve for slow machines. */
  private static final Duration IN_TIME = Duration.ofSeconds(6);

  private static final Set<String> FALL_THROUGH =
      Set.of("get", "put", "remove", "getAll", "putAll", "removeAll", "clear");

  private static Map<String, Runnable> operations(Cache<String, String> cache) {
    Map<String, Runnable> operations = new LinkedHashMap<>();
    operations.put("get", () -> cache.get("k"));
    operations.put("containsKey", () -> cache.containsKey("k"));
    operations.put("put", () -> cache.put("k", "v"));
    operations.put("putIfAbsent", () -> cache.putIfAbsent("k", "v"));
    operations.put("replace", () -> cache.replace("k", "v", "w"));
    operations.put("remove", () -> cache.remove("k"));
    operations.put("getAll", () -> cache.getAll(Set.of("k", "l")));
    operations.put("putAll", () -> cache.putAll(Map.of("k", "v", "l", "w")));
    operations.put("removeAll", () -> cache.removeAll(Set.of("k", "l")));
    operations.put("clear", cache::clear);
    operations.put("iterator", () -> cache.forEach(entry -> {}));
    operations.put("invoke", () -> cache.invoke("k", (entry, none) -> entry.getValue()));
    return operations;
  }

  private static Cache<String, String> impatient(OwnRedis redis) {
    return redis
        .manager("?timeout=1s&connect-timeout=1s")
        .createCache(
            "mortal",
            new MutableConfiguration<String, String>().setTypes(String.class, String.class));
  }

  @Test
  void everyOperation_redisIsKilled_endsInTimeAndWorksAfterARestart() {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<String, String> cache = impatient(redis);
      cache.put("k", "v");

      redis.server().stop();

      endInTime(cache);
      redis.server().restart();
      await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions()
          .until(() -> !cache.containsKey("k"));
      cache.put("k", "again");
      assertThat(cache.get("k")).isEqualTo("again");
    }
  }

  @Test
  void everyOperation_redisHangs_endsInTimeAndWorksAfterwards() {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<String, String> cache = impatient(redis);
      cache.put("k", "v");

      redis.server().freeze();
      try {
        endInTime(cache);
      } finally {
        redis.server().thaw();
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions()
          .until(() -> cache.putIfAbsent("new", "v"));
    }
  }

  @Test
  void putAndReplace_redisIsKilledMeanwhile_endWithAClearException() throws Exception {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<String, String> cache = impatient(redis);
      ExecutorService threads = Executors.newFixedThreadPool(8);
      List<CompletableFuture<RuntimeException>> ends = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int number = i;
        ends.add(CompletableFuture.supplyAsync(() -> untilItFails(cache, "k" + number), threads));
      }
      TimeUnit.MILLISECONDS.sleep(300);

      redis.server().stop();

      for (CompletableFuture<RuntimeException> end : ends) {
        assertThat(end)
            .succeedsWithin(IN_TIME)
            .isInstanceOfSatisfying(
                CacheException.class,
                e ->
                    assertThat(e)
                        .hasMessageContaining("mortal")
                        .hasCauseInstanceOf(Exception.class));
      }
      threads.shutdownNow();
    }
  }

  private static RuntimeException untilItFails(Cache<String, String> cache, String key) {
    try {
      while (true) {
        cache.put(key, "v");
        cache.replace(key, "w");
      }
    } catch (RuntimeException e) {
      return e;
    }
  }

  /** Checks that each call falls through, or fails with a clear exception, in time. */
  private static void endInTime(Cache<String, String> cache) {
    operations(cache)
        .forEach(
            (name, operation) -> {
              long start = System.nanoTime();
              if (FALL_THROUGH.contains(name)) {
                assertThatCode(operation::run).as(name).doesNotThrowAnyException();
              } else {
                assertThatThrownBy(operation::run)
                    .as(name)
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining("mortal")
                    .hasCauseInstanceOf(Exception.class);
              }
              assertThat(System.nanoTime() - start).as(name).isLessThan(IN_TIME.toNanos());
            });
  }
}
