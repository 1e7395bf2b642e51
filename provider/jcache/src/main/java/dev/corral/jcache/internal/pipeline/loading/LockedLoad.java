package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.LoadResult;
import dev.corral.jcache.LoadResult.Kind;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.store.locks.LoadLocks;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The load of one key under its load lock, which keeps other JVMs from loading the same key. With
 * the lock it reads the entry again, because another JVM may have loaded it meanwhile.
 */
final class LockedLoad<K, V> {

  private final LoadLocks<K> locks;
  private final Duration lockWait;
  private final LoadSteps<K, V> steps;
  private final LoadStatistics statistics;

  LockedLoad(
      LoadLocks<K> locks, Duration lockWait, LoadSteps<K, V> steps, LoadStatistics statistics) {
    this.locks = locks;
    this.lockWait = lockWait;
    this.steps = steps;
    this.statistics = statistics;
  }

  /**
   * Loads and stores the value of a key.
   *
   * @return null if the loader has no value for the key, or if the value expired at once
   */
  @Nullable V loadAndStore(K key, Stage.Next<K, V> next) {
    return withLock(
        key,
        () -> {
          Loaded<V> loaded = load(key, next);
          LoadTicket ticket = loaded.loadTicket();
          return ticket != null && store(key, loaded.result(), ticket, next) == Effect.BORN_EXPIRED
              ? null
              : loaded.value();
        });
  }

  /** Loads the value of a key and leaves it to an entry processor to store it. */
  Loaded<V> loadForProcessor(K key, Stage.Next<K, V> next) {
    return withLock(
        key,
        () -> {
          Loaded<V> loaded = load(key, next);
          LoadTicket ticket = loaded.loadTicket();
          if (loaded.isToBeStored() || ticket == null) {
            return loaded;
          }
          store(key, loaded.result(), ticket, next);
          return Loaded.byThisLoad(loaded.result(), null);
        });
  }

  /**
   * Loads an entry again, unless another JVM is loading it or has changed it.
   *
   * @param load abandoned if the entry no longer exists
   * @param seen the entry to refresh
   * @return the value that the entry has afterwards
   */
  @Nullable V refresh(K key, InFlightLoad<V> load, Outcome<V> seen, Stage.Next<K, V> next) {
    Optional<Runnable> lock = locks.acquire(key, Duration.ZERO);
    try {
      if (steps.isContextual()) {
        return lock.isEmpty() ? seen.previous() : confirm(key, load, seen, next);
      }
      Outcome<V> current = next.proceed(EntryRequest.of(key, EntryOperation.peek()));
      V old = current.previous();
      if (old == null) {
        load.abandon();
        return null;
      }
      Snapshot<V> snapshot = current.seen();
      if (lock.isEmpty() || snapshot == null || !snapshot.isSameAs(seen.seen())) {
        return old;
      }
      String id = LoadTicket.newId();
      Outcome<V> marked = steps.reserve(key, id, next);
      statistics.earlyRefreshes.increment();
      return reload(key, id, marked, null, next);
    } finally {
      lock.ifPresent(Runnable::run);
    }
  }

  /** Refreshes an entry without reading its value again, unless another JVM has changed it. */
  private @Nullable V confirm(K key, InFlightLoad<V> load, Outcome<V> seen, Stage.Next<K, V> next) {
    String id = LoadTicket.newId();
    Outcome<V> marked = steps.reserve(key, id, next);
    Snapshot<V> header = marked.seen();
    if (header == null || !LoadSteps.isMarked(marked)) {
      steps.cancel(key, id, next);
      load.abandon();
      return null;
    }
    Snapshot<V> before = seen.seen();
    if (before == null || before.deadlineMillis() != header.deadlineMillis()) {
      return steps.current(key, next);
    }
    statistics.earlyRefreshes.increment();
    return reload(key, id, marked, seen.previous(), next);
  }

  private <R extends @Nullable Object> R withLock(K key, Supplier<R> load) {
    Optional<Runnable> lock = locks.acquire(key, lockWait);
    if (lock.isEmpty()) {
      statistics.lockTimeouts.increment();
    }
    try {
      return load.get();
    } finally {
      lock.ifPresent(Runnable::run);
    }
  }

  private Loaded<V> load(K key, Stage.Next<K, V> next) {
    String id = LoadTicket.newId();
    Outcome<V> found = steps.reserve(key, id, next);
    if (found.hit()) {
      statistics.waitsInCluster.increment();
      V value = steps.valueOf(key, found, next);
      return Loaded.fromEntry(value == null ? steps.call(key).value() : value);
    }
    if (found.prior() == Prior.NEGATIVE) {
      statistics.negativeHits.increment();
      return Loaded.fromEntry(null);
    }
    if (found.prior() == Prior.STALE) {
      return Loaded.fromEntry(reload(key, id, found, null, next));
    }
    long startNanos = System.nanoTime();
    LoadResult<V> result;
    try {
      result = steps.call(key);
    } catch (RuntimeException | Error e) {
      steps.cancel(key, id, next);
      throw e;
    }
    if (found.effect() != Effect.RESERVED) {
      statistics.discardedLoads.increment();
      return Loaded.fromEntry(result.value());
    }
    return Loaded.byThisLoad(result, LoadSteps.finished(id, startNanos));
  }

  private Effect store(K key, LoadResult<V> result, LoadTicket ticket, Stage.Next<K, V> next) {
    return steps.store(key, steps.fill(result, ticket), next);
  }

  /**
   * @param marked the entry that has the reload mark, or had no mark because it no longer exists
   * @param known the value of the entry; null if it was not read
   */
  private @Nullable V reload(
      K key, String id, Outcome<V> marked, @Nullable V known, Stage.Next<K, V> next) {
    long startNanos = System.nanoTime();
    LoadResult<V> result = steps.call(key, steps.context(key, marked, next));
    Effect effect = Effect.NONE;
    if (marked.hit() || marked.prior() == Prior.STALE) {
      LoadTicket ticket = LoadSteps.finished(id, startNanos);
      effect = steps.store(key, steps.replace(marked.previous(), result, ticket), next);
    }
    return result.kind() == Kind.NOT_MODIFIED
        ? confirmed(key, effect == Effect.RENEWED ? known : null, next)
        : result.value();
  }

  /** The value that is not modified; if it is gone meanwhile, it is loaded. */
  @Nullable V confirmed(K key, @Nullable V known, Stage.Next<K, V> next) {
    V value = known == null ? steps.current(key, next) : known;
    return value == null ? steps.call(key).value() : value;
  }
}
