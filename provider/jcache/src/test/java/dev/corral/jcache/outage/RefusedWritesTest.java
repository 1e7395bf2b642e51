package dev.corral.jcache.outage;

import static dev.corral.jcache.outage.OutageUnderLoadTest.hits;
import static dev.corral.jcache.outage.OutageUnderLoadTest.statistics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.TouchedExpiryPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A Redis that answers reads but refuses changes: an outage of changes alone. */
@Tag("baseline-jdk")
class RefusedWritesTest {

  private static final int KEYS = 20;
  private static final javax.cache.expiry.Duration ONE_MINUTE =
      new javax.cache.expiry.Duration(TimeUnit.MINUTES, 1);
  private static final Duration SEVERAL_PROBES = Duration.ofMillis(500);

  private enum Refusal {
    FULL {
      @Override
      void begin(RawRedis redis) {
        redis.call("CONFIG", "SET", "maxmemory-policy", "noeviction");
        redis.call("CONFIG", "SET", "maxmemory", "1");
      }

      @Override
      void end(RawRedis redis) {
        redis.call("CONFIG", "SET", "maxmemory", "0");
      }
    },
    READ_ONLY {
      @Override
      void begin(RawRedis redis) {
        redis.call("REPLICAOF", "127.0.0.1", "1");
      }

      @Override
      void end(RawRedis redis) {
        redis.call("REPLICAOF", "NO", "ONE");
      }
    },
    CANNOT_SAVE {
      @Override
      void begin(RawRedis redis) throws IOException {
        Files.createDirectory(snapshotPath(redis));
        redis.call("CONFIG", "SET", "save", "3600 1");
        redis.call("BGSAVE");
        await().until(() -> redis.text("INFO", "persistence").contains("last_bgsave_status:err"));
      }

      @Override
      void end(RawRedis redis) throws IOException {
        redis.call("CONFIG", "SET", "save", "");
        Files.delete(snapshotPath(redis));
      }
    };

    /** A directory in the place of the snapshot file, so that Redis cannot save. */
    private static Path snapshotPath(RawRedis redis) {
      return Path.of(setting(redis, "dir"), setting(redis, "dbfilename"));
    }

    private static String setting(RawRedis redis, String name) {
      return String.valueOf(((List<?>) redis.call("CONFIG", "GET", name)).get(1));
    }

    abstract void begin(RawRedis redis) throws IOException;

    abstract void end(RawRedis redis) throws IOException;
  }

  private final OwnRedis redis = new OwnRedis();
  private final Database database = new Database();

  @AfterEach
  void close() {
    redis.close();
  }

