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

  private final Executor executor;
  private final AtomicLong numbers = new AtomicLong();
  private final ConcurrentMap<Long, CompletableFuture<Void>> pending = new ConcurrentHashMap<>();

  PendingLoads(Executor executor) {
    this.executor = executor;
  }

  /** Runs a load by the executor. */
  void start(Runnable load) {
    CompletableFuture<Void> running = CompletableFuture.runAsync(load, executor);
    long number = numbers.incrementAndGet();
    pending.put(number, running);
    var unused = running.whenComplete((done, failure) -> pending.remove(number));
  }

  /** Waits until all running loads have ended; after a timeout it only logs a warning. */
  void await(String cacheName, Duration timeout) {
    CompletableFuture<?>[] all = pending.values().toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(all).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      log.debug("Cache '{}': loadAll failed while the cache was being closed", cacheName, e);
    } catch (TimeoutException e) {
      log.warn(
          "Cache '{}': loadAll is still running after {} ms; the cache closes its loader now",
          cacheName,
          timeout.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
