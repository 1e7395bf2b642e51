package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EntryOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.expiry.ModifiedExpiryPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Entries with a time to live and tags of their own. */
class EntryOptionsTest {

  private static final EntryOptions BRIEF =
      EntryOptions.DEFAULTS.withTimeToLive(Duration.ofMillis(300));

  private static OwnRedis redis;

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  private static CorralConfiguration.Builder<String, String> configuration() {
    return CorralConfiguration.builder(String.class, String.class)
        .standard(
            it ->
                it.setExpiryPolicyFactory(
                    ModifiedExpiryPolicy.factoryOf(javax.cache.expiry.Duration.ONE_HOUR)));
  }

  private static CorralCache<String, String> cache(String name) {
    return cache(name, configuration());
  }

  @SuppressWarnings("unchecked")
  private static CorralCache<String, String> cache(
      String name, CorralConfiguration.Builder<String, String> configuration) {
    return redis.cache(name, configuration.build()).unwrap(CorralCache.class);
  }

  /** As another JVM does it. */
  @SuppressWarnings("unchecked")
  private static CorralCache<String, String> open(CacheManager manager, String name) {
    return manager.createCache(name, configuration().build()).unwrap(CorralCache.class);
  }

  private static long secondsToLive(String cache, String key) {
    return redis.raw().number("TTL", "{" + cache + "}:" + key);
  }

  @Test
  void put_ownTimeToLive_appliesInsteadOfThePolicy() {
    CorralCache<String, String> cache = cache("own");
    EntryOptions minute = EntryOptions.DEFAULTS.withTimeToLive(Duration.ofMinutes(1));

    cache.put("created", "v", minute);
    cache.put("updated", "v");
    cache.put("updated", "w", minute);
    cache.putAll(Map.of("in-bulk", "v"), minute);
    cache.putAsync("later", "v", minute).join();
    assertThat(cache.putIfAbsent("if-absent", "v", minute)).isTrue();
    assertThat(cache.putIfAbsent("if-absent", "w", BRIEF)).isFalse();

    for (String key : List.of("created", "updated", "in-bulk", "later", "if-absent")) {
      assertThat(secondsToLive("own", key)).as(key).isBetween(50L, 60L);
    }
  }

  @Test
  void put_ownTimeToLive_endsAndLaterPutsHaveThatOfThePolicy() {
    CorralCache<String, String> cache = cache("ending");

    cache.put("k", "v", BRIEF);
    cache.put("later", "v", BRIEF);
    cache.put("later", "w");
    assertThat(cache.get("k")).isEqualTo("v");

    await().until(() -> cache.get("k") == null);
    assertThat(cache.get("later")).isEqualTo("w");
    assertThat(secondsToLive("ending", "later")).isGreaterThan(3_500);
  }

  @Test
  void put_ownTimeToLive_nearCacheEndsItToo() {
    CorralCache<String, String> cache =
        cache("near", configuration().nearCache(NearCacheOptions.ofEntries(100)));

    cache.put("k", "v", BRIEF);
    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(cache.get("k")).isEqualTo("v");

    await().until(() -> cache.get("k") == null);
  }

  @Test
  void put_centuries_doesNotExpire() {
    CorralCache<String, String> cache = cache("centuries");

    cache.put("k", "v", EntryOptions.DEFAULTS.withTimeToLive(Duration.ofSeconds(Long.MAX_VALUE)));

    assertThat(secondsToLive("centuries", "k")).isEqualTo(-1);
  }

  @Test
  void put_jitter_shortensTheOwnTimeToLive() {
    CorralCache<String, String> cache = cache("jitter", configuration().jitter(0.5));
    Map<String, String> entries =
        IntStream.range(0, 50).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v"));

    cache.putAll(entries, EntryOptions.DEFAULTS.withTimeToLive(Duration.ofSeconds(1_000)));

    Set<Long> seconds = new HashSet<>();
    entries.keySet().forEach(key -> seconds.add(secondsToLive("jitter", key)));
    assertThat(seconds)
        .allSatisfy(it -> assertThat(it).isBetween(490L, 1_000L))
        .hasSizeGreaterThan(10);
  }

