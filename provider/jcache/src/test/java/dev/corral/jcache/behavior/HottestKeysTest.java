package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.HotKeyOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.WarmUpOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.expiry.AccessedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The keys that are read most often, over several JVMs. */
@Tag("baseline-jdk")
class HottestKeysTest {

  /** All reads count. */
  private static final HotKeyOptions ALL = HotKeyOptions.ofKeys(10).withSampleEvery(1);

  /** Sent every second, and hardly aged by then. */
  private static final HotKeyOptions LONG_LIVED = ALL.withHalfLife(Duration.ofSeconds(4));

  private static OwnRedis redis;

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

  @SuppressWarnings("unchecked")
  private static CorralCache<Integer, String> open(
      String settings,
      String name,
      UnaryOperator<CorralConfiguration.Builder<Integer, String>> to) {
    var builder =
        CorralConfiguration.builder(Integer.class, String.class)
            .standard(
                it ->
                    it.setReadThrough(true)
                        .setCacheLoaderFactory(new SingletonFactory<>(new Rows())));
    return redis
        .manager(settings)
        .createCache(name, to.apply(builder).build())
        .unwrap(CorralCache.class);
  }

  /** A database that has all rows. */
  private static final class Rows implements CacheLoader<Integer, String> {

    @Override
    public String load(Integer key) {
      return "row " + key;
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      return ((Collection<? extends Integer>) keys)
          .stream().collect(java.util.stream.Collectors.toMap(it -> it, this::load));
    }
  }

