package dev.corral.jcache.behavior;

import static dev.corral.jcache.behavior.VerifiedRows.ALL;
import static dev.corral.jcache.behavior.VerifiedRows.awaitResults;
import static dev.corral.jcache.behavior.VerifiedRows.awaitStale;
import static dev.corral.jcache.behavior.VerifiedRows.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.ChangeIntent;
import dev.corral.jcache.ComputeIfAbsentProcessor;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EntryOptions;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.VerificationStatistics;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RecordingWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.expiry.AccessedExpiryPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hits that are compared with the loader: what counts as stale, and what does not. */
@Tag("baseline-jdk")
class VerificationTest {

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
  void hit_sameValueAsTheLoader_isFresh() {
    CorralCache<String, String> cache = open(redis, rows.reading(ALL));
    rows.rows.put("a", "1");
    assertThat(cache.get("a")).isEqualTo("1");
    assertThat(cache.get("a")).isEqualTo("1");

    VerificationStatistics found = awaitResults(cache, 1);

    assertThat(found.compared()).as("the miss is no hit").isEqualTo(1);
    assertThat(found.staleHits()).isZero();
    assertThat(found.fresherThan(Duration.ofSeconds(1))).isEqualTo(1);
    assertThat(found.inFlight()).isZero();
  }

  @Test
  void hit_rowWasChangedWithoutTheCache_isStaleByItsAge() {
    CorralCache<String, String> cache = open(redis, rows.reading(ALL));
    rows.rows.put("a", "1");
    cache.get("a");
    rows.rows.put("a", "2");

    assertThat(cache.get("a")).isEqualTo("1");

    awaitStale(cache, 1);
    await()
        .untilAsserted(
            () ->
                assertThat(cache.verificationStatistics().stale().get(1))
                    .isEqualTo(new VerificationStatistics.Stale(Duration.ofSeconds(1), 1)));
    VerificationStatistics found = cache.verificationStatistics();
    assertThat(found.compared()).isEqualTo(1);
    assertThat(found.fresherThan(Duration.ofSeconds(1))).isZero();
    assertThat(found.fresherThan(Duration.ofMinutes(10))).isEqualTo(1);
    assertThatThrownBy(() -> found.fresherThan(Duration.ofMillis(99)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("delay of PT0.1S");
    assertThat(cache.get("a")).as("not repaired").isEqualTo("1");
  }

  @Test
  void hits_ofAStaleEntry_countEach() {
    CorralCache<String, String> cache = open(redis, rows.reading(ALL));
    cache.put("a", "1");
    rows.rows.put("a", "2");
    for (int i = 0; i < 5; i++) {
      assertThat(cache.get("a")).isEqualTo("1");
    }

    await()
        .untilAsserted(() -> assertThat(cache.verificationStatistics().staleHits()).isEqualTo(5));
    assertThat(cache.verificationStatistics().compared()).isEqualTo(5);
    assertThat(rows.calls.get()).as("one key is compared once at a time").isLessThan(8);
  }

  @Test
  void hits_manyOfAStaleEntry_countEach() {
    CorralCache<String, String> cache = open(redis, rows.reading(ALL));
    cache.put("a", "1");
    rows.rows.put("a", "2");
    for (int i = 0; i < 1_200; i++) {
      cache.get("a");
    }

    awaitStale(cache, 1_200);
    assertThat(cache.verificationStatistics().compared()).isEqualTo(1_200);
    assertThat(cache.verificationStatistics().skipped()).isZero();
    assertThat(rows.calls.get()).as("the loader is called at the ages").isLessThan(8);
  }

  /** An entry that is followed is looked at more often than its ages are counted. */
  @Test
  void hits_entryIsChangedBetweenTwoAges_areStaleButTheLast() throws InterruptedException {
    CorralCache<String, String> cache = open(redis, rows.reading(ALL));
    cache.put("a", "1");
    rows.rows.put("a", "2");
    int hits = 0;
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < Duration.ofMillis(900).toNanos()) {
      assertThat(cache.get("a")).isEqualTo("1");
      hits++;
      TimeUnit.MILLISECONDS.sleep(5);
    }
    cache.put("a", "2");

    assertThat(awaitResults(cache, hits).staleHits()).isBetween(hits / 3L, hits - 1L);
    assertThat(rows.calls.get()).as("the loader is called at the ages").isLessThan(6);
  }

  @Test
  void hits_moreStaleEntriesThanAreFollowed_areNotCountedAsFresh() throws InterruptedException {
    CorralCache<String, String> cache =
        open(redis, rows.reading(ALL.withDelay(Duration.ofMillis(500))));
    Map<String, String> cached = new HashMap<>();
    IntStream.range(0, 250).forEach(i -> cached.put("k" + i, "1"));
    cache.putAll(cached);
    cached.keySet().forEach(key -> rows.rows.put(key, "2"));
    assertThat(cache.getAll(cached.keySet())).isEqualTo(cached);
    TimeUnit.MILLISECONDS.sleep(400); // all entries are marked, and none is known to be stale
    assertThat(cache.getAll(cached.keySet())).isEqualTo(cached);

    await()
        .untilAsserted(
            () -> {
              VerificationStatistics found = cache.verificationStatistics();
              assertThat(found.staleHits() + found.skipped()).isEqualTo(500);
              assertThat(found.compared()).isEqualTo(found.staleHits());
              assertThat(found.staleHits()).isGreaterThan(400);
            });
  }

  @Test
  void hit_rowWasDeletedWithoutTheCache_isStale() {
    CorralCache<String, String> cache = open(redis, rows.reading(ALL));
    rows.rows.put("a", "1");
    cache.get("a");
    rows.rows.remove("a");
    cache.get("a");

    awaitStale(cache, 1);
  }

  @Test
  void miss_negativeEntryOfARowThatExists_isStale() {
    CorralCache<String, String> cache =
        open(
            redis,
            rows.reading(ALL)
                .loading(LoadOptions.DEFAULTS.withNegativeTimeToLive(Duration.ofMinutes(1))));
    assertThat(cache.get("a")).isNull();
    assertThat(cache.get("a")).isNull();
    assertThat(awaitResults(cache, 1).staleHits()).isZero();
    rows.rows.put("a", "1");
    assertThat(cache.get("a")).isNull();

    awaitStale(cache, 1);
  }

  @Test
  void repair_staleEntry_isRemovedAlsoFromNearCaches() {
    CorralCache<String, String> cache =
        open(redis, rows.reading(ALL.withRepair(true)).nearCache(NearCacheOptions.ofEntries(10)));
    rows.rows.put("a", "1");
    cache.get("a");
    await()
        .until(
            () -> {
              cache.get("a");
              return cache.nearCacheStatistics().hits() > 0;
            });
    rows.rows.put("a", "2");
    assertThat(cache.get("a")).isEqualTo("1");

    await().untilAsserted(() -> assertThat(cache.get("a")).isEqualTo("2"));
    assertThat(cache.verificationStatistics().repaired()).isEqualTo(1);
    assertThat(cache.verificationStatistics().staleHits()).isPositive();
  }

  @Test
  void nearCacheHit_isSampled() {
    CorralCache<String, String> cache =
        open(redis, rows.reading(ALL).nearCache(NearCacheOptions.ofEntries(10)));
    rows.rows.put("a", "1");
    await()
        .until(
            () -> {
              cache.get("a");
              return cache.nearCacheStatistics().hits() > 0;
            });
    VerificationStatistics before = cache.verificationStatistics();
    long misses = cache.nearCacheStatistics().misses();
    await()
        .untilAsserted(
            () -> {
              cache.get("a");
              assertThat(cache.verificationStatistics().compared())
                  .isGreaterThan(before.compared() + 10);
            });
    assertThat(cache.nearCacheStatistics().misses()).isEqualTo(misses);
    assertThat(cache.verificationStatistics().staleHits()).isZero();
  }

  @Test
  void hit_entryIsChangedBeforeTheSecondLook_isFresh() {
    Map<String, Consumer<CorralCache<String, String>>> changes =
        Map.of(
            "removed", it -> it.remove("a"),
            "put again, with the same value", it -> it.put("a", "1"),
            "put", it -> it.put("a", "2"),
            "cleared", CorralCache::clear,
            "invalidated", it -> it.invalidateAll(Set.of("a")),
            "tag invalidated", it -> it.invalidateTags("t"));
    changes.forEach(
        (change, made) -> {
          CorralCache<String, String> cache = open(redis, rows.reading(ALL));
          cache.put("a", "1", EntryOptions.DEFAULTS.withTags("t"));
          rows.rows.put("a", "2");
          rows.calls.set(0);
          rows.onCall =
              number -> {
                if (number == 3) { // after the mark and the delay
                  made.accept(cache);
                }
              };
          assertThat(cache.get("a")).isEqualTo("1");

          VerificationStatistics found = awaitResults(cache, 1);

          assertThat(found.staleHits()).as(change).isZero();
          assertThat(found.inFlight()).as(change).isEqualTo(1);
          rows.onCall = number -> {};
        });
  }

  /** A row that changes between two values, and the cache after it, is never stale. */
  @Test
  void hit_entryIsWrittenWithTheSameBytesAtEachLook_isFresh() {
    CorralCache<String, String> cache = open(redis, rows.reading(ALL));
    cache.put("a", "1");
    rows.rows.put("a", "2");
    rows.onCall = number -> cache.put("a", "1");
    cache.get("a");

    assertThat(awaitResults(cache, 1).inFlight()).isEqualTo(1);
    assertThat(cache.verificationStatistics().staleHits()).isZero();
  }

  @Test
  void hit_readsProlongTheEntry_isStaleNevertheless() {
    CorralCache<String, String> cache =
        open(
            redis,
            rows.reading(ALL)
                .standard(
                    it ->
                        it.setExpiryPolicyFactory(
                            AccessedExpiryPolicy.factoryOf(
                                new javax.cache.expiry.Duration(TimeUnit.MINUTES, 1)))));
    cache.put("a", "1");
    rows.rows.put("a", "2");

    await()
        .untilAsserted(
            () -> {
              cache.get("a");
              assertThat(cache.verificationStatistics().staleHits()).isPositive();
            });
  }

  @Test
  void hit_loaderReadsALaggingReplica_isFreshOrCountedAsSuch() {
    CorralCache<String, String> patient =
        open(redis, rows.reading(ALL.withDelay(Duration.ofMillis(1_500))));
    CorralCache<String, String> hasty =
        open(redis, rows.reading(ALL.withDelay(Duration.ofMillis(50))));
    patient.put("a", "2");
    hasty.put("a", "2");
    rows.rows.put("a", "1");
    patient.get("a");
    hasty.get("a");
    awaitStale(hasty, 1);
    rows.rows.put("a", "2");

    assertThat(awaitResults(patient, 1).staleHits()).isZero();
    await()
        .untilAsserted(
            () -> assertThat(hasty.verificationStatistics().loaderBehind()).isEqualTo(1));
    assertThat(patient.verificationStatistics().loaderBehind()).isZero();
  }

  @Test
  void hit_transactionHasAnIntent_isNotCounted() {
    CorralCache<String, String> cache =
        open(redis, rows.reading(ALL.withDelay(Duration.ofMillis(10))));
    try (ChangeIntent intent = cache.recordIntent(Set.of("a"), Duration.ofMinutes(1))) {
      cache.put("a", "2"); // the database gets it with the COMMIT
      rows.rows.put("a", "1");
      cache.get("a");

      assertThat(awaitResults(cache, 1).unknown()).isEqualTo(1);
      intent.confirm();
    }
    assertThat(cache.verificationStatistics().staleHits()).isZero();
  }

  @Test
  void hit_changeIsQueuedForTheDatabase_isNotCounted() {
    RecordingWriter writer = new RecordingWriter();
    CorralCache<String, String> cache =
        open(
            redis,
            rows.reading(ALL.withDelay(Duration.ofMillis(10)))
                .standard(
                    it ->
                        it.setWriteThrough(true)
                            .setCacheWriterFactory(new SingletonFactory<>(writer)))
                .writeBehind(WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMinutes(1))));
    rows.rows.put("a", "1");
    cache.put("a", "2");
    assertThat(cache.get("a")).isEqualTo("2");

    VerificationStatistics found = awaitResults(cache, 1);

    assertThat(found.unknown()).isEqualTo(1);
    assertThat(found.staleHits()).isZero();
  }

