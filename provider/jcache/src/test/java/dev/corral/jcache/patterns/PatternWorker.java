package dev.corral.jcache.patterns;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.WarmUp;
import dev.corral.jcache.WarmUpOptions;
import dev.corral.jcache.fixtures.RawRedis;
import dev.corral.jcache.internal.cache.RedisCache;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.CacheManager;

/**
 * A JVM that takes jobs from a list in Redis, runs them concurrently, and appends their results to
 * other lists. A job is the text {@code id|name|cache|spec|arguments}.
 */
public final class PatternWorker {

  private static final ExecutorService THREADS = Executors.newCachedThreadPool();

  private PatternWorker() {}

  public static void main(String[] arguments) {
    URI uri = URI.create(arguments[0]);
    CacheManager manager = new CorralCachingProvider().getCacheManager(uri, null);
    RawRedis redis = RawRedis.connect(uri);
    manager.createCache("warm", Spec.of("").configuration("warm", uri)).get("up");
    System.out.println("ready");
    while (true) {
      List<?> popped = (List<?>) redis.call("BLPOP", "test:jobs:" + arguments[1], "0");
      String[] job = ((String) popped.get(1)).split("\\|", -1);
      var unused = THREADS.submit(() -> run(manager, uri, job));
    }
  }

  private static void run(CacheManager manager, URI uri, String[] job) {
    String result;
    try {
      Cache<String, String> cache = Spec.open(manager, job[2], job[3], uri);
      result = run(cache, job[1], job);
    } catch (Exception e) {
      result = "failed: " + e;
    }
    try (RawRedis redis = RawRedis.connect(uri)) {
      redis.call("RPUSH", "test:result:" + job[0], result);
    }
  }

