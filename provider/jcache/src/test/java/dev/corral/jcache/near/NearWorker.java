package dev.corral.jcache.near;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.NearCacheStatistics;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.cache.Cache;
import javax.cache.CacheException;

/**
 * The main class of a child JVM that reads random keys and, if it is a writer, writes random keys
 * of its own. It checks every read against the {@link Timeline}: a value that was overwritten
 * longer ago than the bound is stale. Arguments: the URI, the file of the timeline, the index of
 * this JVM, and the number of writers.
 */
final class NearWorker {

  static final int KEYS = 200;
  static final int BUCKETS = 2;
  static final Duration STALENESS = Duration.ofMillis(500);
  private static final int READERS = 2;

  private final Cache<Integer, Object> cache;
  private final Timeline timeline;
  private final int number;
  private final int writers;
  private final LongAdder reads = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final Queue<String> stale = new ConcurrentLinkedQueue<>();

  private NearWorker(Cache<Integer, Object> cache, Timeline timeline, int number, int writers) {
    this.cache = cache;
    this.timeline = timeline;
    this.number = number;
    this.writers = writers;
  }

  public static void main(String[] arguments) throws InterruptedException {
    try (CorralCachingProvider provider = new CorralCachingProvider()) {
      Cache<Integer, Object> cache =
          provider
              .getCacheManager(URI.create(arguments[0]), null)
              .createCache(
                  "coherent",
                  CorralConfiguration.builder(Integer.class, Object.class)
                      .standard(it -> it.setStatisticsEnabled(true))
                      .buckets(BUCKETS)
                      .failFast(true)
                      .nearCache(NearCacheOptions.ofEntries(KEYS).withMaxStaleness(STALENESS))
                      .build());
      new NearWorker(
              cache,
              Timeline.open(Path.of(arguments[1]), KEYS),
              Integer.parseInt(arguments[2]),
              Integer.parseInt(arguments[3]))
          .run();
    }
  }

  private void run() throws InterruptedException {
    endWithTheTest();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      int seed = number * 100 + i;
      threads.add(new Thread(() -> read(new SplittableRandom(seed))));
    }
    if (number < writers) {
      threads.add(new Thread(() -> write(new SplittableRandom(number))));
    }
    threads.forEach(Thread::start);
    System.out.println("ready");
    for (Thread thread : threads) {
      thread.join();
    }
    NearCacheStatistics near = cache.unwrap(CorralCache.class).nearCacheStatistics();
    System.out.printf(
        "done stale=%d reads=%d failures=%d hits=%d bypasses=%d invalidations=%d gaps=%d %s%n",
        stale.size(),
        reads.sum(),
        failures.sum(),
        near.hits(),
        near.bypasses(),
        near.invalidations(),
        near.gaps(),
        stale.stream().limit(5).toList());
  }

  /** Exits when the test has ended, because the pipe from it is closed then. */
  private static void endWithTheTest() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {}
              } catch (IOException e) {
                // the same as closed
              }
              Runtime.getRuntime().halt(1);
            });
    watch.setDaemon(true);
    watch.start();
  }

  private void read(SplittableRandom random) {
    while (!timeline.isStopped()) {
      int key = random.nextInt(KEYS);
      long start = System.nanoTime();
      long floor = timeline.versionAt(key, start - STALENESS.toNanos());
      try {
        Object value = cache.get(key);
        reads.increment();
        if (value != null && version(value) < floor) {
          stale.add("key %d: read %s, but %d was in Redis before".formatted(key, value, floor));
        }
      } catch (CacheException e) {
        failures.increment();
        pause();
      }
    }
  }

  private static long version(Object value) {
    return (Long) (value instanceof List<?> list ? list.get(0) : value);
  }

  private void write(SplittableRandom random) {
    while (!timeline.isStopped()) {
      timeline.setWaiting(number, timeline.isPaused());
      if (!timeline.isPaused()) {
        writeOne(random);
      }
      pause();
    }
  }

  private void writeOne(SplittableRandom random) {
    int key = random.nextInt(KEYS / writers) * writers + number;
    try {
      switch (random.nextInt(10)) {
        case 0 -> writeAll(random);
        case 1 -> {
          cache.remove(key);
          timeline.skip(key);
        }
        default -> {
          long version = timeline.next(key);
          cache.put(key, value(key, version));
          timeline.written(key, version);
        }
      }
    } catch (CacheException e) {
      failures.increment(); // the write may have been carried out
    }
  }

  private void writeAll(SplittableRandom random) {
    Map<Integer, Object> some = new HashMap<>();
    Map<Integer, Long> versions = new HashMap<>();
    for (int i = 0; i < 5; i++) {
      int key = random.nextInt(KEYS / writers) * writers + number;
      long version = timeline.next(key);
      versions.put(key, version);
      some.put(key, value(key, version));
    }
    cache.putAll(some);
    versions.forEach(timeline::written);
  }

  /** Values of both kinds: shared, and decoded for each reader. */
  private static Object value(int key, long version) {
    return key % 2 == 0 ? (Object) version : new ArrayList<>(List.of(version));
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
