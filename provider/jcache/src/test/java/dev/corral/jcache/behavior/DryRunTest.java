package dev.corral.jcache.behavior;

import static dev.corral.jcache.behavior.VerifiedRows.ALL;
import static dev.corral.jcache.behavior.VerifiedRows.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.FillTicket;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.Lookup;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import dev.corral.jcache.fixtures.RecordingWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.expiry.AccessedExpiryPolicy;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Caches that are filled and compared, while the loader answers. */
@Tag("baseline-jdk")
class DryRunTest {

  private static OwnRedis redis;

  private final VerifiedRows rows = new VerifiedRows();

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @Test
  void dryRun_hit_isAnsweredByTheLoaderAndCompared() {
    CorralCache<String, String> cache =
        open(redis, rows.reading(ALL.withDryRun(true)).nearCache(NearCacheOptions.ofEntries(10)));
    rows.rows.putAll(Map.of("a", "1", "b", "1", "c", "1"));
    cache.getAll(Set.of("a", "b", "c"));
    rows.rows.put("a", "2");
    rows.rows.remove("b");

    assertThat(cache.get("a")).isEqualTo("2");
    assertThat(cache.get("b")).isNull();
    assertThat(cache.getAll(Set.of("a", "b", "c"))).isEqualTo(Map.of("a", "2", "c", "1"));
    assertThat(cache.statistics().getCacheHits()).as("what it would save").isEqualTo(5);

    await()
        .untilAsserted(() -> assertThat(cache.verificationStatistics().staleHits()).isEqualTo(4));
    assertThat(cache.verificationStatistics().compared()).isEqualTo(5);
  }

  @Test
  void dryRun_readsWithoutTheLoader_areMisses() {
    CorralCache<String, String> cache = open(redis, rows.reading(ALL.withDryRun(true)));
    rows.rows.put("a", "1");
    assertThat(cache.get("a")).isEqualTo("1");
    assertThat(cache.containsKey("a")).as("it is filled").isTrue();

    assertThat(cache.getIfPresent("a")).isNull();
    Lookup<String> missed = cache.lookUp("a");
    assertThat(missed).isEqualTo(new Lookup<>(null, FillTicket.NONE));
    assertThat(cache.fill("a", missed.ticket(), "2")).isFalse();
    assertThat(cache.lookUp("none").isHit()).isFalse();
  }

  @Test
  void dryRun_withoutReadThrough_isRefused() {
    var aside = rows.reading(ALL.withDryRun(true)).standard(it -> it.setReadThrough(false));

    assertThatThrownBy(() -> open(redis, aside))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("a dry run needs a CacheLoader factory and readThrough=true");
  }

  @Test
  void dryRun_lookUpOfALiveEntry_writesNothing() {
    CorralCache<String, String> cache = open(redis, rows.reading(ALL.withDryRun(true)));
    cache.put("a", "1");

    List<String> commands = RawRedis.commandsDuring(redis.server(), () -> cache.lookUp("a"));

    assertThat(commands).anyMatch(it -> it.contains(entry(cache)));
    assertThat(commands).noneMatch(it -> it.contains(entry(cache)) && it.contains("EVALSHA"));
  }

  private static String entry(Cache<?, ?> cache) {
    return "{" + cache.getName() + "}:a";
  }

  @Test
  void dryRun_withWriteBehind_isRefused() {
    var behind =
        rows.reading(ALL.withDryRun(true))
            .standard(
                it ->
                    it.setWriteThrough(true)
                        .setCacheWriterFactory(new SingletonFactory<>(new RecordingWriter())))
            .writeBehind(WriteBehindOptions.DEFAULTS);

    assertThatThrownBy(() -> open(redis, behind))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("a dry run is impossible with writeBehind");
  }

  /** A value that cannot be compared. */
  record Failing(String name) {

    @Override
    public boolean equals(@Nullable Object other) {
      throw new IllegalStateException("no equals");
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }

  /** A database with one row. */
  private record Row<V>(V value) implements CacheLoader<String, V> {

    @Override
    public V load(String key) {
      return value;
    }

    @Override
    public Map<String, V> loadAll(Iterable<? extends String> keys) {
      Map<String, V> found = new HashMap<>();
      keys.forEach(key -> found.put(key, value));
      return found;
    }
  }

