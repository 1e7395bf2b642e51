package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.ChangeIntent;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.VerificationStatistics;
import dev.corral.jcache.VerifyOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What a verification finds while many threads read and change the cache. {@code
 * -Dtest.verify-seconds=600} lets the correct updates run for ten minutes.
 */
@Tag("baseline-jdk")
class VerificationUnderLoadTest {

  private static final int SECONDS = Integer.getInteger("test.verify-seconds", 4);
  private static final int READS_PER_SECOND = 10_000;
  private static final int KEYS = 20;
  private static final int TURNS = 10;
  private static OwnRedis redis;

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  /** A database that needs up to 2 ms for a call. */
  private static final class Rows
      implements CacheLoader<Integer, String>, CacheWriter<Integer, String> {

    final Map<Integer, String> rows = new ConcurrentHashMap<>();

    private static void pause() {
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(2_000_000));
    }

    @Override
    public @Nullable String load(Integer key) {
      pause();
      String row = rows.get(key);
      pause();
      return row;
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> found = new HashMap<>();
      keys.forEach(
          key -> {
            String row = rows.get(key);
            if (row != null) {
              found.put(key, row);
            }
          });
      pause();
      return found;
    }

    @Override
    public void write(Cache.Entry<? extends Integer, ? extends String> entry) {
      pause();
      rows.put(entry.getKey(), entry.getValue());
      pause();
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Integer, ? extends String>> entries) {
      entries.forEach(this::write);
      entries.clear();
    }

    @Override
    public void delete(Object key) {
      rows.remove((Integer) key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.forEach(this::delete);
      keys.clear();
    }
  }

  private static CorralConfiguration.Builder<Integer, String> reading(Rows rows) {
    return CorralConfiguration.builder(Integer.class, String.class)
        .standard(it -> it.setReadThrough(true).setCacheLoaderFactory(new SingletonFactory<>(rows)))
        .loading(LoadOptions.DEFAULTS.withNegativeTimeToLive(Duration.ofMinutes(1)));
  }

  private static CorralConfiguration.Builder<Integer, String> reading(
      Rows rows, VerifyOptions options) {
    return reading(rows).verify(options);
  }

  @SuppressWarnings("unchecked")
  private static CorralCache<Integer, String> open(
      String name, CorralConfiguration.Builder<Integer, String> configuration) {
    return redis.manager().createCache(name, configuration.build()).unwrap(CorralCache.class);
  }

  /**
   * One update without the cache, of one key among 20; several times, if the test runs for long.
   */
  @Test
  void staleKey_oneInAThousandOfTenThousandReads_isFoundWithinAMinute()
      throws InterruptedException {
    Rows rows = new Rows();
    CorralCache<Integer, String> cache =
        open("planted", reading(rows, VerifyOptions.ofSample(0.001)));
    Set<Integer> keys = IntStream.range(0, KEYS).boxed().collect(Collectors.toSet());
    keys.forEach(key -> rows.rows.put(key, "row " + key));
    assertThat(cache.getAll(keys)).hasSize(KEYS);
    for (int round = 0; round < Math.max(1, SECONDS / 60); round++) {
      rows.rows.put(round % KEYS, "changed without the cache " + round);
      long before = cache.verificationStatistics().staleHits();
      long reads = 0;
      long startNanos = System.nanoTime();
      while (cache.verificationStatistics().staleHits() == before) {
        long nanos = System.nanoTime() - startNanos;
        assertThat(nanos).as("ns until now").isLessThan(Duration.ofMinutes(1).toNanos());
        if (reads < nanos / 1_000 * READS_PER_SECOND / 1_000_000) {
          assertThat(cache.getAll(keys)).hasSize(KEYS);
          reads += KEYS;
        } else {
          TimeUnit.MILLISECONDS.sleep(1);
        }
      }
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
      System.out.printf(
          "found after %d ms, at %d reads/s: %s%n",
          millis, reads * 1_000 / millis, cache.verificationStatistics());
      assertThat(cache.remove(round % KEYS)).isTrue();
      assertThat(cache.getAll(keys)).hasSize(KEYS);
    }
  }

  /** Measures the cost of a sample: four threads read as fast as they can, in turns. */
  @Test
  @EnabledIfSystemProperty(named = "test.verify-seconds", matches = ".+")
  void reads_withASample_costLittle() throws InterruptedException {
    Map<String, CorralCache<Integer, String>> caches = new LinkedHashMap<>();
    Rows rows = new Rows();
    IntStream.range(0, 1_000).forEach(key -> rows.rows.put(key, "row " + key));
    caches.put("without", open("plain", reading(rows)));
    caches.put("0.1 %", open("sampled", reading(rows, VerifyOptions.ofSample(0.001))));
    caches.put("1 %", open("sampled more", reading(rows, VerifyOptions.ofSample(0.01))));
    Map<String, List<long[]>> nanos = new LinkedHashMap<>();
    for (int turn = -1; turn < TURNS; turn++) { // the first one is not counted
      for (Map.Entry<String, CorralCache<Integer, String>> each : caches.entrySet()) {
        List<long[]> found = readFor(each.getValue(), Duration.ofSeconds(2));
        if (turn >= 0) {
          nanos.computeIfAbsent(each.getKey(), it -> new ArrayList<>()).addAll(found);
        }
      }
    }
    nanos.forEach(
        (name, lists) -> {
          long[] all = lists.stream().flatMapToLong(LongStream::of).sorted().toArray();
          System.out.printf(
              "sample %s: %d reads/s, p50 %d µs, p99 %d µs; %s%n",
              name,
              all.length / (2L * TURNS),
              all[all.length / 2] / 1_000,
              all[all.length / 100 * 99] / 1_000,
              caches.get(name).verificationStatistics());
        });
  }

