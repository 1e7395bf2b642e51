package dev.corral.jcache.internal.cache;

import dev.corral.jcache.internal.entry.UserCode;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The asynchronous operations of one cache. A cache waits for those that run before it closes its
 * callbacks, and completes the futures of all others. Safe for many threads.
 */
public final class AsyncCalls<K, V> {

  private static final Logger log = LoggerFactory.getLogger(AsyncCalls.class);

  private static final Duration MAX_WAIT = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 5;

  private final String cacheName;
  private final NearReads<K, V> near;
  private final Executor threads;
  private final Duration maxWait;

  /** Those that have neither ended nor been discarded. */
  private final Set<AsyncCall<?>> calls = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  /**
   * @param threads runs operations in threads of its own; may refuse them
   */
  AsyncCalls(String cacheName, NearReads<K, V> near, Executor threads) {
    this(cacheName, near, threads, MAX_WAIT);
  }

  /**
   * @param maxWait how long {@link #close} waits
   */
  AsyncCalls(String cacheName, NearReads<K, V> near, Executor threads, Duration maxWait) {
    this.cacheName = cacheName;
    this.near = near;
    this.threads = threads;
    this.maxWait = maxWait;
  }

  /** The reads that need no thread. */
  NearReads<K, V> near() {
    return near;
  }

  /** Starts an operation without a result. */
  CompletableFuture<@Nullable Void> run(Runnable operation) {
    return this.<@Nullable Void>start(
        () -> {
          operation.run();
          return null;
        });
  }

  /**
   * Starts a read, unless the near cache answers it.
   *
   * @param answer that of the near cache, or null; runs in the calling thread, without blocking
   */
  <T extends @Nullable Object> CompletableFuture<T> start(
      Supplier<@Nullable T> answer, Supplier<T> operation) {
    if (!closed) {
      try {
        T found = answer.get();
        if (found != null) {
          return CompletableFuture.completedFuture(found);
        }
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
    return start(operation);
  }

  /**
   * Starts an operation; all failures are in the future. Does not block, except in a thread that
   * runs user code for another operation: there, the operation has run when this returns.
   */
  <T extends @Nullable Object> CompletableFuture<T> start(Supplier<T> operation) {
    AsyncCall<T> call = new AsyncCall<>(operation, calls::remove);
    calls.add(call);
    if (closed) {
      call.discard(closedException(cacheName));
      return call.future();
    }
    try {
      if (UserCode.isRunning()) {
        call.run();
      } else {
        threads.execute(call);
      }
    } catch (RejectedExecutionException e) {
      call.discard(closed ? closedException(cacheName) : refused(e));
    }
    return call.future();
  }

  private CacheException refused(RejectedExecutionException cause) {
    return new CacheException(
        ("cache '%s': the operation did not start, because too many asynchronous operations of the"
                + " cache manager are in flight; wait for some of them before you start more")
            .formatted(cacheName),
        cause);
  }

  /** The failure of an operation on a closed cache. */
  static IllegalStateException closedException(String cacheName) {
    return new IllegalStateException(
        "cache '%s' is closed; create it again in its cache manager".formatted(cacheName));
  }

  /**
   * Fails the operations that have not begun, and those that begin later. Waits for the others,
   * except for the one that calls this; then fails and interrupts those that still run.
   */
  void close() {
    closed = true;
    calls.forEach(call -> call.discard(closedException(cacheName)));
    if (awaitRunning()) {
      return;
    }
    log.warn(
        "Cache '{}' was closed while asynchronous operations were running, which are interrupted"
            + " now; check its loader, writer and entry processors",
        cacheName);
    for (AsyncCall<?> call : calls) {
      if (call.isRunByAnotherThread()) {
        call.abandon(
            new CacheException(
                ("cache '%s' was closed while the operation was running; the operation may have"
                        + " been executed")
                    .formatted(cacheName)));
      }
    }
  }

  private boolean awaitRunning() {
    long deadline = System.nanoTime() + maxWait.toNanos();
    while (calls.stream().anyMatch(AsyncCall::isRunByAnotherThread)) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