  @SuppressWarnings("unchecked")
  private static <V> CorralCache<String, V> openWith(String name, Class<V> type, V value) {
    return redis
        .manager()
        .createCache(
            name,
            CorralConfiguration.builder(String.class, type)
                .standard(
                    it ->
                        it.setReadThrough(true)
                            .setCacheLoaderFactory(new SingletonFactory<>(new Row<>(value))))
                .verify(ALL.withDryRun(true))
                .build())
        .unwrap(CorralCache.class);
  }

  @Test
  void dryRun_equalsOfTheValueFails_isNoFailureOfTheRead() {
    CorralCache<String, Failing> cache = openWith("failing", Failing.class, new Failing("a"));
    assertThat(cache.get("a").name()).isEqualTo("a");

    assertThat(cache.get("a").name()).isEqualTo("a");
    assertThat(cache.getAll(Set.of("a"))).containsOnlyKeys("a");
    await().untilAsserted(() -> assertThat(cache.verificationStatistics().unknown()).isPositive());
    assertThat(cache.verificationStatistics().compared()).isZero();
  }

  @Test
  void dryRun_arrays_areComparedByTheirElements() {
    CorralCache<String, byte[]> cache = openWith("arrays", byte[].class, new byte[] {1});
    cache.get("a");
    cache.get("a");

    assertThat(cache.verificationStatistics().compared()).as("in the caller").isEqualTo(1);
  }

  @Test
  void dryRun_entryInKeep_callsTheLoaderOnce() throws InterruptedException {
    CorralCache<String, String> cache =
        open(
            redis,
            rows.reading(ALL.withDryRun(true))
                .loading(LoadOptions.DEFAULTS.withStale(Duration.ZERO, Duration.ofMinutes(1)))
                .standard(
                    it ->
                        it.setExpiryPolicyFactory(
                            CreatedExpiryPolicy.factoryOf(
                                new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, 50)))));
    cache.put("a", "1");
    rows.rows.put("a", "2");
    TimeUnit.MILLISECONDS.sleep(100);

    assertThat(cache.get("a")).isEqualTo("2");
    assertThat(rows.calls).hasValue(1);
    TimeUnit.MILLISECONDS.sleep(100);
    assertThat(cache.getAll(Set.of("a"))).isEqualTo(Map.of("a", "2"));
    assertThat(rows.calls).hasValue(2);
  }

  @Test
  void dryRun_iterator_hasTheEntries() {
    CorralCache<String, String> cache =
        open(
            redis,
            rows.reading(ALL.withDryRun(true))
                .standard(
                    it ->
                        it.setExpiryPolicyFactory(
                            AccessedExpiryPolicy.factoryOf(
                                new javax.cache.expiry.Duration(TimeUnit.MINUTES, 1)))));
    cache.put("a", "1");
    Iterator<Cache.Entry<String, String>> entries = cache.iterator();

    assertThat(entries.next().getValue()).isEqualTo("1");
    assertThat(entries.hasNext()).isFalse();
  }

  @Test
  void dryRun_loaderFails_failsAndNeverGivesTheEntry() {
    CorralCache<String, String> cache = open(redis, rows.reading(ALL.withDryRun(true)));
    cache.put("a", "1");
    rows.onCall =
        number -> {
          throw new IllegalStateException("no database");
        };

    assertThatThrownBy(() -> cache.get("a")).isInstanceOf(CacheLoaderException.class);
    assertThatThrownBy(() -> cache.getAll(Set.of("a"))).isInstanceOf(CacheLoaderException.class);
    assertThatThrownBy(() -> cache.getAsync("a").toCompletableFuture().join())
        .hasCauseInstanceOf(CacheLoaderException.class);
  }

  @Test
  void dryRun_loaderHangs_failsAfterTheHardTimeout() {
    CountDownLatch goesOn = new CountDownLatch(1);
    CorralCache<String, String> cache =
        open(
            redis,
            rows.reading(ALL.withDryRun(true))
                .loading(LoadOptions.DEFAULTS.withTimeouts(null, Duration.ofMillis(100))));
    cache.put("a", "1");
    rows.onCall =
        number -> {
          try {
            goesOn.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        };

    assertThatThrownBy(() -> cache.get("a"))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("hard timeout of PT0.1S");
    assertThatThrownBy(() -> cache.getAll(Set.of("a"))).hasMessageContaining("hard timeout");
    goesOn.countDown();
  }
}
