package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.EventLog;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.internal.cache.RedisCache;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.cache.Cache;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Negative entries for keys that the loader does not have, and the jitter of times to live. */
class NegativeTest {

  private static OwnRedis redis;

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  private static Cache<String, String> cache(String name, String spec) {
    redis.raw().call("DEL", "test:loads", "test:bulk");
    return redis.cache(name, Spec.of(spec).configuration(name, redis.uri()));
  }

  private static String loads(String key) {
    return redis.raw().text("HGET", "test:loads", key);
  }

  @Test
  void get_missingKeyFiveTimes_loadsOnceAndKeepsTheNegativeEntryInvisible() {
    Cache<String, String> cache = cache("negative", "load=0,negative=60000");
    ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            () -> new EventLog<String, String>(events::add),
            null,
            /* isOldValueRequired= */ true,
            /* isSynchronous= */ true));

    for (int i = 0; i < 5; i++) {
      assertThat(cache.get("missing")).isNull();
    }

    assertThat(loads("missing")).isEqualTo("1");
    assertThat(cache.containsKey("missing")).isFalse();
    assertThat(cache).isEmpty();
    assertThat(cache.getAll(Set.of("missing", "there"))).isEqualTo(Map.of("there", "loaded"));
    assertThat(cache.<String>invoke("missing", (entry, none) -> entry.getValue())).isNull();
    assertThat(cache.<Boolean>invoke("missing", (entry, none) -> entry.exists())).isFalse();
    assertThat(cache.replace("missing", "new")).isFalse();
    assertThat(cache.remove("missing", "new")).isFalse();
    assertThat(loads("missing")).isEqualTo("1");
    assertThat(events).noneMatch(event -> event.contains("missing"));
    var statistics = ((RedisCache<?, ?>) cache).statistics();
    assertThat(statistics.getCacheHits()).isZero();
    assertThat(statistics.getCacheMisses()).isEqualTo(5 + 2 + 2 + 2);
    System.out.println("5 reads of a missing key: 1 load, 5 misses");
  }

  @Test
  void write_negativeEntry_replacesIt() {
    Cache<String, String> cache = cache("replaced", "load=0,negative=60000");
    List<String> keys = List.of("missing1", "missing2", "missing3", "missing4", "missing5");
    keys.forEach(key -> assertThat(cache.get(key)).isNull());

    cache.put("missing1", "new");
    assertThat(cache.putIfAbsent("missing2", "new")).isTrue();
    cache.invoke(
        "missing3",
        (entry, none) -> {
          entry.setValue("new");
          return null;
        });
    assertThat(cache.getAndPut("missing4", "new")).isNull();
    cache.putAll(Map.of("missing5", "new"));

    keys.forEach(key -> assertThat(cache.get(key)).isEqualTo("new"));
    cache.remove("missing1");
    assertThat(cache.get("missing1")).isNull();
    assertThat(loads("missing1")).isEqualTo("2");
  }

  @Test
  void get_negativeEntryExpired_loadsAgain() {
    Cache<String, String> cache = cache("expired", "load=0,negative=150");
    assertThat(cache.get("missing")).isNull();
    assertThat(cache.getAll(Set.of("missing"))).isEmpty();
    assertThat(loads("missing")).isEqualTo("1");

    CountingLoaderWriter.sleep(200);

    assertThat(redis.raw().number("EXISTS", "{expired}:missing")).isZero();
    assertThat(cache.getAll(Set.of("missing"))).isEmpty();
    assertThat(cache.get("missing")).isNull();
    assertThat(loads("missing")).isEqualTo("2");
  }

  @Test
  void jitter_tenThousandEntries_isUniformWithinItsBounds() {
    long[] shortened = timesToLive("shortened", "ttl=300000,jitter=0.2");
    long[] symmetric = timesToLive("symmetric", "ttl=300000,symmetric=0.2");

    assertThat(shortened[0]).isBetween(230_000L, 242_000L);
    assertThat(shortened[9_999]).isBetween(288_000L, 300_000L);
    assertThat(symmetric[0]).isBetween(230_000L, 242_000L);
    assertThat(symmetric[9_999]).isBetween(348_000L, 360_000L);
  }

  /** The sorted times to live, after a check that each tenth of their range has its share. */
  private static long[] timesToLive(String name, String spec) {
    Cache<String, String> cache = cache(name, spec);
    Map<String, String> entries = new java.util.HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      entries.put("k" + i, "v");
    }
    cache.putAll(entries);
    String script =
        "local r={} for i=0,9999 do r[#r+1]=redis.call('PTTL','{%s}:k'..i) end return r"
            .formatted(name);
    List<?> times = (List<?>) redis.raw().call("EVAL", script, "0");
    long[] sorted = times.stream().mapToLong(it -> (Long) it).sorted().toArray();
    long low = sorted[0];
    long width = (sorted[9_999] - low) / 10 + 1;
    int[] histogram = new int[10];
    Arrays.stream(sorted).forEach(it -> histogram[(int) ((it - low) / width)]++);
    System.out.printf(
        "%s: PTTL from %,d to %,d ms, in tenths %s%n",
        spec, low, sorted[9_999], Arrays.toString(histogram));
    assertThat(Arrays.stream(histogram)).allMatch(count -> count > 800 && count < 1_200);
    return sorted;
  }

  @Test
  void jitter_timeToLiveZeroOrEternal_changesNothing() {
    Cache<String, String> zero = cache("zero", "ttl=0,jitter=0.5");
    zero.put("k", "v");
    Cache<String, String> eternal = cache("eternal", "symmetric=0.5");
    eternal.put("k", "v");

    assertThat(redis.raw().number("EXISTS", "{zero}:k")).isZero();
    assertThat(redis.raw().number("PTTL", "{eternal}:k")).isEqualTo(-1);
  }
}
