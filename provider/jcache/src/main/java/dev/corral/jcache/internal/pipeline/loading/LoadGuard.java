package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.store.locks.LoadLocks;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.cache.CacheException;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * Loads a key once, however many ask for it: one flight in this JVM, one lock in the cluster, and a
 * second look at the entry once the lock is had.
 *
 * <p>A load leaves its ticket under the key before it asks the loader, and is stored only if the
 * ticket still stands. Every write, removal and clear tears it up, as does a later load. So a slow
 * loader never overwrites what is newer, and never brings back what was removed; not even if its
 * JVM stood still and its lock ended.
 */
public final class LoadGuard<K, V> {

  /** A load that takes longer is not stored. */
  private static final Duration TICKET_STANDS = Duration.ofMinutes(5);

  private final String cacheName;
  private final LoaderInvoker<K, V> loader;
  private final LoadLocks<K> locks;
  private final LoadOptions options;
  private final LoadStatistics statistics;
  private final Executor executor;
  private final SingleFlight<K, V> flights;

  /**
   * @param executor runs loads that have a time-out, and refreshes
   */
  public LoadGuard(
      String cacheName,
      LoaderInvoker<K, V> loader,
      LoadLocks<K> locks,
      LoadOptions options,
      LoadStatistics statistics,
      Executor executor) {
    this.cacheName = cacheName;
    this.loader = loader;
    this.locks = locks;
    this.options = options;
    this.statistics = statistics;
    this.executor = executor;
    this.flights = new SingleFlight<>(cacheName);
  }

  /** The loader without guard. */
  public LoaderInvoker<K, V> loader() {
    return loader;
  }

  SingleFlight<K, V> flights() {
    return flights;
  }

  LoadLocks<K> locks() {
    return locks;
  }

  /** What this guard counts. */
  public LoadStatistics statistics() {
    return statistics;
  }

  LoadOptions options() {
    return options;
  }

  /**
   * The value of a key that is not in the cache, loaded and stored by one of all that ask.
   *
   * @param patience how long to wait; null for as long as it takes
   * @return null if the source has no such key
   * @throws TimeoutException if it took longer; the load goes on
   */
  @Nullable V load(K key, Stage.Next<K, V> next, @Nullable Duration patience)
      throws TimeoutException {
    InFlightLoad<V> own = new InFlightLoad<>();
    InFlightLoad<V> other = flights.putIfAbsent(key, own);
    if (other != null) {
      return await(key, other, next, patience);
    }
    if (patience == null) {
      return flights.run(key, own, () -> loadAndStore(key, next));
    }
    runInBackground(key, own, () -> loadAndStore(key, next), () -> {});
    return flights.await(own, patience);
  }

  /**
   * The value of a key for an entry processor, which stores it together with its own change.
   *
   * @param replaced whether it stands in for an entry that the processor removed
   */
  public Loaded<V> loadForProcessor(K key, Stage.Next<K, V> next, boolean replaced) {
    if (replaced) {
      return new Loaded<>(call(key), null);
    }
    InFlightLoad<V> own = new InFlightLoad<>();
    InFlightLoad<V> other = flights.putIfAbsent(key, own);
    try {
      if (other != null) {
        return new Loaded<>(await(key, other, next, null), null);
      }
      AtomicReference<@Nullable LoadTicket> loadTicket = new AtomicReference<>();
      V value = flights.run(key, own, () -> loadForProcessor(key, next, loadTicket));
      return new Loaded<>(value, loadTicket.get());
    } catch (TimeoutException e) {
      throw new CacheLoaderException("cache '%s': a load did not end".formatted(cacheName), e);
    }
  }

  private @Nullable V loadForProcessor(
      K key, Stage.Next<K, V> next, AtomicReference<@Nullable LoadTicket> loadTicket) {
    return whileLocked(
        key,
        () ->
            lookAndLoad(
                key,
                next,
                (ticket, value, start) -> {
                  if (value == null) {
                    store(key, fill(ticket, null, start), next);
                  } else {
                    loadTicket.set(new LoadTicket(ticket, millisSince(start)));
                  }
                  return value;
                }));
  }

