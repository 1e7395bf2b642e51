package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.internal.store.UncacheableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * The loads in flight in this JVM, at most one for each key. The first thread that misses a key
 * owns its load; the threads that miss the key later wait for its value or its failure. Safe for
 * many threads.
 *
 * <p>A loader may read other keys of the cache, and so wait for their loads. A wait that would
 * close a circle of threads waiting for each other fails instead.
 */
final class SingleFlight<K, V> {

  private final String cacheName;
  private final ToLongFunction<K> epoch;
  private final Map<K, InFlightLoad<V>> loads = new HashMap<>();
  private final Map<Thread, InFlightLoad<V>> awaited = new HashMap<>();

  /** Loads that every later reader may wait for. */
  SingleFlight(String cacheName) {
    this(cacheName, key -> 0);
  }

  /**
   * Loads of a cache that can be cleared.
   *
   * @param epoch a number for each key, which this JVM has read before it calls the loader, and
   *     which increases when the cache is cleared, or entries are invalidated by their tags
   */
  SingleFlight(String cacheName, ToLongFunction<K> epoch) {
    this.cacheName = cacheName;
    this.epoch = epoch;
  }

  /**
   * A load of a key that begins now, to be registered. A key that has no text is never stored, so
   * no removal concerns its load.
   */
  InFlightLoad<V> newLoad(K key) {
    long now;
    try {
      now = epoch.applyAsLong(key);
    } catch (UncacheableException e) {
      now = 0;
    }
    return new InFlightLoad<>(now);
  }

  /**
   * Registers a load, unless the key has one that is as new: not from before a removal that this
   * reader has seen.
   *
   * @return the load that is in flight for the key; null if there is none, and then the given load
   *     is registered and has to be {@linkplain #run run} or {@linkplain #remove removed}
   */
  synchronized @Nullable InFlightLoad<V> putIfAbsent(K key, InFlightLoad<V> load) {
    InFlightLoad<V> current = loads.get(key);
    if (current != null && !current.isOlderThan(load)) {
      return current;
    }
    loads.put(key, load);
    return null;
  }

  /** Lets no later thread wait for the load of a key, because the key was changed. */
  synchronized void forget(K key) {
    loads.remove(key);
  }

  /** The same for all keys. */
  synchronized void forgetAll() {
    loads.clear();
  }

  /** Removes a load that was completed or has failed. */
  synchronized void remove(K key, InFlightLoad<V> load) {
    loads.remove(key, load);
  }

  /** Ends a load without a result, so that the threads that wait load the key themselves. */
  void abandon(K key, InFlightLoad<V> load) {
    remove(key, load); // first, so that they do not find it again
    load.abandon();
    load.complete(null);
  }

  /** The failure of a load for which no thread is available. */
  IllegalStateException closing(RejectedExecutionException cause) {
    return new IllegalStateException("cache '%s' is being closed".formatted(cacheName), cause);
  }

  /** Runs a registered load in the current thread, completes or fails it, and removes it. */
  @Nullable V run(K key, InFlightLoad<V> load, Supplier<@Nullable V> work) {
    return this.<@Nullable V>run(key, load, work, value -> value);
  }

  /**
   * Runs a registered load whose work returns more than the value.
   *
   * @param valueOf the value that the waiting threads get
   */
  <R extends @Nullable Object> R run(
      K key, InFlightLoad<V> load, Supplier<R> work, Function<? super R, @Nullable V> valueOf) {
    try {
      R result = work.get();
      if (load.isAbandoned()) {
        remove(key, load); // first, so that the threads that wait do not find it again
      }
      load.complete(valueOf.apply(result));
      return result;
    } catch (Throwable e) {
      load.fail(e);
      throw e;
    } finally {
      remove(key, load);
    }
  }

  /**
   * Waits for the load of another thread.
   *
   * @param timeout null to wait without a limit
   * @return null if the loader has no value for the key
   * @throws TimeoutException if the load has not ended in time
   * @throws CacheLoaderException if the load failed with an error, if the thread was interrupted,
   *     or if the wait would never end
   * @throws RuntimeException the one that the load failed with
   */
  @Nullable V await(InFlightLoad<V> load, @Nullable Duration timeout) throws TimeoutException {
    beginWait(load);
    try {
      return load.await(timeout);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new CacheLoaderException(
              "cache '%s': the load of this key failed in another thread".formatted(cacheName),
              e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheLoaderException(
          "cache '%s': interrupted while waiting for a load".formatted(cacheName), e);
    } finally {
      endWait();
    }
  }

  /** Follows the chain of owners and the loads that they wait for, up to this thread or an end. */
  private synchronized void beginWait(InFlightLoad<V> load) {
    InFlightLoad<V> next = load;
    while (next != null && !next.isDone()) {
      Thread owner = next.owner();
      if (owner == Thread.currentThread()) {
        throw circularLoad();
      }
      next = owner == null ? null : awaited.get(owner);
    }
    awaited.put(Thread.currentThread(), load);
  }

  /** The failure of a load that would never end. */
  CacheLoaderException circularLoad() {
    return new CacheLoaderException(
        ("cache '%s': circular load: the loader reads a key whose load waits for this load,"
                + " directly or through other loads; change the loader so that it does not")
            .formatted(cacheName));
  }

  private synchronized void endWait() {
    awaited.remove(Thread.currentThread());
  }

  /**
   * Runs a load in another thread. If no thread can run it, the load fails.
   *
   * @param onFailure called in that thread if the load fails
   */
  void runIn(
      Executor thread,
      K key,
      InFlightLoad<V> load,
      Supplier<@Nullable V> work,
      Runnable onFailure) {
    load.handOver();
    try {
      thread.execute(
          () -> {
            load.takeOver();
            try {
              run(key, load, work);
            } catch (RuntimeException e) {
              onFailure.run();
            }
          });
    } catch (RejectedExecutionException e) {
      load.fail(closing(e));
      remove(key, load);
    } catch (Throwable e) { // such as an OutOfMemoryError, if no thread can be started
      load.fail(e);
      remove(key, load);
      throw e;
    }
  }
}
