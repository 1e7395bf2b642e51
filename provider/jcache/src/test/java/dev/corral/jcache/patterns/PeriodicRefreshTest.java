package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.LoadOptions.Budget;
import dev.corral.jcache.LoadOptions.BudgetScope;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.internal.cache.RedisCache;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Entries that are refreshed at an interval while they are being read. */
@Tag("baseline-jdk")
class PeriodicRefreshTest {

  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final Duration INTERVAL = Duration.ofMillis(200);
  private static final LoadOptions PERIODIC = LoadOptions.DEFAULTS.withRefreshInterval(INTERVAL);

  private static OwnRedis redis;

  private final String name = "periodic" + NAMES.incrementAndGet();
  private final Rows rows = new Rows();

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  /** Rows whose values are numbers of loads. */
  private static final class Rows implements CacheLoader<String, String> {

    final Map<String, AtomicInteger> loads = new ConcurrentHashMap<>();
    final Set<String> deleted = ConcurrentHashMap.newKeySet();
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger mostRunning = new AtomicInteger();
    final Semaphore permits = new Semaphore(Integer.MAX_VALUE);
    volatile boolean fails;

    int of(String key) {
      AtomicInteger count = loads.get(key);
      return count == null ? 0 : count.get();
    }

    int all() {
      return loads.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    @Override
    public @Nullable String load(String key) {
      int number = loads.computeIfAbsent(key, it -> new AtomicInteger()).incrementAndGet();
      mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
      try {
        permits.acquireUninterruptibly();
        permits.release();
        if (fails) {
          throw new CacheLoaderException("the database is down");
        }
        return deleted.contains(key) ? null : "v" + number;
      } finally {
        running.decrementAndGet();
      }
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> found = new HashMap<>();
      for (String key : keys) {
        String value = load(key);
        if (value != null) {
          found.put(key, value);
        }
      }
      return found;
    }
  }

  private CorralCache<String, String> open(LoadOptions options) {
    return open("", options, it -> it);
  }

  /** Caches of managers with other settings are like those of other JVMs. */
  @SuppressWarnings("unchecked")
  private CorralCache<String, String> open(
      String settings,
      LoadOptions options,
      UnaryOperator<CorralConfiguration.Builder<String, String>> more) {
    var builder =
        CorralConfiguration.builder(String.class, String.class)
            .standard(
                it -> it.setReadThrough(true).setCacheLoaderFactory(new SingletonFactory<>(rows)))
            .loading(options);
    return redis
        .manager(settings)
        .createCache(name, more.apply(builder).build())
        .unwrap(CorralCache.class);
  }

  @Test
  void refresh_keyIsRead_bringsNewValuesAtTheInterval() {
    CorralCache<String, String> cache = open(PERIODIC);
    long start = System.nanoTime();
    assertThat(cache.get("k")).isEqualTo("v1");

    await().until(() -> Integer.parseInt(cache.get("k").substring(1)) >= 4);

    assertThat(Jvms.millisSince(start)).isGreaterThanOrEqualTo(3 * INTERVAL.toMillis() - 50);
    assertThat(cache.loadingStatistics().earlyRefreshes()).isGreaterThanOrEqualTo(3);
    assertThat(cache.loadingStatistics().discardedLoads()).isZero();
  }

  @Test
  void refresh_keyIsNoLongerRead_stops() throws Exception {
    CorralCache<String, String> cache =
        open(PERIODIC.withRefreshLimits(Duration.ofMillis(500), 1_000));
    cache.get("k");
    await().until(() -> rows.of("k") >= 2);

    Thread.sleep(800);
    int stopped = rows.of("k");
    Thread.sleep(500);

    assertThat(rows.of("k")).isEqualTo(stopped);
    assertThat(cache.get("k")).isNotNull();
    await().until(() -> rows.of("k") > stopped);
  }

  @Test
  void refresh_severalJvmsReadTheKey_oneOfThemLoadsItPerInterval() throws Exception {
    List<CorralCache<String, String>> caches =
        List.of(
            open(PERIODIC),
            open("?timeout=5s", PERIODIC, it -> it),
            open("?timeout=6s", PERIODIC, it -> it));
    long start = System.nanoTime();
    while (Jvms.millisSince(start) < 1_600) {
      for (CorralCache<String, String> cache : caches) {
        cache.getAll(Set.of("k"));
        cache.get("k");
      }
      Thread.sleep(5);
    }

    long intervals = Jvms.millisSince(start) / INTERVAL.toMillis();
    System.out.printf("3 readers, %d intervals: %d loads%n", intervals, rows.of("k"));
    assertThat((long) rows.of("k")).isBetween(2L, intervals + 1);
  }

  /** The loader fails, so the near cache has all the reads, and no refresh takes its entry away. */
  @Test
  void refresh_nearCacheHits_areReads() throws Exception {
    CorralCache<String, String> cache =
        open(
            "",
            PERIODIC.withRefreshLimits(Duration.ofMillis(100), 10),
            it ->
                it.standard(standard -> standard.setStatisticsEnabled(true))
                    .nearCache(NearCacheOptions.ofEntries(10)));
    cache.get("k");
    rows.fails = true;
    long start = System.nanoTime();
    while (Jvms.millisSince(start) < 15_000
        && (rows.of("k") < 6 || cache.nearCacheStatistics().hits() <= 100)) {
      cache.get("k");
      Thread.sleep(2);
    }

    assertThat(rows.of("k")).isGreaterThanOrEqualTo(6);
    assertThat(cache.nearCacheStatistics().hits()).isGreaterThan(100);
  }