  private static Map<String, Integer> values(int value) {
    Map<String, Integer> values = new HashMap<>();
    Stream.iterate(0, i -> i + 1).limit(KEYS).forEach(i -> values.put("k" + i, value));
    return values;
  }

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void changes_redisRefusesWrites_reachTheDatabaseAndAreNeverStale(Refusal refusal)
      throws IOException {
    Cache<String, Integer> cache = redis.cache("refused", database.configuration());
    cache.putAll(values(0));
    refusal.begin(redis.raw());

    long end = System.nanoTime() + SEVERAL_PROBES.toNanos();
    for (int round = 1; round <= 10 || System.nanoTime() - end < 0; round++) {
      for (String key : values(round).keySet()) {
        cache.put(key, round);
        assertThat(cache.get(key)).isEqualTo(round);
      }
      cache.putAll(values(-round));
      assertThat(cache.getAll(values(0).keySet())).isEqualTo(values(-round));
    }
    cache.remove("k0");
    assertThat(cache.get("k0")).isNull();
    assertThatThrownBy(() -> cache.putIfAbsent("k0", 1)).isInstanceOf(CacheException.class);
    assertThat(statistics(cache).away()).isTrue();
    assertThat(statistics(cache).openedTimes()).isEqualTo(1);

    refusal.end(redis.raw());
    await().until(() -> !statistics(cache).away());
    assertThat(cache.getAll(values(0).keySet())).isEqualTo(database.rows);
    long before = hits(cache);
    assertThat(cache.getAll(values(0).keySet())).isEqualTo(database.rows);
    assertThat(hits(cache)).isEqualTo(before + KEYS - 1);
  }

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void misses_redisRefusesWrites_areLoadedAndOpenTheBreakerOnce(Refusal refusal)
      throws IOException {
    Cache<String, Integer> cache = redis.cache("loaded", database.readThrough());
    refusal.begin(redis.raw());
    long end = System.nanoTime() + SEVERAL_PROBES.toNanos();
    for (int i = 0; i < 10 || System.nanoTime() - end < 0; i++) {
      database.rows.put("k" + i, i);
      assertThat(cache.get("k" + i)).isEqualTo(i);
    }
    assertThat(statistics(cache).openedTimes()).isEqualTo(1);
    refusal.end(redis.raw());
    await().until(() -> !statistics(cache).away());
    assertThat(cache.get("k0")).isEqualTo(cache.get("k0")).isZero();
    assertThat(hits(cache)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void invoke_redisRefusesWrites_throwsAndChangesNothing(Refusal refusal) throws IOException {
    Cache<String, Integer> cache = redis.cache("processed", database.readThrough());
    cache.put("k", 1);
    refusal.begin(redis.raw());
    assertThatThrownBy(() -> cache.invoke("k", (entry, none) -> increment(entry.getValue(), entry)))
        .isInstanceOf(CacheException.class);
    refusal.end(redis.raw());
    await().until(() -> !statistics(cache).away());
    assertThat(cache.<Integer>invoke("k", (entry, none) -> increment(entry.getValue(), entry)))
        .isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void reads_redisRefusesWrites_areHitsExceptOfChangedKeys(Refusal refusal) throws IOException {
    Cache<String, Integer> cache = redis.cache("read", database.configuration());
    cache.putAll(values(7));
    refusal.begin(redis.raw());
    cache.put("k0", 8);
    assertThat(statistics(cache).away()).isTrue();
    assertThat(statistics(cache).buckets().readOnly()).isEqualTo(1);
    assertThat(statistics(cache).buckets().unavailable()).isZero();

    long before = hits(cache);
    long end = System.nanoTime() + SEVERAL_PROBES.toNanos();
    int rounds = 0;
    for (; rounds < 10 || System.nanoTime() - end < 0; rounds++) {
      Map<String, Integer> expected = values(7);
      expected.put("k0", 8);
      assertThat(cache.getAll(expected.keySet())).isEqualTo(expected);
      assertThat(cache.get("k0")).isEqualTo(8);
      assertThat(cache.get("k1")).isEqualTo(7);
      assertThat(cache.containsKey("k1")).isTrue();
    }
    assertThat(hits(cache)).isEqualTo(before + (long) rounds * KEYS);
    boolean canRemove = refusal == Refusal.FULL;
    assertThat(redis.raw().number("EXISTS", "{read}:k0")).isEqualTo(canRemove ? 0 : 1);
    assertThat(cache.unwrap(CorralCache.class).outageStatistics().waitingRepairs())
        .isEqualTo(canRemove ? 0 : 1);
    refusal.end(redis.raw());
    await().until(() -> !statistics(cache).away());
    assertThat(cache.get("k0")).isEqualTo(8);
    assertThat(redis.raw().number("EXISTS", "{read}:k0")).isEqualTo(1);
  }

  /** A Redis that cannot save accepts no new connections, because it refuses PING. */
  @ParameterizedTest
  @EnumSource(value = Refusal.class, names = "CANNOT_SAVE", mode = EnumSource.Mode.EXCLUDE)
  void cacheOfAnotherJvm_openedWhileRedisRefusesWrites_readsHits(Refusal refusal)
      throws IOException {
    Cache<String, Integer> cache = redis.cache("opened", database.configuration());
    cache.putAll(values(7));
    refusal.begin(redis.raw());
    Cache<String, Integer> other =
        redis.manager("?timeout=1001ms").createCache("opened", database.configuration());
    assertThat(other.getAll(values(0).keySet())).isEqualTo(values(7));
    assertThat(hits(other)).isEqualTo(KEYS);
    refusal.end(redis.raw());
  }

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void get_accessWouldProlongTheEntry_isAHit(Refusal refusal) throws IOException {
    Cache<String, Integer> cache =
        redis.cache(
            "touched",
            database
                .readThrough()
                .setExpiryPolicyFactory(TouchedExpiryPolicy.factoryOf(ONE_MINUTE)));
    cache.put("k", 7);
    refusal.begin(redis.raw());
    database.rows.put("k", 9);
    for (int i = 0; i < 10; i++) {
      assertThat(cache.get("k")).isEqualTo(7);
      assertThat(cache.getAll(Set.of("k"))).containsEntry("k", 7);
    }
    assertThat(hits(cache)).isEqualTo(20);
    refusal.end(redis.raw());
  }

  @Test
  void clearAndRemove_redisIsFull_areDoneAtOnce() throws IOException {
    Cache<String, Integer> cache = redis.cache("removed", String.class, Integer.class);
    cache.putAll(values(7));
    Refusal.FULL.begin(redis.raw());
    cache.put("k1", 8);
    assertThat(statistics(cache).away()).isTrue();
    assertThat(cache.remove("k2")).isTrue();
    assertThat(cache.containsKey("k2")).isFalse();
    cache.clear();
    assertThat(cache.get("k3")).isNull();
    await().until(() -> redis.raw().number("EXISTS", "{removed}:k3") == 0);
    Cache<String, Integer> other =
        redis
            .manager("?timeout=1001ms")
            .createCache("removed", new MutableConfiguration<String, Integer>());
    assertThat(other.get("k3")).isNull();
    Refusal.FULL.end(redis.raw());
  }

  private static Integer increment(
      Integer value, javax.cache.processor.MutableEntry<String, Integer> entry) {
    entry.setValue(value + 1);
    return value + 1;
  }
}
