package dev.corral.jcache.internal.cache;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running {@code loadAll} calls of one cache. A cache waits for them before it closes its
 * loader. Safe for many threads.
 */
final class PendingLoads {

  private static final Logger log = LoggerFactory.getLogger(PendingLoads.class);

  /** How long {@link #await} waits. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(10);

  private final String cacheName;
  private final Executor executor;
  private final AtomicLong numbers = new AtomicLong();
  private final ConcurrentMap<Long, CompletableFuture<Void>> pending = new ConcurrentHashMap<>();

  PendingLoads(String cacheName, Executor executor) {
    this.cacheName = cacheName;
    this.executor = executor;
  }

  /** Runs a load by the executor; logs what it throws, since no thread waits for it. */
  void start(Runnable load) {
    CompletableFuture<Void> running = CompletableFuture.runAsync(load, executor);
    long number = numbers.incrementAndGet();
    pending.put(number, running);
    var unused =
        running.whenComplete(
            (done, failure) -> {
              pending.remove(number);
              if (failure != null) {
                log.warn(
                    "Cache '{}': loadAll failed; check its loader and its completion listener",
                    cacheName,
                    failure);
              }
            });
  }

  /** Waits until all running loads have ended; after 10 s it only logs a warning. */
  void await() {
    CompletableFuture<?>[] all = pending.values().toArray(CompletableFuture[]::new);
    try {
      await(CompletableFuture.allOf(all), MAX_WAIT);
    } catch (ExecutionException e) {
      log.debug("Cache '{}': loadAll failed while the cache was being closed", cacheName, e);
    } catch (TimeoutException e) {
      log.warn(
          "Cache '{}': loadAll is still running after {} ms; the cache closes its loader now",
          cacheName,
          MAX_WAIT.toMillis());
    }
  }

  /**
   * Waits although the thread is interrupted, so that no loader is closed while it runs. The thread
   * is interrupted again afterwards.
   */
  static void await(CompletableFuture<?> end, Duration longest)
      throws ExecutionException, TimeoutException {
    long deadline = System.nanoTime() + longest.toNanos();
    boolean isInterrupted = false;
    try {
      while (true) {
        try {
          end.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
          return;
        } catch (InterruptedException e) {
          isInterrupted = true;
        }
      }
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
