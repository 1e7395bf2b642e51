package dev.corral.jcache.behavior;

import static dev.corral.jcache.behavior.VerifiedRows.ALL;
import static dev.corral.jcache.behavior.VerifiedRows.awaitResults;
import static dev.corral.jcache.behavior.VerifiedRows.awaitStale;
import static dev.corral.jcache.behavior.VerifiedRows.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.LoadOptions.Budget;
import dev.corral.jcache.LoadOptions.BudgetScope;
import dev.corral.jcache.VerificationStatistics;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RecordingWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Comparisons with the loader that fail, that are too many, or that meet a reload or the end. */
@Tag("baseline-jdk")
class VerificationFaultTest {

  private static final Duration POLL = Duration.ofMillis(5);

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
  void hits_beyondTheRate_areSkipped() {
    CorralCache<String, String> cache = open(redis, rows.reading(ALL.withMaxPerSecond(1)));
    for (int i = 0; i < 20; i++) {
      cache.put("k" + i, "1");
      rows.rows.put("k" + i, "1");
    }
    for (int i = 0; i < 20; i++) {
      cache.get("k" + i);
    }
    assertThat(cache.verificationStatistics().skipped()).isGreaterThanOrEqualTo(10);
    assertThat(rows.calls.get()).isLessThanOrEqualTo(10);
  }

  /** A database that has another row for each key, and waits before it looks at the key. */
  private record ListRows(CountDownLatch goesOn) implements CacheLoader<Object, String> {

    @Override
    public String load(Object key) {
      awaitLatch(goesOn);
      return "row of " + key;
    }

