package dev.corral.jcache.outage;

import static dev.corral.jcache.outage.OutageUnderLoadTest.hits;
import static dev.corral.jcache.outage.OutageUnderLoadTest.statistics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.fixtures.OwnCluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.CacheException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Outages of a part of a cluster: they concern the keys of that part alone.
 *
 * <p>{@code test.moving-seconds} is how long a slot is left moving; 2 by default.
 */
@Tag("baseline-jdk")
class ClusterOutageTest {

  private static final Logger log = LoggerFactory.getLogger(ClusterOutageTest.class);

  private static final int MASTERS = 3;
  private static final long MOVING_SECONDS = Long.getLong("test.moving-seconds", 2);
  private static final String SHORT_TIMEOUT = "?timeout=500ms";

  @SuppressWarnings("NullAway") // set before the tests
  private static OwnCluster cluster;

  private final Database database = new Database();

  @BeforeAll
  static void start() {
    cluster = new OwnCluster(MASTERS);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private Cache<String, Integer> cache(String name) {
    return cluster.manager(SHORT_TIMEOUT).createCache(name, database.configuration());
  }

  /** Keys of a cache, as many as wanted, all served by this master. */
  private static List<String> keysOn(int master, String cache, int count) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "key-" + i)
        .filter(key -> cluster.masterOf(cluster.slotOf(cache, key)) == master)
        .limit(count)
        .toList();
  }

  @Test
  void slotIsLeftMoving_underLoad_noCallFailsAndOtherSlotsGoOn() throws Exception {
    Database others = new Database();
    Cache<String, Integer> moving = cache("moving");
    Cache<String, Integer> other =
        cluster.manager(SHORT_TIMEOUT).createCache("unmoved", others.configuration());
    int slot = cluster.slotOf("moving", "k0-0");
    int from = cluster.masterOf(slot);
    int to = (from + 1) % MASTERS;
    try (ReadThroughLoad load = ReadThroughLoad.start(moving, database);
        ReadThroughLoad otherLoad = ReadThroughLoad.start(other, others)) {
      TimeUnit.MILLISECONDS.sleep(500);
      cluster.beginMove(slot, from, to);
      cluster.moveKeys(slot, from, to, 3);
      await().until(() -> statistics(moving).away());
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOVING_SECONDS);
      long hitsBefore = hits(other);
      while (System.nanoTime() - end < 0) {
        assertThat(statistics(moving).buckets().unavailable()).isZero();
        assertThat(statistics(moving).buckets().readOnly()).isEqualTo(1);
        assertThat(statistics(other).away()).isFalse();
        TimeUnit.MILLISECONDS.sleep(50);
      }
      assertThat(hits(other)).isGreaterThan(hitsBefore);
      while (cluster.moveKeys(slot, from, to, 100) > 0) {}
      cluster.endMove(slot, from, to);
      await().until(() -> !statistics(moving).away());
      load.end();
      otherLoad.end();
      log.info("A slot was left moving for {} s: {}", MOVING_SECONDS, statistics(moving));
      assertThat(load.problems()).isEmpty();
      assertThat(otherLoad.problems()).isEmpty();
      assertThat(statistics(other).fallbackLoads()).isZero();
    }
  }

  @Test
  void invalidateTags_bucketsOnAllMasters_removesTheEntriesInAllJvms() {
    CorralConfiguration<String, Integer> configuration =
        CorralConfiguration.builder(String.class, Integer.class)
            .tags(() -> (key, value) -> List.of(value % 2 == 0 ? "even" : "odd"))
            .build();
    Cache<String, Integer> ours = cluster.manager("").createCache("tagged", configuration);
    Cache<String, Integer> theirs =
        cluster.manager(SHORT_TIMEOUT).createCache("tagged", configuration);
    Map<String, Integer> all = new HashMap<>();
    IntStream.range(0, 300).forEach(i -> all.put("key-" + i, i));
    ours.putAll(all);
    assertThat(theirs.getAll(all.keySet())).isEqualTo(all);

    ours.unwrap(CorralCache.class).invalidateTags("odd");

    assertThat(theirs.getAll(all.keySet()).values()).hasSize(150).allMatch(it -> it % 2 == 0);
    assertThat(ours).hasSize(150);
  }

  @Test
  void slotIsMovingForLong_changes_areNeverStaleInAnyJvm() {
    Cache<String, Integer> ours = cache("half-moved");
    Cache<String, Integer> theirs =
        cluster.manager("?timeout=501ms").createCache("half-moved", database.configuration());
    List<String> keys = List.of("key");
    int slot = cluster.slotOf("half-moved", keys.get(0));
    int from = cluster.masterOf(slot);
    int to = (from + 1) % MASTERS;
    ours.put("key", 1);
    assertThat(theirs.get("key")).isEqualTo(1);
    cluster.beginMove(slot, from, to);
    try {
      long hitsBefore = hits(theirs);
      assertThat(theirs.get("key")).isEqualTo(1);
      assertThat(theirs.containsKey("key")).isTrue();
      assertThat(hits(theirs)).isEqualTo(hitsBefore + 1);
      ours.put("key", 2);
      assertThat(ours.get("key")).isEqualTo(2);
      assertThat(theirs.get("key")).isEqualTo(2);
      assertThatThrownBy(() -> ours.putIfAbsent("key", 3)).isInstanceOf(CacheException.class);
    } finally {
      while (cluster.moveKeys(slot, from, to, 100) > 0) {}
      cluster.endMove(slot, from, to);
    }
    await().until(() -> !statistics(ours).away());
    await().until(() -> !statistics(theirs).away());
    ours.put("key", 4);
    assertThat(theirs.get("key")).isEqualTo(4);
  }

  @Test
  void slotWithThousandsOfKeysMoves_underLoad_noCallFailsAndNoOutageBegins() throws Exception {
    var configuration =
        CorralConfiguration.builder(String.class, Integer.class)
            .standard(it -> it.setStatisticsEnabled(true))
            .buckets(1)
            .build();
    Cache<String, Integer> cache = cluster.manager("").createCache("one-slot", configuration);
    Map<String, Integer> entries = new HashMap<>();
    IntStream.range(0, 3_000).forEach(i -> entries.put("entry-" + i, i));
    cache.putAll(entries);
    int slot = cluster.slotOf("{one-slot}");
    int from = cluster.masterOf(slot);
    int to = (from + 1) % MASTERS;
    try (MixedLoad load = MixedLoad.start(cache, 8)) {
      TimeUnit.MILLISECONDS.sleep(300);
      for (int round = 0; round < 2; round++) {
        int source = round == 0 ? from : to;
        int target = round == 0 ? to : from;
        cluster.beginMove(slot, source, target);
        while (cluster.moveKeys(slot, source, target, 200) > 0) {}
        cluster.endMove(slot, source, target);
        TimeUnit.MILLISECONDS.sleep(200);
      }
      load.end();
      log.info("A slot with {} keys moved twice during {} calls", entries.size(), load.calls());
      assertThat(load.problems()).isEmpty();
    }
    assertThat(cache.getAll(entries.keySet())).isEqualTo(entries);
    assertThat(statistics(cache).openedTimes()).isZero();
  }

  @Test
  void masterIsFrozen_keysOfOtherMasters_areAnsweredFromRedis() throws Exception {
    Cache<String, Integer> cache = cache("frozen");
    List<String> lost = keysOn(0, "frozen", 20);
    List<String> kept = keysOn(1, "frozen", 20);
    Map<String, Integer> all = new HashMap<>();
    lost.forEach(key -> all.put(key, 1));
    kept.forEach(key -> all.put(key, 2));
    cache.putAll(all);
    cluster.freeze(0);
    try {
      cache.put(lost.get(0), 10);
      await().until(() -> statistics(cache).buckets().unavailable() > 0);
      assertThat(cache.get(lost.get(0))).isEqualTo(10);
      long start = System.nanoTime();
      long hitsBefore = hits(cache);
      for (int round = 0; round < 20; round++) {
        for (String key : kept) {
          assertThat(cache.get(key)).isEqualTo(2);
        }
        cache.put(kept.get(0), 2);
        assertThat(cache.putIfAbsent(kept.get(1), 3)).isFalse();
      }
      assertThat(hits(cache)).isGreaterThanOrEqualTo(hitsBefore + 20L * kept.size());
      all.put(lost.get(0), 10);
      hitsBefore = hits(cache);
      assertThat(cache.getAll(all.keySet())).isEqualTo(all);
      assertThat(hits(cache)).isEqualTo(hitsBefore + kept.size());
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      assertThatThrownBy(() -> cache.putIfAbsent(lost.get(1), 1))
          .isInstanceOf(CacheException.class);
      assertThatThrownBy(() -> cache.iterator().hasNext()).isInstanceOf(CacheException.class);
      assertThat(statistics(cache).buckets().readOnly()).isZero();
      assertThat(statistics(cache).buckets().unavailable()).isBetween(1, 63);
    } finally {
      cluster.thaw(0);
    }
    await().until(() -> !statistics(cache).away());
    assertThat(cache.getAll(all.keySet())).isEqualTo(all);
    assertThat(statistics(cache).repairedKeys()).isPositive();
  }

  @Test
  void masterIsFrozen_clear_clearsTheReachableBucketsNowAndTheOthersLater() {
    Cache<String, Integer> cache =
        cluster
            .manager("?timeout=502ms")
            .createCache(
                "cleared",
                CorralConfiguration.builder(String.class, Integer.class)
                    .standard(it -> it.setStatisticsEnabled(true))
                    .build());
    List<String> lost = keysOn(0, "cleared", 5);
    List<String> kept = keysOn(2, "cleared", 5);
    lost.forEach(key -> cache.put(key, 1));
    kept.forEach(key -> cache.put(key, 1));
    cluster.freeze(0);
    try {
      cache.clear();
      assertThat(cache.get(kept.get(0))).isNull();
      assertThat(cache.get(lost.get(0))).isNull();
      cache.put(kept.get(0), 2);
      assertThat(cache.get(kept.get(0))).isEqualTo(2);
    } finally {
      cluster.thaw(0);
    }
    await().until(() -> !statistics(cache).away());
    assertThat(cache.get(lost.get(0))).isNull();
    assertThat(cache.get(kept.get(0))).isEqualTo(2);
  }
}