  private static void read(CorralCache<Integer, String> cache, int key, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(cache.get(key)).isEqualTo("row " + key);
    }
  }

  private static long listed(String name) {
    return redis.raw().number("ZCARD", "{" + name + "}!hot");
  }

  @Test
  void hottestKeys_readsOfThisJvm_areInTheirOrder() {
    CorralCache<Integer, String> cache = open("", "ordered", it -> it.hotKeys(ALL));
    read(cache, 1, 20);
    read(cache, 2, 30);
    assertThat(cache.getAll(Set.of(3))).hasSize(1);
    cache.put(4, "row 4");

    assertThat(cache.hottestKeys(10)).containsExactly(2, 1, 3);
    assertThat(cache.hottestKeys(2)).containsExactly(2, 1);
    assertThat(cache.hottestKeys(0)).isEmpty();
  }

  @Test
  void hottestKeys_nearCacheHits_count() {
    CorralCache<Integer, String> cache =
        open("", "near", it -> it.hotKeys(ALL).nearCache(NearCacheOptions.ofEntries(10)));
    cache.putAll(Map.of(1, "row 1", 2, "row 2"));
    read(cache, 1, 20);
    await()
        .until(
            () -> { // the near cache answers as soon as it has its lease
              long before = cache.nearCacheStatistics().misses();
              read(cache, 2, 1);
              return cache.nearCacheStatistics().misses() == before;
            });
    long misses = cache.nearCacheStatistics().misses();
    read(cache, 2, 1_000);

    assertThat(cache.nearCacheStatistics().misses() - misses).isLessThan(900);
    assertThat(cache.hottestKeys(10)).containsExactly(2, 1);
  }

  @Test
  void hottestKeys_withoutTheOption_isEmpty() {
    CorralCache<Integer, String> cache = open("", "off", it -> it);
    read(cache, 1, 10);
    assertThat(cache.hottestKeys(10)).isEmpty();
    assertThat(listed("off")).isZero();
  }

  @Test
  void hottestKeys_severalJvms_areAddedUp() {
    HotKeyOptions often = ALL.withHalfLife(Duration.ofSeconds(8)); // sent every 2 s
    CorralCache<Integer, String> one = open("?timeout=2s", "shared", it -> it.hotKeys(often));
    CorralCache<Integer, String> other = open("?timeout=3s", "shared", it -> it.hotKeys(often));
    read(one, 1, 40);
    read(one, 2, 30);
    read(other, 3, 20);
    read(other, 2, 30);

    await().until(() -> listed("shared") == 3);

    await().untilAsserted(() -> assertThat(one.hottestKeys(10)).containsExactly(2, 1, 3));
    assertThat(other.hottestKeys(10)).containsExactly(2, 1, 3);
    one.clear();
    assertThat(listed("shared")).isEqualTo(3);
    var progress =
        one.warm(one.hottestKeys(2), WarmUpOptions.DEFAULTS).completion().toCompletableFuture();
    assertThat(progress.join().loaded()).isEqualTo(2);
    assertThat(List.of(one.containsKey(2), one.containsKey(1), one.containsKey(3)))
        .containsExactly(true, true, false);

    redis.raw().number("DEL", "{shared}!hot");
    assertThat(other.hottestKeys(10)).containsExactly(2, 3);
  }

  @Test
  void hottestKeys_manyKeys_theListIsBounded() {
    HotKeyOptions few = ALL.withHalfLife(Duration.ofSeconds(2)); // sent every 500 ms
    CorralCache<Integer, String> cache = open("", "bounded", it -> it.hotKeys(few));
    read(cache, -1, 30);
    IntStream.range(0, 200).forEach(key -> read(cache, key, 1));

    await().until(() -> listed("bounded") == 10);

    assertThat(cache.hottestKeys(100)).startsWith(-1).hasSizeLessThanOrEqualTo(20);
    await().until(() -> cache.hottestKeys(1).isEmpty() || cache.hottestKeys(1).contains(-1));
    read(cache, 7, 200);
    await().untilAsserted(() -> assertThat(cache.hottestKeys(1)).containsExactly(7));
    assertThat(listed("bounded")).isLessThanOrEqualTo(10);
    assertThat(redis.raw().number("PTTL", "{bounded}!hot")).isGreaterThan(600_000_000L);
  }

  @Test
  void hottestKeys_damagedList_beginsAnew() {
    CorralCache<Integer, String> cache = open("", "damaged", it -> it.hotKeys(ALL));
    redis.raw().text("SET", "{damaged}!hot", "x");
    read(cache, 1, 3);
    assertThat(cache.hottestKeys(10)).containsExactly(1);
  }

  @Test
  void hottestKeys_lostList_isSentAgainByAllJvms() {
    CorralCache<Integer, String> one = open("?timeout=2s", "lost", it -> it.hotKeys(LONG_LIVED));
    CorralCache<Integer, String> other = open("?timeout=3s", "lost", it -> it.hotKeys(LONG_LIVED));
    read(one, 1, 40);
    read(other, 3, 30);
    await().until(() -> listed("lost") == 2);
    redis.raw().call("DEL", "{lost}!hot", "{lost}!hot-id");
    read(one, 2, 5); // the first send begins another list

    await().until(() -> listed("lost") == 3);

    assertThat(one.hottestKeys(10)).containsExactly(1, 3, 2);
    assertThat(other.hottestKeys(10)).containsExactly(1, 3, 2);
  }

  @Test
  void hottestKeys_keysThatAreNoLongerRead_leaveTheList() {
    HotKeyOptions brief = ALL.withHalfLife(Duration.ofSeconds(4)); // sent every second
    CorralCache<Integer, String> cache = open("", "brief", it -> it.hotKeys(brief));
    read(cache, 1, 20);
    await().until(() -> listed("brief") == 1);
    long seconds = System.currentTimeMillis() / 1000;
    redis.raw().number("ZADD", "{brief}!hot", seconds - 30, "#int:2"); // 7.5 half-lives
    redis.raw().number("ZADD", "{brief}!hot", seconds + 1_000_000_000, "#int:3"); // a clock ahead
    assertThat(cache.hottestKeys(10)).containsExactly(3, 1);

    await().until(() -> redis.raw().call("ZSCORE", "{brief}!hot", "#int:2") == null);

    assertThat(redis.raw().number("ZCOUNT", "{brief}!hot", seconds + 1_000, "+inf")).isZero();
    assertThat(listed("brief")).isEqualTo(2);
  }

  @Test
  void destroyCache_removesTheList() {
    CorralCache<Integer, String> cache =
        open("", "gone", it -> it.hotKeys(ALL.withHalfLife(Duration.ofSeconds(4))));
    read(cache, 1, 2);
    await().until(() -> listed("gone") == 1);
    cache.getCacheManager().destroyCache("gone");
    assertThat(redis.raw().number("EXISTS", "{gone}!hot", "{gone}!hot-id")).isZero();
  }

  @Test
  void hottestKeys_iteratorThatChangesTheExpiry_counts() {
    CorralCache<Integer, String> cache =
        open(
            "",
            "visited",
            it ->
                it.hotKeys(ALL)
                    .standard(
                        standard ->
                            standard.setExpiryPolicyFactory(
                                AccessedExpiryPolicy.factoryOf(
                                    javax.cache.expiry.Duration.ONE_HOUR))));
    cache.put(1, "row 1");
    cache.forEach(entry -> assertThat(entry.getKey()).isEqualTo(1));
    assertThat(cache.hottestKeys(10)).containsExactly(1);
  }

  @Test
  void hottestKeys_refusedForAWhile_areSentLater() {
    HotKeyOptions often = ALL.withHalfLife(Duration.ofSeconds(4));
    CorralCache<Integer, String> cache = open("", "refused", it -> it.hotKeys(often));
    String user = redis.raw().text("ACL", "WHOAMI");
    redis.raw().call("ACL", "SETUSER", user, "-zadd");
    try {
      read(cache, 1, 100);
      await().during(Duration.ofMillis(1_500)).until(() -> listed("refused") == 0);
    } finally {
      redis.raw().call("ACL", "SETUSER", user, "+zadd");
    }
    await().until(() -> listed("refused") == 1);
  }

  @Test
  void hottestKeys_duringAnOutage_areThoseOfThisJvm() {
    CorralCache<Integer, String> cache = open("?timeout=300ms", "away", it -> it.hotKeys(ALL));
    read(cache, 1, 20);
    redis.server().freeze();
    assertThat(cache.hottestKeys(10)).containsExactly(1);
    redis.server().thaw();
    await().until(() -> !cache.outageStatistics().away());
  }
}
