package dev.corral.spring;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.interceptor.CacheOperationInvoker;

/**
 * Computes the missing values of a cache: for each key one computation at a time in all JVMs. In
 * this JVM the callers of a key share the result, or the exception, of the one that computes; other
 * JVMs are excluded by the key's lock in Redis. Values are as stored, never null. Safe for many
 * threads.
 *
 * <p>No caller waits for another one longer than a limit; then it computes the value itself. If the
 * key is changed during a computation, its value is not stored. Without Redis there is one
 * computation for each key and JVM.
 */
final class SingleFlight {

  /** How long a caller waits for another one; the cache waits as long for the lock of a key. */
  private static final long MAX_WAIT_MILLIS = 30_000;

  /**
   * How long a caller waits that itself computes the value of another key. Two computations that
   * need each other would wait for each other.
   */
  private static final long MAX_NESTED_WAIT_MILLIS = 1_000;

  /** Whether this thread computes a value, of any cache. */
  private static final ThreadLocal<Boolean> COMPUTING = new ThreadLocal<>();

  private final CorralCache<Object, Object> cache;
  private final FlightThreads threads;
  private final ConcurrentMap<Object, CompletableFuture<Object>> flights =
      new ConcurrentHashMap<>();

  SingleFlight(CorralCache<Object, Object> cache, FlightThreads threads) {
    this.cache = cache;
    this.threads = threads;
  }

  /**
   * The value that another caller has stored meanwhile, or the result of the computation. Blocks.
   *
   * @throws Exception what the computation threw
   */
  Object compute(Object key, Callable<Object> computation) throws Exception {
    CompletableFuture<Object> mine = new CompletableFuture<>();
    CompletableFuture<Object> other = flights.putIfAbsent(key, mine);
    if (other == null) {
      return fly(key, mine, computation);
    }
    try {
      long limit = isNested() ? MAX_NESTED_WAIT_MILLIS : MAX_WAIT_MILLIS;
      return other.get(limit, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (isOfItsThread(e.getCause())) {
        flights.remove(key, other);
        return compute(key, computation);
      }
      throw propagated(e.getCause());
    } catch (TimeoutException | CancellationException e) {
      return computeBeside(key, computation);
    }
  }

  /**
   * The value that another caller has stored meanwhile, or the result of the computation. Does not
   * block. The computation begins in another thread, which it may block.
   *
   * @return fails with what the computation failed with
   */
  CompletableFuture<Object> computeAsync(
      Object key, Supplier<CompletableFuture<Object>> computation) {
    CompletableFuture<Object> mine = new CompletableFuture<>();
    CompletableFuture<Object> other = flights.putIfAbsent(key, mine);
    if (other != null) {
      return other
          .copy()
          .orTimeout(MAX_WAIT_MILLIS, TimeUnit.MILLISECONDS)
          .exceptionallyCompose(
              failure ->
                  isTimeout(failure) || isOfItsThread(unwrapped(failure))
                      ? computeAloneAsync(key, computation)
                      : CompletableFuture.failedFuture(unwrapped(failure)));
    }
    boolean started =
        threads.tryStart(
            () -> {
              try {
                var unused = fly(key, mine, () -> joined(computation.get()));
              } catch (Throwable e) {
                mine.completeExceptionally(e); // it is already
              }
            });
    if (!started) {
      flights.remove(key, mine);
      var unused =
          CompletableFuture.completedFuture(key)
              .thenCompose(same -> computeAloneAsync(same, computation))
              .whenComplete((value, failure) -> complete(mine, value, failure));
    }
    return mine;
  }

  private static Object joined(CompletableFuture<Object> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw propagated(e.getCause());
    }
  }

  /** Runs the only computation of the key in this JVM, and completes its future. */
  private Object fly(Object key, CompletableFuture<Object> mine, Callable<Object> computation)
      throws Exception {
    try {
      Object value =
          isNested() ? computeBeside(key, computation) : computeExclusively(key, computation);
      flights.remove(key, mine); // who has got the value finds no older flight
      mine.complete(value);
      return value;
    } catch (Throwable e) {
      flights.remove(key, mine);
      mine.completeExceptionally(e);
      throw e;
    }
  }

  /** Lets no later caller share the computation of a key, because the key was changed. */
  void forget(Object key) {
    flights.remove(key);
  }

  /** The same for all keys. */
  void forgetAll() {
    flights.clear();
  }

  /** Computes the value while no other JVM does; beside it, if that takes too long. */
  private Object computeExclusively(Object key, Callable<Object> computation) throws Exception {
    return invoked(
        key,
        new ComputedOnce(marked(computation), /* isExclusive= */ true),
        () -> computeBeside(key, computation));
  }

  /** Computes the value while others may do so, too; waits for none of them. */
  private Object computeBeside(Object key, Callable<Object> computation) throws Exception {
    Callable<Object> marked = marked(computation);
    return invoked(key, new ComputedOnce(marked, /* isExclusive= */ false), marked);
  }

  /**
   * The result of a computation, which is stored unless the key was changed meanwhile.
   *
   * @param otherwise is called if the cache failed before the computation began
   */
  private Object invoked(Object key, ComputedOnce once, Callable<Object> otherwise)
      throws Exception {
    try {
      return cache.invoke(key, once);
    } catch (CacheException e) {
      Throwable failure = once.failure();
      if (failure != null) {
        throw propagated(failure);
      }
      if (!once.hasBegun()) {
        return otherwise.call();
      }
      Object value = once.value();
      if (value != null && e instanceof RedisUnavailableException) {
        return value;
      }
      throw e;
    }
  }

  /** Neither protected from other callers, nor from an eviction meanwhile. */
  private CompletableFuture<Object> computeAloneAsync(
      Object key, Supplier<CompletableFuture<Object>> computation) {
    return computation
        .get()
        .thenCompose(value -> cache.putAsync(key, value).thenApply(stored -> value));
  }

  private static Callable<Object> marked(Callable<Object> computation) {
    return () -> {
      boolean nested = isNested();
      COMPUTING.set(true);
      try {
        return computation.call();
      } finally {
        if (!nested) {
          COMPUTING.remove();
        }
      }
    };
  }

  private static boolean isNested() {
    return COMPUTING.get() != null;
  }

  /** Whether a failure means only the thread of the caller that computed. */
  private static boolean isOfItsThread(@Nullable Throwable thrown) {
    Throwable failure =
        thrown instanceof CacheOperationInvoker.ThrowableWrapper wrapper
            ? wrapper.getOriginal()
            : thrown;
    return failure instanceof InterruptedException || failure instanceof CancellationException;
  }

  private static boolean isTimeout(Throwable failure) {
    return unwrapped(failure) instanceof TimeoutException;
  }

  static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  private static void complete(
      CompletableFuture<Object> future, Object value, @Nullable Throwable failure) {
    if (failure == null) {
      future.complete(value);
    } else {
      future.completeExceptionally(unwrapped(failure));
    }
  }

  private static Exception propagated(@Nullable Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof Exception exception
        ? exception
        : new IllegalStateException("a computation failed", failure);
  }
}
