package dev.corral.jcache.outage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/**
 * Threads that call many methods of a cache without loader or writer, each with keys of its own, so
 * that each knows what the cache must answer.
 */
final class MixedLoad implements AutoCloseable {

  private static final int KEYS_EACH = 10;

  private final Cache<String, Integer> cache;
  private final List<Thread> threads = new ArrayList<>();
  private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
  private final LongAdder calls = new LongAdder();
  private volatile boolean ended;

  private MixedLoad(Cache<String, Integer> cache) {
    this.cache = cache;
  }

  static MixedLoad start(Cache<String, Integer> cache, int threads) {
    MixedLoad load = new MixedLoad(cache);
    for (int i = 0; i < threads; i++) {
      int number = i;
      load.threads.add(new Thread(() -> load.run(number), "mixed-load-" + i));
    }
    load.threads.forEach(Thread::start);
    return load;
  }

  private void run(int thread) {
    Map<String, Integer> expected = new HashMap<>();
    while (!ended) {
      String key = "own-" + thread + "-" + ThreadLocalRandom.current().nextInt(KEYS_EACH);
      try {
        call(key, expected);
        calls.increment();
        TimeUnit.MILLISECONDS.sleep(1);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        problems.add(e + " because of " + e.getCause());
        expected.put(key, cache.get(key));
      }
    }
  }

  private void call(String key, Map<String, Integer> expected) {
    Integer known = expected.get(key);
    int value = ThreadLocalRandom.current().nextInt();
    switch (ThreadLocalRandom.current().nextInt(8)) {
      case 0 -> {
        cache.put(key, value);
        expected.put(key, value);
      }
      case 1 -> {
        check(key, "putIfAbsent", known == null, cache.putIfAbsent(key, value));
        expected.putIfAbsent(key, value);
      }
      case 2 -> {
        check(key, "getAndPut", known, cache.getAndPut(key, value));
        expected.put(key, value);
      }
      case 3 -> {
        check(key, "remove", known != null, cache.remove(key));
        expected.remove(key);
      }
      case 4 -> {
        cache.putAll(Map.of(key, value, key + "-pair", value));
        expected.put(key, value);
        expected.put(key + "-pair", value);
      }
      case 5 -> {
        check(key, "invoke", known, exchange(key, value));
        expected.put(key, value);
      }
      case 6 -> check(key, "containsKey", known != null, cache.containsKey(key));
      default -> check(key, "getAll", known, cache.getAll(expected.keySet()).get(key));
    }
    check(key, "get", expected.get(key), cache.get(key));
  }

  private @Nullable Integer exchange(String key, int value) {
    return cache.invoke(
        key,
        (entry, none) -> {
          Integer old = entry.getValue();
          entry.setValue(value);
          return old;
        });
  }

  private void check(
      String key, String method, @Nullable Object expected, @Nullable Object actual) {
    if (!Objects.equals(expected, actual)) {
      problems.add("%s(%s) was %s instead of %s".formatted(method, key, actual, expected));
    }
  }

  long calls() {
    return calls.sum();
  }

  /** Descriptions of exceptions and wrong answers; should be empty. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  void end() throws InterruptedException {
    ended = true;
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    }
  }

  @Override
  public void close() {
    ended = true;
  }
}