  private @Nullable V await(
      K key, InFlightLoad<V> other, Stage.Next<K, V> next, @Nullable Duration patience)
      throws TimeoutException {
    statistics.waitsInJvm.increment();
    V value = flights.await(other, patience);
    return other.isAbandoned() ? load(key, next, patience) : value;
  }

  /** The values of those keys that have one; what is missing is loaded with one call. */
  public Map<K, V> loadAll(Collection<K> keys, Stage.Next<K, V> next) {
    return new BulkLoad<>(this).load(keys, next);
  }

  /** Loads all keys with one call, also those that are in the cache. */
  public void reloadAll(Collection<K> keys, Stage.Next<K, V> next) {
    new BulkLoad<>(this).reload(keys, next);
  }

  /** Who waits for the flight is told how it ended, even if it cannot begin. */
  private void runInBackground(
      K key, InFlightLoad<V> load, Supplier<@Nullable V> work, Runnable onFailure) {
    load.handOver();
    try {
      executor.execute(
          () -> {
            load.takeOver();
            try {
              flights.run(key, load, work);
            } catch (RuntimeException e) {
              onFailure.run();
            }
          });
    } catch (RejectedExecutionException e) {
      load.fail(new IllegalStateException("cache '%s' is being closed".formatted(cacheName), e));
      flights.remove(key, load);
    }
  }

  /** What becomes of a loaded value whose ticket was left. */
  @FunctionalInterface
  private interface Landing<V> {
    @Nullable V land(String ticket, @Nullable V value, long startNanos);
  }

  /** As the one who loads the key in this JVM. */
  @Nullable V loadAndStore(K key, Stage.Next<K, V> next) {
    return whileLocked(
        key,
        () ->
            lookAndLoad(
                key,
                next,
                (ticket, value, start) ->
                    store(key, fill(ticket, value, start), next) == Effect.BORN_EXPIRED
                        ? null
                        : value));
  }

  private @Nullable V whileLocked(K key, Supplier<@Nullable V> load) {
    Optional<Runnable> lock = locks.acquire(key, options.lockWait());
    if (lock.isEmpty()) {
      statistics.lockTimeouts.increment();
    }
    try {
      return load.get();
    } finally {
      lock.ifPresent(Runnable::run);
    }
  }

  private @Nullable V lookAndLoad(K key, Stage.Next<K, V> next, Landing<V> landing) {
    String ticket = UUID.randomUUID().toString();
    Outcome<V> look = reserve(key, ticket, next);
    if (look.hit()) {
      statistics.waitsInCluster.increment();
      return look.previous();
    }
    if (look.prior() == Prior.NEGATIVE) {
      statistics.negativeHits.increment();
      return null;
    }
    if (look.prior() == Prior.STALE) {
      return reload(key, ticket, look.previous(), next);
    }
    long start = System.nanoTime();
    V value;
    try {
      value = call(key);
    } catch (RuntimeException e) {
      store(key, negate(ticket, Duration.ZERO), next);
      throw e;
    }
    if (look.effect() != Effect.RESERVED) {
      statistics.discardedLoads.increment();
      return value;
    }
    return landing.land(ticket, value, start);
  }

  /** An entry that stands where a ticket would has got the mark of this load instead. */
  private @Nullable V reload(K key, String ticket, @Nullable V old, Stage.Next<K, V> next) {
    long start = System.nanoTime();
    V value = call(key);
    if (old != null) {
      store(key, renewal(ticket, old, value, start), next);
    }
    return value;
  }