  @Test
  void processor_thatComputesAMissingValue_isSampledAsARead() {
    CorralCache<String, String> cache = open(redis, rows.reading(ALL));
    cache.put("a", "1");
    rows.rows.put("a", "2");
    ComputeIfAbsentProcessor<String, String, String> processor =
        (entry, arguments) -> entry.getValue();
    assertThat(cache.invoke("a", processor)).isEqualTo("1");

    awaitStale(cache, 1);
  }

  @Test
  void cacheAside_withALoaderForTheComparison_isVerified() {
    CorralCache<String, String> cache =
        open(redis, rows.reading(ALL).standard(it -> it.setReadThrough(false)));
    cache.put("a", "1");
    rows.rows.put("a", "2");
    assertThat(cache.get("a")).isEqualTo("1");

    awaitStale(cache, 1);
  }

  @Test
  void cacheWithoutLoader_isNotVerified() {
    CorralCache<String, String> cache =
        open(redis, CorralConfiguration.builder(String.class, String.class).verify(ALL));
    cache.put("a", "1");
    assertThat(cache.get("a")).isEqualTo("1");
    assertThat(cache.verificationStatistics()).isEqualTo(VerificationStatistics.NONE);
    assertThat(cache.verificationStatistics().fresherThan(Duration.ofSeconds(1))).isNaN();
  }
}