  /** How many ns each read took. */
  private static List<long[]> readFor(Cache<Integer, String> cache, Duration time)
      throws InterruptedException {
    List<long[]> found = Collections.synchronizedList(new ArrayList<>());
    long endNanos = System.nanoTime() + time.toNanos();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                LongStream.Builder own = LongStream.builder();
                long now = System.nanoTime();
                while (now - endNanos < 0) {
                  String value = cache.get(ThreadLocalRandom.current().nextInt(1_000));
                  assertThat(value != null).isTrue();
                  long next = System.nanoTime();
                  own.add(next - now);
                  now = next;
                }
                found.add(own.build().toArray());
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return found;
  }

  /** How a cache is changed together with its database. */
  private interface Update {

    void run(CorralCache<Integer, String> cache, Rows rows, int key, String value);
  }

  /** Four correct ways, each with rows that change between two values as fast as they can. */
  @Test
  void correctUpdates_allTheTime_raiseNoFalseAlarm() throws InterruptedException {
    VerifyOptions all =
        VerifyOptions.ofSample(1).withDelay(Duration.ofMillis(50)).withMaxPerSecond(100_000);
    List<Running> running =
        List.of(
            start(
                "write-through",
                all,
                (rows, builder) -> writing(rows, builder),
                (cache, rows, key, value) -> cache.put(key, value)),
            start(
                "write-behind",
                all,
                (rows, builder) ->
                    writing(rows, builder)
                        .writeBehind(WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMillis(20))),
                (cache, rows, key, value) -> cache.put(key, value)),
            start(
                "intents",
                all,
                (rows, builder) -> builder,
                (cache, rows, key, value) -> {
                  try (ChangeIntent intent =
                      cache.recordIntent(Set.of(key), Duration.ofSeconds(10))) {
                    rows.rows.put(key, value);
                    intent.confirm();
                  }
                }),
            start( // the removal may be late if the thread is not scheduled
                "removal",
                all.withDelay(Duration.ofSeconds(1)),
                (rows, builder) -> builder,
                (cache, rows, key, value) -> {
                  rows.rows.put(key, value);
                  cache.remove(key);
                }));
    TimeUnit.SECONDS.sleep(SECONDS);
    for (Running each : running) {
      each.stop();
    }
    for (Running each : running) {
      VerificationStatistics found = each.cache.verificationStatistics();
      System.out.printf("%s: %s%n", each.cache.getName(), found);
      assertThat(found.staleHits()).as(each.cache.getName() + ": " + found).isZero();
      assertThat(found.compared()).as(each.cache.getName()).isPositive();
    }
  }

  private static CorralConfiguration.Builder<Integer, String> writing(
      Rows rows, CorralConfiguration.Builder<Integer, String> builder) {
    return builder.standard(
        it -> it.setWriteThrough(true).setCacheWriterFactory(new SingletonFactory<>(rows)));
  }

  /** What is special about a cache. */
  private interface Kind {

    CorralConfiguration.Builder<Integer, String> of(
        Rows rows, CorralConfiguration.Builder<Integer, String> builder);
  }

  private Running start(String name, VerifyOptions options, Kind kind, Update update) {
    Rows rows = new Rows();
    Running running = new Running(open(name, kind.of(rows, reading(rows, options))));
    running.repeat(
        () -> {
          int key = ThreadLocalRandom.current().nextInt(10);
          String value = ThreadLocalRandom.current().nextBoolean() ? "one" : "other";
          update.run(running.cache, rows, key, value);
          Rows.pause();
        });
    running.repeat(() -> running.cache.get(ThreadLocalRandom.current().nextInt(10)));
    running.repeat(
        () -> {
          var unused = running.cache.getAll(Set.of(1, 3, 5));
          Rows.pause();
        });
    return running;
  }

  /** A cache whose threads read and change it. */
  private static final class Running {

    final CorralCache<Integer, String> cache;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Running(CorralCache<Integer, String> cache) {
      this.cache = cache;
    }

    void repeat(Runnable step) {
      Thread thread =
          new Thread(
              () -> {
                while (!stopped) {
                  step.run();
                }
              });
      threads.add(thread);
      thread.start();
    }

    void stop() throws InterruptedException {
      stopped = true;
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }
}
