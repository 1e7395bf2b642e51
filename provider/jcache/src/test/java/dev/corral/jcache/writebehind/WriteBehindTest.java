package dev.corral.jcache.writebehind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.WriteBehindStatistics;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RecordingWriter;
import dev.corral.jcache.fixtures.WritingBehind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.integration.CompletionListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What write-behind writes to the database, when, and in which order. */
class WriteBehindTest {

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final WriteBehindOptions LATE =
      WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMinutes(10));
  private static OwnRedis redis;

  private final WritingBehind behind = new WritingBehind();
  private final RecordingWriter database = behind.database;

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @AfterEach
  void destroy() {
    database.gate.countDown();
    redis.manager().destroyCache(behind.name);
  }

  private CorralCache<String, String> cache(WriteBehindOptions options) {
    return behind.open(redis.manager(), options, 1);
  }

  private void evict(String key) {
    assertThat(redis.raw().number("UNLINK", "{" + behind.name + "}:" + key)).isEqualTo(1);
  }

  @Test
  void put_hundredTimesOneKey_isOneWrite() {
    var cache = cache(WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMillis(800)));

    IntStream.rangeClosed(1, 100).forEach(i -> cache.put("k", "v" + i));

    assertThat(database.calls).isEmpty();
    await().atMost(SOON).until(() -> database.rows.containsKey("k"));
    assertThat(database.calls).containsExactly("put k=v100");
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(cache.writeBehindStatistics())
                    .isEqualTo(
                        new WriteBehindStatistics(
                            0,
                            Duration.ZERO,
                            0,
                            new WriteBehindStatistics.Totals(100, 99, 1, 1, 0))));
  }

  @Test
  void put_repeatedly_doesNotPostponeTheWrite() {
    var cache = cache(WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMillis(300)));
    long start = System.nanoTime();

    int i = 0;
    while (database.calls.size() < 2 && millisSince(start) < 5_000) {
      cache.put("hot", "v" + i++);
    }

    assertThat(millisSince(start)).isBetween(500L, 2_500L);
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  @Test
  void changes_ofManyKeys_areWrittenInBatchesAndInOrderPerKey() {
    var cache = cache(LATE.withBatchSize(10));
    IntStream.range(0, 25).forEach(i -> cache.put("k" + i, "v"));
    cache.put("gone", "v");
    cache.remove("gone");
    cache.put("back", "v");
    cache.removeAll(Set.of("back"));
    cache.putAll(Map.of("back", "w"));
    assertThat(valueInProcessor(cache, "k0")).isEqualTo("v");
    cache.invoke(
        "k1",
        (entry, none) -> {
          entry.setValue("processed");
          return null;
        });
    assertThat(cache.replace("k2", "v", "replaced")).isTrue();
    assertThat(cache.replace("k2", "v", "never")).isFalse();
    assertThat(cache.putIfAbsent("k3", "never")).isFalse();

    assertThat(cache.flush(SOON)).isTrue();

    assertThat(database.rows).hasSize(26).containsEntry("back", "w").doesNotContainKey("gone");
    assertThat(database.rows).containsEntry("k1", "processed").containsEntry("k2", "replaced");
    assertThat(database.calls).hasSizeBetween(3, 4).contains("delete gone");
    assertThat(cache.writeBehindStatistics().depth()).isZero();
  }

  @Test
  void get_queuedWriteOfAnEvictedEntry_returnsTheQueuedValue() {
    database.rows.put("removed", "old");
    var cache = cache(LATE);
    cache.put("k", "new");
    cache.put("l", "new");
    cache.remove("removed");

    evict("k");
    evict("l");

    assertThat(cache.get("k")).isEqualTo("new");
    assertThat(cache.getAll(Set.of("k", "l", "removed"))).hasSize(2).containsEntry("l", "new");
    assertThat(cache.get("removed")).isNull();
    assertThat(cache.containsKey("k")).isTrue();
    assertThat(cache.putIfAbsent("l", "never")).isFalse();
    assertThat(valueInProcessor(cache, "k")).isEqualTo("new");
    cache.invoke(
        "l",
        (entry, none) -> {
          entry.setValue(entry.getValue() + "er");
          return null;
        });
    assertThat(cache.get("l")).isEqualTo("newer");
    assertThat(valueInProcessor(cache, "removed")).isNull();
    assertThat(behind.loads).hasValue(0);
  }

  @Test
  void loadAll_queuedWrite_doesNotReplaceIt() throws InterruptedException {
    database.rows.put("k", "old");
    var cache = cache(LATE);
    cache.put("k", "new");
    CountDownLatch done = new CountDownLatch(1);

    cache.loadAll(Set.of("k"), true, new Completion(done));

    assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(cache.get("k")).isEqualTo("new");
  }

  private record Completion(CountDownLatch done) implements CompletionListener {

    @Override
    public void onCompletion() {
      done.countDown();
    }

    @Override
    public void onException(Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void clear_doesNotCallTheWriterAndKeepsQueuedWrites() {
    database.rows.put("k", "old");
    var cache = cache(LATE);
    cache.put("k", "new");
    cache.remove("gone");

    cache.clear();

    assertThat(database.calls).isEmpty();
    assertThat(cache.get("k")).isEqualTo("new");
    assertThat(cache.flush(SOON)).isTrue();
    assertThat(database.rows).containsExactly(Map.entry("k", "new"));
  }

  @Test
  void removeAll_queuesDeletesOfAllEntries() {
    var cache = cache(LATE);
    cache.put("a", "1");
    cache.put("evicted", "2");
    assertThat(cache.flush(SOON)).isTrue();
    cache.put("evicted", "3");
    evict("evicted");

    assertThat(cache).hasSize(2);
    cache.removeAll();

    assertThat(cache.get("evicted")).isNull();
    assertThat(database.rows).hasSize(2);
    assertThat(cache.flush(SOON)).isTrue();
    assertThat(database.rows).isEmpty();
  }

  @Test
  void put_queueFull_isWrittenThrough() {
    var cache = cache(LATE.withQueueLimit(3));
    IntStream.range(0, 3).forEach(i -> cache.put("k" + i, "v"));
    assertThat(database.calls).isEmpty();

    cache.put("k3", "through");
    cache.put("k0", "queued");
    cache.putAll(new LinkedHashMap<>(Map.of("k1", "queued", "k4", "through")));
    cache.invoke(
        "k5",
        (entry, none) -> {
          entry.setValue("through");
          return null;
        });
    assertThat(cache.putIfAbsent("k6", "through")).isTrue();
    assertThat(cache.remove("k6")).isTrue();

    assertThat(database.rows).hasSize(3).containsOnlyKeys("k3", "k4", "k5");
    assertThat(cache.writeBehindStatistics().depth()).isEqualTo(3);
    assertThat(cache.flush(SOON)).isTrue();
    assertThat(database.rows).hasSize(6).containsEntry("k0", "queued").containsEntry("k2", "v");
    assertThat(cache.getAll(database.rows.keySet())).isEqualTo(database.rows);
  }

  private static String valueInProcessor(Cache<String, String> cache, String key) {
    return cache.invoke(key, (entry, none) -> entry.getValue());
  }

  @Test
  void put_queuedDuringAWriteThroughOfTheKey_winsInCacheAndDatabase() throws Exception {
    var full = cache(LATE.withQueueLimit(1));
    var otherJvm = behind.open(redis.manager("?timeout=4s"), LATE, 1);
    full.put("k", "fills the queue");
    database.gate = new CountDownLatch(1);
    var through = CompletableFuture.runAsync(() -> full.put("b", "through"));
    await().atMost(SOON).until(() -> database.calls.contains("put b=through"));

    otherJvm.put("b", "queued");
    database.gate.countDown();

    assertThat(through).succeedsWithin(SOON);
    assertThat(full.get("b")).isEqualTo("queued");
    assertThat(otherJvm.flush(SOON)).isTrue();
    assertThat(database.rows).containsEntry("b", "queued");
    assertThat(full.get("b")).isEqualTo("queued");
    otherJvm.close();
  }

  @Test
  void put_duringTheQueuedWriteOfTheSameKey_isWrittenAfterwards() {
    var cache = cache(WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMillis(100)));
    database.gate = new CountDownLatch(1);
    cache.put("k", "1");
    await().atMost(SOON).until(() -> !database.calls.isEmpty());

    cache.put("k", "2");
    assertThat(cache.flush(Duration.ofMillis(100))).isFalse();
    database.gate.countDown();

    assertThat(cache.flush(SOON)).isTrue();
    assertThat(database.calls).containsExactly("put k=1", "put k=2");
    assertThat(cache.writeBehindStatistics().coalesced()).isZero();
  }

  @Test
  void queue_ofManyBuckets_isFlushed() {
    var cache = behind.open(redis.manager(), LATE, 8);
    IntStream.range(0, 100).forEach(i -> cache.put("k" + i, "v"));

    assertThat(cache.flush(SOON)).isTrue();

    assertThat(database.rows).hasSize(100);
    assertThat(database.calls).hasSizeBetween(8, 9);
  }
}
