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

/** The {@code loadAll} calls that are under way, so that no loader is closed while it loads. */
final class PendingLoads {

  private static final Logger log = LoggerFactory.getLogger(PendingLoads.class);

  private final Executor executor;
  private final AtomicLong numbers = new AtomicLong();
  private final ConcurrentMap<Long, CompletableFuture<Void>> pending = new ConcurrentHashMap<>();

  PendingLoads(Executor executor) {
    this.executor = executor;
  }

  void start(Runnable load) {
    CompletableFuture<Void> running = CompletableFuture.runAsync(load, executor);
    long number = numbers.incrementAndGet();
    pending.put(number, running);
    var unused = running.whenComplete((done, failure) -> pending.remove(number));
  }

  /** Waits for all of them, but not for ever: a loader that hangs must not hang the caller. */
  void await(String cacheName, Duration patience) {
    CompletableFuture<?>[] all = pending.values().toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(all).get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      log.debug("Cache '{}': a load failed while the cache was closed", cacheName, e);
    } catch (TimeoutException e) {
      log.warn("Cache '{}' is closed while its loader still loads", cacheName);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
