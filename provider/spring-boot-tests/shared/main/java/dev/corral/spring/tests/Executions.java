package dev.corral.spring.tests;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;

/**
 * Counts the executions of cached methods in this JVM, for each shape and key. An execution ends
 * only when all requests that the test sends to this JVM have arrived, so they are concurrent for
 * certain.
 */
@Component
public class Executions {

  private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** From the arrival of the last request to the end of the execution. */
  private static final long SETTLE_MILLIS = 40;

  private final ConcurrentMap<String, Round> rounds = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "execution");
            thread.setDaemon(true);
            return thread;
          });

  /** A request arrives. */
  void enter(String shape, int key, int expected) {
    Round round = round(shape, key);
    round.expected = expected;
    round.inFlight.incrementAndGet();
  }

  /** A request is answered. */
  void leave(String shape, int key) {
    round(shape, key).inFlight.decrementAndGet();
  }

  /** How often the method ran with this key. */
  int count(String shape, int key) {
    return round(shape, key).executions.get();
  }

  /** The body of a cached method: a text that no other execution returns. */
  public String run(String shape, Object key) {
    return round(shape, key).run(shape + "/" + key);
  }

  /** The same in another thread. */
  public CompletableFuture<String> runAsync(String shape, Object key) {
    return CompletableFuture.supplyAsync(() -> run(shape, key), threads);
  }

  private Round round(String shape, Object key) {
    return rounds.computeIfAbsent(shape + "/" + key, it -> new Round());
  }

  /** One method with one key. */
  private static final class Round {

    private final AtomicInteger executions = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile int expected;

    private String run(String id) {
      int number = executions.incrementAndGet();
      try {
        awaitRequests();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted", e);
      }
      return id + "#" + number + "@" + ProcessHandle.current().pid();
    }

    private void awaitRequests() throws InterruptedException {
      if (expected <= 1) {
        return;
      }
      long start = System.nanoTime();
      while (inFlight.get() < expected) {
        if (System.nanoTime() - start > MAX_WAIT_NANOS) {
          throw new IllegalStateException(
              "Only %d of %d requests arrived".formatted(inFlight.get(), expected));
        }
        TimeUnit.MILLISECONDS.sleep(2);
      }
      TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
    }
  }
}
