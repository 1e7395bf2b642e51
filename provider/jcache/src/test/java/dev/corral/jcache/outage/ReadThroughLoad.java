package dev.corral.jcache.outage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/**
 * 32 threads that read all keys, and write keys of their own. Each thread knows the last version
 * that it wrote of a key, so it recognizes a stale one.
 */
final class ReadThroughLoad implements AutoCloseable {

  static final int THREADS = 32;
  private static final int KEYS_EACH = 8;

  private final Cache<String, Integer> cache;
  private final Database database;
  private final List<Thread> threads = new ArrayList<>();
  private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
  private volatile boolean measured;
  private volatile boolean ended;

  private ReadThroughLoad(Cache<String, Integer> cache, Database database) {
    this.cache = cache;
    this.database = database;
  }

  static ReadThroughLoad start(Cache<String, Integer> cache, Database database) {
    ReadThroughLoad load = new ReadThroughLoad(cache, database);
    for (int thread = 0; thread < THREADS; thread++) {
      for (int i = 0; i < KEYS_EACH; i++) {
        database.rows.put(key(thread, i), 0);
      }
    }
    for (int thread = 0; thread < THREADS; thread++) {
      int number = thread;
      load.threads.add(new Thread(() -> load.run(number), "load-" + thread));
    }
    load.threads.forEach(Thread::start);
    return load;
  }

  private static String key(int thread, int i) {
    return "k" + thread + "-" + i;
  }

  private void run(int thread) {
    int[] last = new int[KEYS_EACH];
    ThreadLocalRandom random = ThreadLocalRandom.current();
    while (!ended) {
      try {
        int i = random.nextInt(KEYS_EACH);
        if (random.nextInt(10) == 0) {
          cache.put(key(thread, i), ++last[i]);
        }
        Integer own = get(key(thread, i));
        if (own == null || own < last[i]) {
          problems.add("stale: %s instead of %d".formatted(own, last[i]));
        }
        get(key(random.nextInt(THREADS), random.nextInt(KEYS_EACH)));
        TimeUnit.MILLISECONDS.sleep(2);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        problems.add(
            e
                + " because of "
                + e.getCause()
                + " because of "
                + (e.getCause() == null ? null : e.getCause().getCause()));
      }
    }
  }

  private @Nullable Integer get(String key) {
    long start = System.nanoTime();
    Integer value = cache.get(key);
    if (measured) {
      nanos.add(System.nanoTime() - start);
    }
    return value;
  }

  /** Measures the reads during this time, and returns their median in microseconds. */
  double medianMicros(long millis) throws InterruptedException {
    nanos.clear();
    measured = true;
    TimeUnit.MILLISECONDS.sleep(millis);
    measured = false;
    long[] sorted = nanos.stream().mapToLong(it -> it).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2] / 1000.0;
  }

  /** Descriptions of exceptions, and of reads older than the last write; should be empty. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** Ends the threads, and then compares every key of the cache with its row. */
  void end() throws InterruptedException {
    ended = true;
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    }
    for (int thread = 0; thread < THREADS; thread++) {
      for (int i = 0; i < KEYS_EACH; i++) {
        Integer cached = cache.get(key(thread, i));
        Integer row = database.rows.get(key(thread, i));
        if (cached == null || !cached.equals(row)) {
          problems.add(
              "%s is %s in the cache, %s in the database".formatted(key(thread, i), cached, row));
        }
      }
    }
  }

  @Override
  public void close() {
    ended = true;
  }
}