  /**
   * What a refresh is stored as: as if it were created anew, or it would expire as soon as before.
   * A key that the source has no longer goes from the cache.
   */
  EntryOperation<V> renewal(String ticket, V old, @Nullable V value, long startNanos) {
    LoadTicket loadTicket = new LoadTicket(ticket, millisSince(startNanos));
    return value == null
        ? EntryOperation.removeStale(old, loadTicket)
        : EntryOperation.replaceStale(old, value, loadTicket);
  }

  /** Redis may fail here: then the value is loaded all the same, and not stored. */
  private Outcome<V> reserve(K key, String ticket, Stage.Next<K, V> next) {
    EntryOperation<V> reserve =
        EntryOperation.reserve(new LoadTicket(ticket, TICKET_STANDS.toMillis()));
    try {
      return next.proceed(EntryRequest.of(key, reserve));
    } catch (CacheException e) {
      return Outcome.nothing(reserve);
    }
  }

  private Effect store(K key, EntryOperation<V> operation, Stage.Next<K, V> next) {
    Effect effect = next.proceed(EntryRequest.of(key, operation)).effect();
    countDiscarded(operation, effect);
    return effect;
  }

  void countDiscarded(EntryOperation<V> operation, Effect effect) {
    if (operation.value() != null && effect == Effect.NONE) {
      statistics.discardedLoads.increment();
    }
  }

  /** For a load that is wanted even if the source was found to have no such key. */
  EntryOperation<V> newReservation(String ticket) {
    return EntryOperation.reserveAnew(new LoadTicket(ticket, TICKET_STANDS.toMillis()));
  }

  EntryOperation<V> reservation(String ticket) {
    return EntryOperation.reserve(new LoadTicket(ticket, TICKET_STANDS.toMillis()));
  }

  /** What a load is stored as; without negative caching, the ticket of a null is taken away. */
  EntryOperation<V> fill(String ticket, @Nullable V value, long startNanos) {
    if (value != null) {
      return EntryOperation.fill(value, new LoadTicket(ticket, millisSince(startNanos)));
    }
    Duration negative = options.negativeTimeToLive();
    return negate(ticket, negative == null ? Duration.ZERO : negative);
  }

  private EntryOperation<V> negate(String ticket, Duration timeToLive) {
    return EntryOperation.negate(new LoadTicket(ticket, timeToLive.toMillis()));
  }

  @Nullable V call(K key) {
    statistics.loads.increment();
    try {
      return loader.load(key);
    } catch (RuntimeException e) {
      statistics.failures.increment();
      throw e;
    }
  }

  /** At least 1, so that the load is known to have been one. */
  static long millisSince(long startNanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
  }

  /**
   * Refreshes an entry in the background, unless somebody in the cluster does so already. Readers
   * are served meanwhile.
   *
   * @param seen the entry that is to be refreshed
   */
  void refresh(K key, Outcome<V> seen, Stage.Next<K, V> next, Runnable onFailure) {
    InFlightLoad<V> own = new InFlightLoad<>();
    if (flights.putIfAbsent(key, own) != null) {
      return;
    }
    runInBackground(key, own, () -> refreshAlone(key, own, seen, next), onFailure);
  }

  private @Nullable V refreshAlone(
      K key, InFlightLoad<V> load, Outcome<V> seen, Stage.Next<K, V> next) {
    Optional<Runnable> lock = locks.acquire(key, Duration.ZERO);
    try {
      Outcome<V> now = next.proceed(EntryRequest.of(key, EntryOperation.peek()));
      V old = now.previous();
      if (old == null) {
        load.abandon();
      }
      if (lock.isEmpty()
          || old == null
          || now.seen() == null
          || !now.seen().isSameAs(seen.seen())) {
        return old;
      }
      String ticket = UUID.randomUUID().toString();
      V marked = reserve(key, ticket, next).previous();
      statistics.earlyRefreshes.increment();
      return reload(key, ticket, marked, next);
    } finally {
      lock.ifPresent(Runnable::run);
    }
  }
}