    @Override
    public Map<Object, String> loadAll(Iterable<?> keys) {
      Map<Object, String> found = new HashMap<>();
      keys.forEach(key -> found.put(key, load(key)));
      return found;
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void hit_callerChangesItsKey_isComparedByTheKeyOfTheEntry() {
    CountDownLatch isChanged = new CountDownLatch(1);
    CorralCache<Object, String> cache =
        redis
            .manager()
            .createCache(
                "mutable keys",
                CorralConfiguration.builder(Object.class, String.class)
                    .standard(
                        it ->
                            it.setReadThrough(true)
                                .setCacheLoaderFactory(
                                    new SingletonFactory<>(new ListRows(isChanged))))
                    .verify(ALL.withRepair(true))
                    .build())
            .unwrap(CorralCache.class);
    List<String> key = new ArrayList<>(List.of("a"));
    cache.put(key, "row of [a]");
    assertThat(cache.get(key)).isEqualTo("row of [a]");
    key.set(0, "b");
    isChanged.countDown();

    assertThat(awaitResults(cache, 1).compared()).isEqualTo(1);
    assertThat(cache.verificationStatistics().staleHits()).isZero();
    assertThat(cache.containsKey(List.of("a"))).isTrue();
  }

  @Test
  void repair_changeIsADeadLetter_keepsTheOnlyCopy() {
    RecordingWriter writer = new RecordingWriter();
    writer.poison.add("a");
    Duration soon = Duration.ofMillis(10);
    CorralCache<String, String> cache =
        open(
            redis,
            rows.reading(ALL.withRepair(true).withDelay(soon))
                .standard(
                    it ->
                        it.setWriteThrough(true)
                            .setCacheWriterFactory(new SingletonFactory<>(writer)))
                .writeBehind(
                    WriteBehindOptions.DEFAULTS.withDelay(soon).withRetries(1, soon, soon)));
    rows.rows.put("a", "1");
    cache.put("a", "2");
    await().until(() -> cache.deadLetters().size() == 1);
    assertThat(cache.get("a")).isEqualTo("2");

    assertThat(awaitResults(cache, 1).unknown()).isEqualTo(1);
    assertThat(cache.verificationStatistics().repaired()).isZero();
    assertThat(cache.containsKey("a")).isTrue();
  }

  @Test
  void repair_loaderReadsALaggingReplica_isCounted() {
    CorralCache<String, String> cache = open(redis, rows.reading(ALL.withRepair(true)));
    cache.put("a", "2");
    rows.rows.put("a", "1");
    rows.onCall =
        number -> {
          if (number == 4) { // after the repair
            rows.rows.put("a", "2");
          }
        };
    assertThat(cache.get("a")).isEqualTo("2");

    await()
        .untilAsserted(
            () -> assertThat(cache.verificationStatistics().loaderBehind()).isEqualTo(1));
    assertThat(cache.verificationStatistics().repaired()).isEqualTo(1);
    assertThat(cache.verificationStatistics().staleHits()).isEqualTo(1);
  }

  /** A reload of an earlier release may have any mark, so none is set meanwhile. */
  @Test
  void hit_loadLockIsHeld_setsNoMarkAndGivesNoResult() {
    CorralCache<String, String> cache =
        open(redis, rows.reading(ALL.withDelay(Duration.ofMillis(10))));
    cache.put("a", "1");
    rows.rows.put("a", "2");
    String lock = "{" + cache.getName() + "}!load:a";
    redis.raw().call("HSET", lock, "owner", "other", "number", "1");
    redis.raw().call("PEXPIRE", lock, "60000");
    assertThat(cache.get("a")).isEqualTo("1");

    assertThat(awaitResults(cache, 1).unknown()).isEqualTo(1);
    String stored = redis.raw().text("GET", "{" + cache.getName() + "}:a");
    assertThat(stored.charAt(3)).as("mark").isEqualTo('\0');
  }

  @Test
  void comparisons_thatHang_leaveHalfOfTheBudgetToReaders() throws InterruptedException {
    CountDownLatch goesOn = new CountDownLatch(1);
    Thread reader = Thread.currentThread();
    rows.onCall =
        number -> {
          if (Thread.currentThread() != reader) {
            awaitLatch(goesOn);
          }
        };
    Budget two = new Budget(2, 0, BudgetScope.JVM, Duration.ofMillis(200));
    CorralCache<String, String> cache =
        open(redis, rows.reading(ALL).loading(LoadOptions.DEFAULTS.withBudget(two)));
    cache.putAll(Map.of("a", "1", "b", "1"));
    cache.getAll(Set.of("a", "b"));
    await().pollInterval(POLL).until(() -> rows.calls.get() == 1);
    TimeUnit.MILLISECONDS.sleep(50);
    rows.rows.put("c", "1");

    assertThat(cache.get("c")).as("has the other permit").isEqualTo("1");
    goesOn.countDown();
  }

  /** A loader in another language may throw everything. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void sneakyThrow(Throwable failure) throws E {
    throw (E) failure;
  }

  @Test
  void loader_throwsAnything_givesNoResultAndHarmsNoOther() {
    CorralCache<String, String> cache = open(redis, rows.reading(ALL));
    List<Throwable> failures =
        List.of(
            new IllegalStateException("no database"),
            new IOException("undeclared"),
            new InterruptedException("undeclared"),
            new NoClassDefFoundError("gone"),
            new StackOverflowError());
    for (int i = 0; i < failures.size(); i++) {
      Throwable failure = failures.get(i);
      cache.put("a", "1");
      rows.onCall = number -> VerificationFaultTest.<RuntimeException>sneakyThrow(failure);
      assertThat(cache.get("a")).isEqualTo("1");
      VerificationStatistics found = awaitResults(cache, 2 * i + 1);
      assertThat(found.unknown()).as(failure.toString()).isEqualTo(i + 1);

      rows.onCall = number -> {};
      rows.rows.put("b", "1");
      cache.put("b", "1");
      assertThat(cache.get("b")).isEqualTo("1");
      assertThat(awaitResults(cache, 2 * i + 2).compared()).isEqualTo(i + 1);
    }
    assertThat(cache.verificationStatistics().staleHits()).isZero();
  }

  /** Redis fails between a look and the next one, with and without a result of the loader. */
  @Test
  void redis_isStoppedWhileTheLoaderRuns_givesNoResult() {
    try (OwnRedis own = new OwnRedis()) {
      CorralCache<String, String> cache = open(own, rows.reading(ALL.withRepair(true)));
      cache.put("a", "1");
      rows.rows.put("a", "2");
      rows.onCall =
          number -> {
            if (number == 3) {
              own.server().stop();
            }
          };
      assertThat(cache.get("a")).isEqualTo("1");

      VerificationStatistics found = awaitResults(cache, 1);

      assertThat(found.unknown()).isEqualTo(1);
      assertThat(found.repaired()).isZero();
    }
  }

  /** The mark of a reload stays, and that of a comparison is no obstacle. */
  @Test
  void reload_beforeOrAfterTheMarkOfAComparison_isStored() {
    for (int callOfReload : new int[] {1, 3}) {
      VerifiedRows other = new VerifiedRows();
      CorralCache<String, String> cache =
          open(redis, other.reading(ALL.withDelay(Duration.ofMillis(500))));
      cache.put("a", "1");
      other.rows.put("a", "2");
      CountDownLatch isReloading = new CountDownLatch(1);
      CountDownLatch goesOn = new CountDownLatch(1);
      other.onCall =
          number -> {
            if (number == callOfReload) {
              isReloading.countDown();
              awaitLatch(goesOn);
            }
          };
      Runnable reload = () -> cache.loadAll(Set.of("a"), /* replaceExistingValues= */ true, null);
      if (callOfReload == 1) {
        reload.run();
        awaitLatch(isReloading);
      }
      assertThat(cache.get("a")).isEqualTo("1");
      int callWithMark = callOfReload == 1 ? 3 : 2;
      await().pollInterval(POLL).until(() -> other.calls.get() == callWithMark);
      if (callOfReload == 3) {
        reload.run();
        awaitLatch(isReloading);
      }
      goesOn.countDown();

      await().pollInterval(POLL).untilAsserted(() -> assertThat(cache.get("a")).isEqualTo("2"));
      await().until(() -> cache.verificationStatistics().inFlight() == 1);
      assertThat(cache.verificationStatistics().staleHits()).isZero();
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void close_whileAComparisonRuns_waitsForItAndComparesNothingAfterIt() throws Exception {
    CorralCache<String, String> cache =
        open(redis, rows.reading(ALL.withDelay(Duration.ofMillis(20))));
    cache.put("followed", "1");
    rows.rows.put("followed", "2");
    cache.get("followed");
    awaitStale(cache, 1);
    CountDownLatch isLoading = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    rows.onCall =
        number -> {
          isLoading.countDown();
          awaitLatch(goesOn);
        };
    cache.put("a", "1");
    cache.get("a");
    awaitLatch(isLoading);

    CompletableFuture<Void> closed = CompletableFuture.runAsync(cache::close);
    TimeUnit.MILLISECONDS.sleep(100);
    assertThat(closed).as("waits").isNotDone();
    goesOn.countDown();
    closed.get(5, TimeUnit.SECONDS);

    int calls = rows.calls.get();
    TimeUnit.MILLISECONDS.sleep(1_100); // the next look at the stale entry
    assertThat(rows.calls).hasValue(calls);
  }
}