  @Test
  void refresh_entryWasRemoved_doesNotRestoreIt() throws Exception {
    CorralCache<String, String> cache = open(PERIODIC);
    cache.get("k");
    cache.remove("k");
    await().until(() -> rows.running.get() == 0);
    int loads = rows.of("k");
    Thread.sleep(500);

    assertThat(cache.containsKey("k")).isFalse();
    assertThat(rows.of("k")).isEqualTo(loads);
  }

  /** The reader that comes after the removal must not get what was loaded before it. */
  @Test
  void refresh_anotherJvmRemovesMeanwhile_laterReaderLoadsAgain() throws Exception {
    CorralCache<String, String> cache = open(PERIODIC);
    CorralCache<String, String> other = open("?timeout=5s", PERIODIC, it -> it);
    cache.get("k");
    rows.permits.drainPermits();
    await().until(() -> rows.running.get() == 1);

    other.remove("k");
    CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> cache.get("k"));
    Thread.sleep(100);
    rows.permits.release(100);

    assertThat(read).succeedsWithin(Duration.ofSeconds(10)).isNotEqualTo("v2");
  }

  /** A key that is read less often than the time after which a refresh stops. */
  @Test
  void refresh_stopsBeforeTheInterval_refreshesOnce() {
    Duration interval = Duration.ofMillis(600);
    CorralCache<String, String> cache =
        open(
            LoadOptions.DEFAULTS
                .withRefreshInterval(interval)
                .withRefreshLimits(Duration.ofMillis(10), 1_000));
    cache.get("k");

    await()
        .pollInterval(interval.plusMillis(200))
        .until(() -> rows.of("k") >= 2 || cache.get("k") == null);
  }

  @Test
  void refresh_rowIsGone_removesTheEntry() {
    CorralCache<String, String> cache = open(PERIODIC);
    cache.get("k");
    rows.deleted.add("k");

    await().until(() -> !cache.containsKey("k"));
  }

  @Test
  void refresh_intervalShorterThanTheTimeToLive_noReaderWaits() throws Exception {
    var time = new javax.cache.expiry.Duration(TimeUnit.SECONDS, 2);
    CorralCache<String, String> cache =
        open(
            "",
            PERIODIC,
            it ->
                it.standard(
                    standard ->
                        standard
                            .setStatisticsEnabled(true)
                            .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(time))));
    long start = System.nanoTime();
    while (Jvms.millisSince(start) < 3_000) {
      assertThat(cache.get("k")).isNotNull();
      Thread.sleep(5);
    }

    assertThat(((RedisCache<?, ?>) cache).statistics().getCacheMisses()).isEqualTo(1);
  }

  @Test
  void refresh_putMeanwhile_keepsThePut() {
    CorralCache<String, String> cache = open(PERIODIC);
    cache.get("k");
    rows.permits.drainPermits();
    await().until(() -> rows.running.get() == 1);

    cache.put("k", "put");
    rows.permits.release(100);

    await().until(() -> cache.loadingStatistics().discardedLoads() == 1);
    assertThat(cache.get("k")).matches("put|v[3-9]");
  }

  @Test
  void refresh_loaderFails_keepsTheValueAndTriesAgainAnIntervalLater() {
    CorralCache<String, String> cache = open(PERIODIC);
    String value = cache.get("k");
    rows.fails = true;
    long start = System.nanoTime();
    await().until(() -> rows.of("k") >= 4);

    assertThat(value).isEqualTo("v1");
    assertThat(cache.get("k")).isIn("v1", "v2"); // a refresh may have begun before
    assertThat((long) rows.of("k"))
        .isLessThanOrEqualTo(3 + Jvms.millisSince(start) / INTERVAL.toMillis());
    rows.fails = false;
    await().until(() -> Integer.parseInt(cache.get("k").substring(1)) >= 5);
  }

  @Test
  void refresh_slowLoaderAndBudget_leavesHalfOfItToReaders() {
    Budget four = new Budget(4, 0, BudgetScope.CLUSTER, Duration.ofSeconds(30));
    CorralCache<String, String> cache = open(PERIODIC.withBudget(four));
    List<String> keys = IntStream.range(0, 40).mapToObj(i -> "k" + i).toList();
    keys.forEach(cache::get);
    rows.mostRunning.set(0);
    rows.permits.drainPermits();
    await().until(() -> rows.running.get() == 2);

    rows.permits.release(1_000);

    await().until(() -> keys.stream().allMatch(key -> rows.of(key) >= 2));
    assertThat(rows.mostRunning.get()).isEqualTo(2);
  }

  @Test
  void refresh_moreKeysThanTheMaximum_refreshesThatNumber() throws Exception {
    CorralCache<String, String> cache =
        open(
            LoadOptions.DEFAULTS
                .withRefreshInterval(Duration.ofMillis(500))
                .withRefreshLimits(Duration.ofMinutes(1), 20));
    long start = System.nanoTime();
    for (int i = 0; i < 500; i++) {
      cache.get("k" + i);
    }

    Thread.sleep(900);

    int intervals = (int) (Jvms.millisSince(start) / 500);
    assertThat(rows.all() - 500).isBetween(1, 20 * (intervals + 1));
  }

  @Test
  void close_refreshIsRunning_waitsForItAndStartsNoOther() throws Exception {
    CorralCache<String, String> cache = open(PERIODIC);
    cache.get("k");
    rows.permits.drainPermits();
    await().until(() -> rows.running.get() == 1);
    Thread closing = new Thread(cache::close);

    closing.start();
    closing.join(300);

    assertThat(closing.isAlive()).isTrue();
    rows.permits.release(100);
    closing.join(5_000);
    assertThat(closing.isAlive()).isFalse();
    int loads = rows.of("k");
    Thread.sleep(2 * INTERVAL.toMillis());
    assertThat(rows.of("k")).isEqualTo(loads);
  }
}
