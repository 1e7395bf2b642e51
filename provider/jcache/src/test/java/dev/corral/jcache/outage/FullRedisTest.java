package dev.corral.jcache.outage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.WritingBehind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis whose memory is full while threads read entries that exist and write others. Each removal
 * makes room for a moment, so Redis accepts and refuses changes in turn.
 */
class FullRedisTest {

  private static final Logger log = LoggerFactory.getLogger(FullRedisTest.class);

  private static final int PRESENT = 500;
  private static final int READERS = 4;
  private static final int WRITERS = 4;
  private static final long FULL_MILLIS = 2_000;

  private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
  private final LongAdder reads = new LongAdder();
  private final LongAdder writes = new LongAdder();
  private volatile boolean ended;

  @Test
  void readsOfPresentEntries_redisIsFull_areHitsAndWritesAreNeverStale() throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (OwnRedis redis = new OwnRedis()) {
      TextDatabase database = new TextDatabase();
      Cache<String, String> cache = redis.cache("full", database.configuration());
      Map<String, String> present = new HashMap<>();
      IntStream.range(0, PRESENT).forEach(i -> present.put("present-" + i, "x".repeat(500)));
      database.rows.putAll(present);
      cache.putAll(present);
      CorralCache<?, ?> counted = cache.unwrap(CorralCache.class);
      long used = Long.parseLong(usedMemory(redis));
      redis.raw().call("CONFIG", "SET", "maxmemory-policy", "noeviction");
      redis.raw().call("CONFIG", "SET", "maxmemory", used + (100 << 10));
      System.setErr(new PrintStream(output, true, UTF_8));

      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        threads.add(new Thread(() -> read(cache), "reader-" + i));
      }
      for (int i = 0; i < WRITERS; i++) {
        int number = i;
        threads.add(new Thread(() -> write(cache, number), "writer-" + i));
      }
      long hitsBefore = cacheHits(cache);
      threads.forEach(Thread::start);
      TimeUnit.MILLISECONDS.sleep(FULL_MILLIS);
      ended = true;
      for (Thread thread : threads) {
        thread.join(TimeUnit.SECONDS.toMillis(10));
      }
      System.setErr(before);

      long refused = counted.outageStatistics().writtenAround();
      double hitRatio = (double) (cacheHits(cache) - hitsBefore) / reads.sum();
      log.info(
          "{} reads, {} % hits; {} of {} writes refused", reads, 100 * hitRatio, refused, writes);
      assertThat(problems).isEmpty();
      assertThat(refused).isPositive();
      assertThat(hitRatio).isGreaterThanOrEqualTo(0.99);
      assertThat(
              output
                  .toString(UTF_8)
                  .lines()
                  .filter(it -> it.contains("Redis") && !it.contains("jcache.advice")))
          .hasSizeLessThanOrEqualTo(2);
      redis.raw().call("CONFIG", "SET", "maxmemory", "0");
      await().until(() -> !counted.outageStatistics().away());
      for (Map.Entry<String, String> row : database.rows.entrySet()) {
        assertThat(cache.get(row.getKey())).isEqualTo(row.getValue());
      }
    } finally {
      System.setErr(before);
    }
  }

  /** What the queue has freed makes room again. */
  @Test
  void flush_redisIsFull_queuedChangesReachTheDatabase() {
    try (OwnRedis redis = new OwnRedis()) {
      WritingBehind behind = new WritingBehind();
      CorralCache<String, String> cache =
          behind.open(
              redis.manager(),
              WriteBehindOptions.DEFAULTS
                  .withDelay(Duration.ofMinutes(1))
                  .withRetries(1, Duration.ofMillis(20), Duration.ofMillis(50)),
              1);
      behind.database.poison.add("dead");
      cache.put("dead", "1");
      assertThat(cache.flush(Duration.ofSeconds(10))).isTrue();
      IntStream.range(0, PRESENT).forEach(i -> cache.put("k" + i, "v" + i));
      behind.database.poison.add("k0");
      redis.raw().call("CONFIG", "SET", "maxmemory", 1 << 20);

      assertThat(cache.flush(Duration.ofSeconds(10))).isTrue();
      assertThat(behind.database.rows).hasSize(PRESENT - 1).containsEntry("k1", "v1");
      assertThat(cache.deadLetters()).hasSize(2);

      behind.database.poison.clear();
      cache.replayDeadLetters();
      await().until(() -> cache.flush(Duration.ofSeconds(5)));
      assertThat(behind.database.rows).containsEntry("k0", "v0").containsEntry("dead", "1");
    }
  }

  private static String usedMemory(OwnRedis redis) {
    return redis.raw().text("INFO", "memory").replaceAll("(?s).*used_memory:(\\d+).*", "$1");
  }

  private static long cacheHits(Cache<String, String> cache) {
    return cache
        .unwrap(dev.corral.jcache.internal.cache.RedisCache.class)
        .statistics()
        .getCacheHits();
  }

  private void read(Cache<String, String> cache) {
    while (!ended) {
      try {
        String key = "present-" + ThreadLocalRandom.current().nextInt(PRESENT);
        if (cache.get(key) == null) {
          problems.add(key + " has no value");
        }
        reads.increment();
      } catch (RuntimeException e) {
        problems.add(e + " because of " + e.getCause());
      }
    }
  }

  private void write(Cache<String, String> cache, int thread) {
    for (int i = 0; !ended; i++) {
      try {
        cache.put("written-" + thread + "-" + i % 50, i + "y".repeat(2_000));
        writes.increment();
        TimeUnit.MILLISECONDS.sleep(1);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        problems.add(e + " because of " + e.getCause());
      }
    }
  }

  /** The database behind the cache. */
  private static final class TextDatabase
      implements javax.cache.integration.CacheLoader<String, String>,
          javax.cache.integration.CacheWriter<String, String> {

    final Map<String, String> rows = new java.util.concurrent.ConcurrentHashMap<>();

    MutableConfiguration<String, String> configuration() {
      return new MutableConfiguration<String, String>()
          .setTypes(String.class, String.class)
          .setStatisticsEnabled(true)
          .setReadThrough(true)
          .setWriteThrough(true)
          .setCacheLoaderFactory(new FactoryBuilder.SingletonFactory<>(this))
          .setCacheWriterFactory(new FactoryBuilder.SingletonFactory<>(this));
    }

    @Override
    @SuppressWarnings("NullAway") // the specification allows null for a missing key
    public String load(String key) {
      return rows.get(key);
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> loaded = new HashMap<>();
      for (String key : keys) {
        if (rows.containsKey(key)) {
          loaded.put(key, rows.get(key));
        }
      }
      return loaded;
    }

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      rows.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(
        java.util.Collection<Cache.Entry<? extends String, ? extends String>> all) {
      all.forEach(this::write);
      all.clear();
    }

    @Override
    public void delete(Object key) {
      rows.remove((String) key);
    }

    @Override
    public void deleteAll(java.util.Collection<?> keys) {
      keys.forEach(this::delete);
      keys.clear();
    }
  }
}
