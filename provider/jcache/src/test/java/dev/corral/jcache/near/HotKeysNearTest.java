package dev.corral.jcache.near;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A near cache that keeps only hot keys. */
@Tag("baseline-jdk")
class HotKeysNearTest {

  private static OwnRedis redis;

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @SuppressWarnings("unchecked")
  private static CorralCache<Integer, String> open(
      String settings, String name, NearCacheOptions options) {
    CorralCache<Integer, String> cache =
        redis
            .manager(settings)
            .createCache(
                name,
                CorralConfiguration.builder(Integer.class, String.class)
                    .standard(it -> it.setStatisticsEnabled(true))
                    .nearCache(options)
                    .build())
            .unwrap(CorralCache.class);
    Map<Integer, String> all =
        IntStream.range(0, 200).boxed().collect(Collectors.toMap(key -> key, key -> "v" + key));
    cache.putAll(all);
    return cache;
  }

  private static boolean isNear(CorralCache<Integer, String> cache, int key) {
    long hits = cache.nearCacheStatistics().hits();
    assertThat(cache.get(key)).isNotNull();
    return cache.nearCacheStatistics().hits() > hits;
  }

  private static void read(CorralCache<Integer, String> cache, int key, int times) {
    for (int i = 0; i < times; i++) {
      cache.get(key);
    }
  }

  @Test
  void get_someKeysAreHot_onlyThoseAreKept() {
    CorralCache<Integer, String> cache = open("", "hot", NearCacheOptions.ofHotKeys(5));

    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              for (int key = 0; key < 200; key++) {
                cache.get(key);
              }
              for (int hot = 0; hot < 5; hot++) {
                read(cache, hot, 200);
              }
              return IntStream.range(0, 5).allMatch(hot -> isNear(cache, hot));
            });

    assertThat(cache.nearCacheStatistics().entries()).isEqualTo(5);
    assertThat(isNear(cache, 100)).isFalse();
    assertThat(isNear(cache, 100)).isFalse();
  }

  @Test
  void get_otherKeysBecomeHot_replaceTheEarlierOnes() {
    CorralCache<Integer, String> cache = open("", "moving", NearCacheOptions.ofHotKeys(1));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              read(cache, 1, 100);
              return isNear(cache, 1);
            });

    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              read(cache, 2, 2_000);
              return isNear(cache, 2);
            });

    assertThat(cache.nearCacheStatistics().entries()).isEqualTo(1);
    assertThat(isNear(cache, 1)).isFalse();
  }

  @Test
  void get_anotherJvmChangesAHotKey_isNotStaleBeyondTheBound() {
    Duration bound = Duration.ofMillis(500);
    NearCacheOptions options = NearCacheOptions.ofHotKeys(3).withMaxStaleness(bound);
    CorralCache<Integer, String> cache = open("", "changed", options);
    CorralCache<Integer, String> other = open("?timeout=5s", "changed", options);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              read(cache, 1, 100);
              return isNear(cache, 1);
            });

    for (int i = 0; i < 20; i++) {
      other.put(1, "new " + i);
      long changed = System.nanoTime();
      String expected = "new " + i;
      long begun;
      do {
        begun = System.nanoTime();
      } while (!expected.equals(cache.get(1)) && begun - changed < bound.toNanos());
      assertThat(cache.get(1)).isEqualTo(expected);
    }
  }
}
