package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.internal.outage.CacheRecovery;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * The loads of one cache during an outage, which protect the database from the load that Redis
 * normally takes: one load per key at a time in this JVM, and a limit for all keys together. The
 * values are not stored. Safe for many threads.
 *
 * <p>A load that a loader begins is nested: it uses the slot of the outer load and waits for no
 * other thread, so loads cannot block each other.
 */
public final class FallbackLoads<K, V> {

  /** How many loads of a cache run at the same time. */
  private static final int LIMIT = 32;

  /** How long a caller waits for a slot, or for the load of the same key in another thread. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final CacheRecovery recovery;
  private final String cacheName;
  private final LoaderInvoker<K, V> loader;
  private final LoadBudget budget;
  private final Semaphore slots;
  private final Duration timeout;
  private final SingleFlight<K, V> flights;
  private final ThreadLocal<Boolean> loading = ThreadLocal.withInitial(() -> false);

  /**
   * @param recovery counts the loads
   * @param guard whose loader is called, within its budget
   */
  public FallbackLoads(CacheRecovery recovery, LoadGuard<K, V> guard) {
    this(recovery, guard.cacheName(), guard.loader(), guard.budget(), LIMIT, TIMEOUT);
  }

  FallbackLoads(
      CacheRecovery recovery,
      String cacheName,
      LoaderInvoker<K, V> loader,
      LoadBudget budget,
      int limit,
      Duration timeout) {
    this.recovery = recovery;
    this.cacheName = cacheName;
    this.loader = loader;
    this.budget = budget;
    this.slots = new Semaphore(limit);
    this.timeout = timeout;
    this.flights = new SingleFlight<>(cacheName);
  }

  /**
   * The value of a key, or null if the loader has none.
   *
   * @throws CacheLoaderException if the loader failed, or if the caller waited too long
   */
  @Nullable V load(K key) {
    return loader.<RuntimeException>observeMiss(() -> loadOrWait(key));
  }

  private @Nullable V loadOrWait(K key) {
    if (isNested()) {
      return callLoader(() -> loader.load(key));
    }
    InFlightLoad<V> own = new InFlightLoad<>();
    InFlightLoad<V> other = flights.putIfAbsent(key, own);
    return other == null
        ? flights.run(key, own, () -> inSlot(() -> loader.load(key)))
        : await(other);
  }

  /**
   * The value of a key, or null if the loader has none, from a load of its own: the caller may
   * change the object, and no earlier load answers.
   *
   * @throws CacheLoaderException if the loader failed, or if the caller waited too long for a slot
   */
  public @Nullable V loadUnshared(K key) {
    return isNested() ? callLoader(() -> loader.load(key)) : inSlot(() -> loader.load(key));
  }

  /**
   * The values of the keys that have one, from one call of the loader in one slot.
   *
   * @throws CacheLoaderException if the loader failed, or if the caller waited too long
   */
  Map<K, V> loadAll(Set<? extends K> keys) {
    return isNested() ? callLoader(() -> loader.loadAll(keys)) : inSlot(() -> loader.loadAll(keys));
  }

  /** Lets no later reader wait for the load of a key, because the key was changed. */
  public void forget(K key) {
    flights.forget(key);
  }

  /** The same for all keys. */
  public void forgetAll() {
    flights.forgetAll();
  }

  private boolean isNested() {
    return Boolean.TRUE.equals(loading.get());
  }

  private @Nullable V await(InFlightLoad<V> other) {
    try {
      return flights.await(other, timeout);
    } catch (TimeoutException e) {
      throw timedOut();
    }
  }

  private <R extends @Nullable Object> R inSlot(Supplier<R> load) {
    try {
      if (!slots.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw timedOut();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheLoaderException(
          "cache '%s': interrupted while waiting for a load".formatted(cacheName), e);
    }
    loading.set(true);
    try {
      return callLoader(load);
    } finally {
      loading.remove();
      slots.release();
    }
  }

  private <R extends @Nullable Object> R callLoader(Supplier<R> load) {
    return budget.<R>call(
        () -> {
          recovery.counters().fallbackLoads().increment();
          return load.get();
        });
  }

  private CacheLoaderException timedOut() {
    recovery.counters().refusedLoads().increment();
    return new CacheLoaderException(
        ("cache '%s': Redis is unavailable, and this load waited %d ms for the loads that are in"
                + " flight; make the loader faster, or try again later")
            .formatted(cacheName, timeout.toMillis()));
  }
}