  @Test
  void invalidateTags_tagsOfEntries_withoutAFunctionInAllJvms() {
    CorralCache<String, String> cache = cache("tagged");
    CorralCache<String, String> other = open(redis.manager("?timeout=3s"), "tagged");
    EntryOptions red = EntryOptions.DEFAULTS.withTags("red");
    cache.put("a", "v", red);
    cache.putAll(Map.of("b", "v", "c", "v"), red.withTags("red", "blue"));
    cache.putAsync("d", "v", EntryOptions.DEFAULTS.withTags("blue")).join();
    cache.put("e", "v");
    Set<String> all = Set.of("a", "b", "c", "d", "e");
    assertThat(other.getAll(all)).hasSize(5);

    other.invalidateTags("red");
    assertThat(cache.getAll(all)).containsOnlyKeys("d", "e");
    assertThat(other.getAll(all)).containsOnlyKeys("d", "e");
    cache.invalidateTagsAsync("blue").join();
    assertThat(other.getAll(all)).containsOnlyKeys("e");
    assertThat(cache.get("a")).isNull();
    assertThat(cache.putIfAbsent("a", "w", red)).isTrue();
    assertThat(other.get("a")).isEqualTo("w");
  }

  @Test
  void invalidateTags_valueIsReplacedWithoutTags_stays() {
    CorralCache<String, String> cache = cache("replaced");
    cache.put("k", "v", EntryOptions.DEFAULTS.withTags("red"));
    cache.put("k", "w");

    cache.invalidateTags("red");

    assertThat(cache.get("k")).isEqualTo("w");
  }

  @Test
  void invalidateTags_functionAndOptions_bothCount() {
    CorralCache<String, String> cache =
        cache("both", configuration().tags(() -> (key, value) -> List.of("of:" + value)));
    for (String key : List.of("a", "b", "c")) {
      cache.put(key, "v", EntryOptions.DEFAULTS.withTags("key:" + key));
    }

    cache.invalidateTags("key:a");
    assertThat(cache.getAll(Set.of("a", "b", "c"))).containsOnlyKeys("b", "c");
    cache.invalidateTags("of:v");
    assertThat(cache.getAll(Set.of("a", "b", "c"))).isEmpty();
  }

  @Test
  void put_tooManyTags_areRefusedAndNothingIsStored() {
    String[] tags = IntStream.range(0, 27).mapToObj(i -> "t" + i).toArray(String[]::new);
    CorralCache<String, String> cache =
        cache("many", configuration().tags(() -> (key, value) -> List.of("one more")));

    assertThatThrownBy(() -> cache.put("k", "v", EntryOptions.DEFAULTS.withTags(tags)))
        .isInstanceOf(CacheException.class)
        .hasMessage("cache 'many': a value has 28 tags, but at most 27 are possible");

    assertThat(cache.get("k")).isNull();
    String[] more = Arrays.copyOf(tags, 28);
    more[27] = "t27";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EntryOptions.DEFAULTS.withTags(more))
        .withMessage("entry options: 28 tags, but at most 27 are possible");
  }

  @Test
  void options_outOfRange_areRefused() {
    CorralCache<String, String> cache = cache("refused");

    for (Duration time : List.of(Duration.ZERO, Duration.ofNanos(999_999), Duration.ofDays(-1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> EntryOptions.DEFAULTS.withTimeToLive(time))
          .withMessageContaining("at least 1 ms, not " + time);
    }
    assertThatNullPointerException().isThrownBy(() -> cache.put("k", "v", null));
    assertThatNullPointerException().isThrownBy(() -> cache.putAsync("k", "v", null));
    assertThatNullPointerException().isThrownBy(() -> cache.invalidateTags("a", null));
  }
}
