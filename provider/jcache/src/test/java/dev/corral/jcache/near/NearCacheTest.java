package dev.corral.jcache.near;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.NearCacheStatistics;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import dev.corral.jcache.fixtures.RecordingWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads that the near cache answers, and when it must no longer answer. */
class NearCacheTest {

  private static final AtomicInteger names = new AtomicInteger();
  private static OwnRedis redis;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  /** The same cache in two managers, like in two JVMs; the first one has a near cache. */
  private static final class Pair {

    final Cache<Object, Object> near;
    final Cache<Object, Object> far;

    Pair(NearCacheOptions options, Consumer<MutableConfiguration<Object, Object>> standard) {
      String name = "near" + names.incrementAndGet();
      near =
          redis
              .manager()
              .createCache(
                  name,
                  CorralConfiguration.builder(Object.class, Object.class)
                      .standard(standard)
                      .standard(it -> it.setStatisticsEnabled(true))
                      .nearCache(options)
                      .build());
      far =
          redis
              .manager("?timeout=5s")
              .createCache(
                  name,
                  CorralConfiguration.builder(Object.class, Object.class)
                      .standard(standard)
                      .build());
    }

    static Pair open() {
      return new Pair(NearCacheOptions.ofEntries(1_000), it -> {});
    }

    NearCacheStatistics statistics() {
      return near.unwrap(CorralCache.class).nearCacheStatistics();
    }

    /** Reads keys until the near cache answers. */
    void readUntilNear(Object... keys) {
      for (Object key : keys) {
        await()
            .pollInterval(Duration.ofMillis(2))
            .until(
                () -> {
                  long before = statistics().hits();
                  near.get(key);
                  return statistics().hits() > before;
                });
      }
    }
  }

  @Test
  void get_nearCacheHit_sendsNoCommand() {
    Pair pair = Pair.open();
    pair.far.put("k", "v");
    pair.readUntilNear("k");
    redis.raw().call("CONFIG", "RESETSTAT");
    for (int i = 0; i < 1_000; i++) {
      assertThat(pair.near.get("k")).isEqualTo("v");
      assertThat(pair.near.containsKey("k")).isTrue();
      assertThat(pair.near.getAll(Set.of("k"))).isEqualTo(Map.of("k", "v"));
    }
    assertThat(redis.raw().calls("mget")).isZero();
  }