  private static String run(Cache<String, String> cache, String name, String[] job)
      throws Exception {
    return switch (name) {
      case "get" -> gets(cache, job[4], Integer.parseInt(job[5]));
      case "getMany" -> each(cache, Integer.parseInt(job[4]), i -> cache.get("k" + i));
      case "putMany" -> each(cache, Integer.parseInt(job[4]), i -> put(cache, "k" + i, job[5]));
      case "removeMany" ->
          each(cache, Integer.parseInt(job[4]), i -> String.valueOf(cache.remove("k" + i)));
      case "clear" -> {
        cache.clear();
        yield "cleared";
      }
      case "put" -> put(cache, job[4], job[5]);
      case "getAll" -> getAll(cache, Integer.parseInt(job[4]), Integer.parseInt(job[5]));
      case "warm" -> warm(cache, Integer.parseInt(job[4]), Integer.parseInt(job[5]));
      case "cold" -> cold(cache, Integer.parseInt(job[4]), Integer.parseInt(job[5]));
      case "shuffled" -> shuffled(cache, Integer.parseInt(job[4]), Integer.parseInt(job[5]));
      case "read" -> read(cache, Integer.parseInt(job[4]), Integer.parseInt(job[5]));
      case "mix" -> mix(cache, Integer.parseInt(job[4]), Long.parseLong(job[5]), job[6]);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static String put(Cache<String, String> cache, String key, String value) {
    cache.put(key, value);
    return "put";
  }

  /** The times in ms at which the threads had the value; a thread without a value adds "-". */
  private static String gets(Cache<String, String> cache, String key, int threads)
      throws Exception {
    List<String> ends =
        inThreads(
            threads, thread -> (cache.get(key) == null ? "-" : "") + System.currentTimeMillis());
    return String.join(",", ends);
  }

  private static String each(Cache<String, String> cache, int threads, Work work) throws Exception {
    return cache.getName() + inThreads(threads, work).size();
  }

  private static String getAll(Cache<String, String> cache, int threads, int keys)
      throws Exception {
    Set<String> all = new LinkedHashSet<>();
    for (int i = 0; i < keys; i++) {
      all.add("k" + i);
    }
    return inThreads(threads, thread -> String.valueOf(cache.getAll(all).size())).toString();
  }

  /** Warms the keys w0, w1 and so on; the state, the keys that were processed, and that failed. */
  @SuppressWarnings("unchecked")
  private static String warm(Cache<String, String> cache, int keys, int batchSize) {
    CorralCache<String, String> corral = cache.unwrap(CorralCache.class);
    WarmUp warmUp =
        corral.warm(
            IntStream.range(0, keys).mapToObj(i -> "w" + i),
            WarmUpOptions.DEFAULTS.withBatchSize(batchSize));
    WarmUp.Progress end = warmUp.completion().toCompletableFuture().join();
    return end.state() + "," + end.processed() + "," + end.failed();
  }

  /** Reads each key once per JVM, in many threads, so that the JVMs compete for every key. */
  private static String cold(Cache<String, String> cache, int threads, int keys) throws Exception {
    AtomicInteger next = new AtomicInteger();
    AtomicInteger found = new AtomicInteger();
    inThreads(
        threads,
        thread -> {
          for (int i = next.getAndIncrement(); i < keys; i = next.getAndIncrement()) {
            found.addAndGet(cache.get("k" + i) == null ? 0 : 1);
          }
          return "";
        });
    return found.toString();
  }

  /** Reads each key once, in an order of this JVM; the number found, then the times in µs. */
  private static String shuffled(Cache<String, String> cache, int threads, int keys)
      throws Exception {
    List<Integer> order = new ArrayList<>(IntStream.range(0, keys).boxed().toList());
    Collections.shuffle(order);
    AtomicInteger next = new AtomicInteger();
    AtomicInteger found = new AtomicInteger();
    ConcurrentLinkedQueue<Long> micros = new ConcurrentLinkedQueue<>();
    inThreads(
        threads,
        thread -> {
          for (int i = next.getAndIncrement(); i < keys; i = next.getAndIncrement()) {
            long start = System.nanoTime();
            found.addAndGet("loaded".equals(cache.get("k" + order.get(i))) ? 1 : 0);
            micros.add((System.nanoTime() - start) / 1_000);
          }
          return "";
        });
    return found + "," + String.join(",", micros.stream().map(String::valueOf).toList());
  }

  /** The number of reads, of misses, and the p99 and the longest read in µs. */
  private static String read(Cache<String, String> cache, int threads, int millis)
      throws Exception {
    ConcurrentLinkedQueue<Long> micros = new ConcurrentLinkedQueue<>();
    var statistics = ((RedisCache<?, ?>) cache).statistics();
    statistics.clear();
    inThreads(
        threads,
        thread -> {
          long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
          while (System.nanoTime() < end) {
            long start = System.nanoTime();
            cache.get("hot");
            micros.add((System.nanoTime() - start) / 1_000);
            CountingLoaderWriter.sleep(10);
          }
          return "";
        });
    long[] sorted = micros.stream().mapToLong(it -> it).sorted().toArray();
    long p99 = sorted[sorted.length * 99 / 100];
    return sorted.length
        + ","
        + statistics.getCacheMisses()
        + ","
        + p99
        + ","
        + sorted[sorted.length - 1];
  }

  /** Random puts, removals, replacements and reads; returns their number. */
  private static String mix(Cache<String, String> cache, int threads, long millis, String seed)
      throws Exception {
    AtomicInteger operations = new AtomicInteger();
    inThreads(
        threads,
        thread -> {
          Random random = new Random(Long.parseLong(seed) * 100 + thread);
          long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
          while (System.nanoTime() < end) {
            runRandomOperation(cache, random, "v" + seed + "-" + thread + "-" + random.nextInt(3));
            operations.incrementAndGet();
          }
          return "";
        });
    return operations.toString();
  }

  private static void runRandomOperation(Cache<String, String> cache, Random random, String value) {
    String key = "k" + random.nextInt(6);
    switch (random.nextInt(8)) {
      case 0 -> cache.put(key, value);
      case 1 -> cache.remove(key);
      case 2 -> cache.replace(key, value);
      case 3 -> {
        String old = cache.get(key);
        if (old != null) {
          cache.replace(key, old, value);
        }
      }
      case 4 -> cache.putIfAbsent(key, value);
      default -> cache.get(key);
    }
  }

  private interface Work {
    String of(int thread) throws Exception;
  }

  private static List<String> inThreads(int threads, Work work)
      throws InterruptedException, ExecutionException {
    List<Callable<String>> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int thread = i;
      all.add(() -> work.of(thread));
    }
    List<String> results = new ArrayList<>();
    for (Future<String> future : THREADS.invokeAll(all)) {
      results.add(future.get());
    }
    return results;
  }
}
