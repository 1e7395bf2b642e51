package dev.corral.jcache.behavior;

import static dev.corral.jcache.behavior.VerifiedRows.ALL;
import static dev.corral.jcache.behavior.VerifiedRows.awaitResults;
import static dev.corral.jcache.behavior.VerifiedRows.awaitStale;
import static dev.corral.jcache.behavior.VerifiedRows.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.VerificationStatistics;
import dev.corral.jcache.fixtures.OwnRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