  static Stream<Consumer<Cache<Object, Object>>> changes() {
    return Stream.of(
        cache -> cache.put("k", "new"),
        cache -> cache.getAndPut("k", "new"),
        cache -> cache.putAll(Map.of("k", "new", "l", "m")),
        cache -> cache.replace("k", "new"),
        cache -> cache.replace("k", "old", "new"),
        cache -> cache.getAndReplace("k", "new"),
        cache -> cache.remove("k"),
        cache -> cache.remove("k", "old"),
        cache -> cache.getAndRemove("k"),
        cache -> cache.removeAll(Set.of("k", "l")),
        cache -> cache.removeAll(),
        cache -> cache.clear(),
        cache ->
            cache.invoke(
                "k",
                (entry, none) -> {
                  entry.setValue("new");
                  return null;
                }),
        cache ->
            cache.invoke(
                "k",
                (entry, none) -> {
                  entry.remove();
                  return null;
                }));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void get_changedElsewhere_isInvalidatedSoon(Consumer<Cache<Object, Object>> change) {
    Pair pair = Pair.open();
    pair.far.put("k", "old");
    pair.readUntilNear("k");
    change.accept(pair.far);
    await()
        .atMost(Duration.ofMillis(900)) // before the lease would end
        .pollInterval(Duration.ofMillis(1))
        .until(() -> !"old".equals(pair.near.get("k")));
    assertThat(pair.statistics().gaps()).isZero();
  }

  @ParameterizedTest
  @MethodSource("changes")
  void get_changedHere_isInvalidatedBeforeTheCallReturns(Consumer<Cache<Object, Object>> change) {
    Pair pair = Pair.open();
    pair.far.put("k", "old");
    pair.readUntilNear("k");
    change.accept(pair.near);
    assertThat(pair.near.get("k")).isNotEqualTo("old");
  }

  @Test
  void get_mutableValue_isDecodedForEachReader() {
    Pair pair = Pair.open();
    pair.far.put("k", new ArrayList<>(List.of("a")));
    pair.readUntilNear("k");
    ((List<?>) pair.near.get("k")).clear();
    assertThat(pair.near.get("k")).isEqualTo(List.of("a"));
  }

  @Test
  void get_immutableValue_isShared() {
    Pair pair = Pair.open();
    pair.far.put("k", "value");
    pair.readUntilNear("k");
    assertThat(pair.near.get("k")).isSameAs(pair.near.get("k"));
  }

  @Test
  void get_expired_isNull() {
    Pair pair =
        new Pair(
            NearCacheOptions.ofEntries(10),
            it ->
                it.setExpiryPolicyFactory(
                    CreatedExpiryPolicy.factoryOf(
                        new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, 700))));
    pair.far.put("k", "v");
    long start = System.nanoTime();
    pair.readUntilNear("k");
    await().pollInterval(Duration.ofMillis(1)).until(() -> pair.near.get("k") == null);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(900));
  }

  @Test
  void get_timeToLiveExceeded_readsRedis() {
    Pair pair =
        new Pair(NearCacheOptions.ofEntries(10).withTimeToLive(Duration.ofMillis(200)), it -> {});
    pair.far.put("k", "v");
    pair.readUntilNear("k");
    redis.raw().call("EVAL", "return redis.call('DEL', unpack(redis.call('KEYS', '*:k')))", "0");
    await().atMost(Duration.ofMillis(900)).until(() -> pair.near.get("k") == null);
  }

  @Test
  void get_expiryOnAccess_hasNoNearCache() {
    Pair pair =
        new Pair(
            NearCacheOptions.ofEntries(10),
            it ->
                it.setExpiryPolicyFactory(
                    TouchedExpiryPolicy.factoryOf(javax.cache.expiry.Duration.ONE_HOUR)));
    pair.near.put("k", "v");
    for (int i = 0; i < 100; i++) {
      assertThat(pair.near.get("k")).isEqualTo("v");
    }
    assertThat(pair.statistics()).isEqualTo(NearCacheStatistics.NONE);
  }

  @Test
  void get_keysOfAnyType_areInvalidated() {
    Pair pair = Pair.open();
    List<Object> keys =
        List.of(
            "text", "42", 42L, 42, -7L, new BigDecimal("1.0"), List.of(1, "a"), Set.of(1, 2), "#é");
    keys.forEach(key -> pair.far.put(key, "old of " + key));
    keys.forEach(pair::readUntilNear);
    keys.forEach(key -> assertThat(pair.near.get(key)).isEqualTo("old of " + key));
    keys.forEach(key -> pair.far.put(key, "new"));
    await()
        .atMost(Duration.ofMillis(900))
        .untilAsserted(() -> keys.forEach(key -> assertThat(pair.near.get(key)).isEqualTo("new")));
  }

  @Test
  void entries_limited_doNotExceedTheLimit() {
    Pair byEntries = new Pair(NearCacheOptions.ofEntries(100), it -> {});
    Pair byBytes = new Pair(NearCacheOptions.ofBytes(50_000), it -> {});
    Map<Object, Object> all = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      all.put(i, "x".repeat(200));
    }
    for (Pair pair : List.of(byEntries, byBytes)) {
      pair.far.putAll(all);
      all.keySet().forEach(pair.near::get);
      assertThat(pair.statistics().entries()).isBetween(50L, 140L);
    }
  }

  @Test
  void flushall_allEntriesAreInvalidatedWithinTheStaleness() {
    Pair pair = Pair.open();
    pair.far.put("k", "v");
    pair.readUntilNear("k");
    redis.raw().call("FLUSHALL");
    await().atMost(Duration.ofSeconds(1)).until(() -> pair.near.get("k") == null);
    pair.far.put("k", "w");
    pair.readUntilNear("k");
    assertThat(pair.near.get("k")).isEqualTo("w");
  }

  @Test
  void putAll_nearCacheSubscribed_publishesOnce() {
    Pair pair = Pair.open();
    pair.far.put("k", "v");
    pair.readUntilNear("k");
    List<String> commands =
        RawRedis.commandsDuring(
            redis.server(), () -> pair.far.putAll(Map.of("a", 1, "b", 2, "c", 3)));
    assertThat(commands).filteredOn(it -> it.contains("PUBLISH")).hasSize(1);
  }

  @Test
  void statistics_readsOfTheNearCache_areCounted() {
    Pair pair = Pair.open();
    pair.far.put("k", "v");
    pair.readUntilNear("k");
    NearCacheStatistics before = pair.statistics();
    for (int i = 0; i < 10; i++) {
      pair.near.get("k");
    }
    pair.near.get("absent");
    assertThat(pair.statistics().hits() - before.hits()).isEqualTo(10);
    assertThat(pair.statistics().misses() - before.misses()).isEqualTo(1);
  }

  /** If the JVM of the writer dies, the entry expires soon, without an invalidation. */
  @Test
  void get_writeFence_isNotInTheNearCache() throws Exception {
    String name = "written";
    RecordingWriter writer = new RecordingWriter();
    Cache<String, String> writing =
        redis
            .manager("?timeout=6s")
            .createCache(
                name,
                new MutableConfiguration<String, String>()
                    .setTypes(String.class, String.class)
                    .setWriteThrough(true)
                    .setCacheWriterFactory(new SingletonFactory<>(writer)));
    writing.put("k", "old");
    Cache<String, String> near =
        redis.cache(
            name,
            CorralConfiguration.builder(String.class, String.class)
                .standard(it -> it.setStatisticsEnabled(true))
                .nearCache(NearCacheOptions.ofEntries(10))
                .build());
    CorralCache<?, ?> statistics = near.unwrap(CorralCache.class);
    await().until(() -> near.get("k") != null && statistics.nearCacheStatistics().hits() > 0);

    writer.gate = new CountDownLatch(1);
    writer.poison.add("k");
    CompletableFuture<Void> put = CompletableFuture.runAsync(() -> writing.put("k", "new"));
    await().until(() -> statistics.nearCacheStatistics().entries() == 0);
    long hits = statistics.nearCacheStatistics().hits();
    for (int i = 0; i < 20; i++) {
      assertThat(near.get("k")).isEqualTo("old");
    }
    assertThat(statistics.nearCacheStatistics().hits()).isEqualTo(hits);

    writer.gate.countDown();
    assertThat(put).failsWithin(Duration.ofSeconds(5));
    await().until(() -> near.get("k") != null && statistics.nearCacheStatistics().hits() > hits);
    assertThat(near.get("k")).isEqualTo("old");
  }
}
