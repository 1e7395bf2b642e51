package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.LoadContext;
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
import java.util.function.Function;
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
        unlock -> {
          Loaded<V> loaded = load(key, unlock, next);
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
        unlock -> {
          Loaded<V> loaded = load(key, unlock, next);
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
   * @param load abandoned if the entry no longer exists or was changed, or if another JVM has its
   *     load lock; then the threads that wait for this load read the entry themselves, or load it
   * @param seen the entry to refresh
   * @return the value that was loaded; null if the load is abandoned
   */
  @Nullable V refresh(K key, InFlightLoad<V> load, Outcome<V> seen, Stage.Next<K, V> next) {
    Optional<Runnable> lock = locks.acquire(key, Duration.ZERO);
    try {
      if (steps.isContextual()) {
        return confirm(key, load, seen, lock.isPresent(), next);
      }
      Outcome<V> current = next.proceed(EntryRequest.of(key, EntryOperation.peek()));
      Snapshot<V> snapshot = current.seen();
      if (lock.isEmpty()
          || current.previous() == null
          || snapshot == null
          || !snapshot.isSameAs(seen.seen())) {
        load.abandon();
        return null;
      }
      String id = LoadTicket.newId();
      Outcome<V> marked = steps.reserve(key, id, next);
      statistics.earlyRefreshes.increment();
      return reload(key, id, marked, null, load, next);
    } finally {
      lock.ifPresent(Runnable::run);
    }
  }

  /**
   * Loads an entry again, unless another JVM is loading it. The threads that wait for this load
   * read the entry themselves, or load it, if this does not give them a value.
   *
   * @param load abandoned if the entry no longer exists or was changed, or if its value was
   *     confirmed
   */
  @Nullable V refreshNow(K key, InFlightLoad<V> load, Stage.Next<K, V> next) {
    Optional<Runnable> lock = locks.acquire(key, Duration.ZERO);
    try {
      if (lock.isEmpty() || !steps.isStored(key, next)) {
        load.abandon();
        return null;
      }
      String id = LoadTicket.newId();
      Outcome<V> marked = steps.reserve(key, id, next);
      if (!LoadSteps.isMarked(marked)) {
        if (marked.effect() == Effect.RESERVED) { // the entry has just been removed
          steps.cancel(key, id, next);
        }
        load.abandon();
        return null;
      }
      statistics.earlyRefreshes.increment();
      LoadDuration duration = new LoadDuration();
      LoadResult<V> result = steps.call(key, steps.context(key, marked, next), duration);
      LoadTicket ticket = LoadSteps.finished(id, duration);
      Effect effect = steps.store(key, steps.replace(marked.previous(), result, ticket), next);
      // Without effect, the entry was changed; or it was stale, and the loader had no value.
      if (effect == Effect.NONE || result.kind() == Kind.NOT_MODIFIED) {
        load.abandon();
      }
      return result.value();
    } finally {
      lock.ifPresent(Runnable::run);
    }
  }

  /**
   * Refreshes an entry whose value is not read again. If the entry has changed since, or another
   * JVM is loading it, the threads that wait for this load read the entry themselves.
   */
  private @Nullable V confirm(
      K key, InFlightLoad<V> load, Outcome<V> seen, boolean hasLock, Stage.Next<K, V> next) {
    Snapshot<V> before = seen.seen();
    if (!hasLock || before == null || !isAsBefore(before, steps.header(key, next))) {
      load.abandon();
      return null;
    }
    String id = LoadTicket.newId();
    Outcome<V> marked = steps.reserve(key, id, next);
    statistics.earlyRefreshes.increment();
    V known = isAsBefore(before, marked.seen()) ? seen.previous() : null;
    return reload(key, id, marked, known, load, next);
  }

  private static boolean isAsBefore(Snapshot<?> before, @Nullable Snapshot<?> header) {
    return header != null
        && before.deadlineMillis() == header.deadlineMillis()
        && before.details().equals(header.details());
  }

  /**
   * @param load gets what releases the lock before its end
   */
  private <R extends @Nullable Object> R withLock(K key, Function<Runnable, R> load) {
    boolean waits = !steps.holdsPermit(); // the load in the other JVM may wait for that permit
    Optional<Runnable> lock = locks.acquire(key, waits ? lockWait : Duration.ZERO);
    if (waits && lock.isEmpty()) {
      statistics.lockTimeouts.increment();
    }
    Runnable unlock = new Once(lock.orElse(() -> {}));
    try {
      return load.apply(unlock);
    } finally {
      unlock.run();
    }
  }

  /** Runs only the first time. Used by one thread. */
  private static final class Once implements Runnable {

    private @Nullable Runnable action;

    Once(Runnable action) {
      this.action = action;
    }

    @Override
    public void run() {
      Runnable first = action;
      action = null;
      if (first != null) {
        first.run();
      }
    }
  }

  private Loaded<V> load(K key, Runnable unlock, Stage.Next<K, V> next) {
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
    boolean isFenced = LoadSteps.isFenced(found);
    if (isFenced) {
      unlock.run(); // this load stores nothing for which others would wait
    }
    if (found.prior() == Prior.STALE) {
      V value = reload(key, id, found, null, null, next);
      return isFenced ? Loaded.fenced(value) : Loaded.fromEntry(value);
    }
    LoadDuration duration = new LoadDuration();
    LoadResult<V> result;
    try {
      result = steps.call(key, LoadContext.nothing(), duration);
    } catch (RuntimeException | Error e) {
      steps.cancel(key, id, next);
      throw e;
    }
    if (found.effect() != Effect.RESERVED) {
      statistics.discardedLoads.increment();
      return isFenced ? Loaded.fenced(result.value()) : Loaded.fromEntry(result.value());
    }
    return Loaded.byThisLoad(result, LoadSteps.finished(id, duration));
  }

  private Effect store(K key, LoadResult<V> result, LoadTicket ticket, Stage.Next<K, V> next) {
    return steps.store(key, steps.fill(result, ticket), next);
  }

  /**
   * @param marked the entry that has the reload mark, or had no mark because it no longer exists
   * @param known the value of the entry; null if it was not read
   * @param refresh abandoned if the entry was changed meanwhile, since threads that began to wait
   *     after the change must not get what was loaded before it; null if the caller is a reader
   */
  private @Nullable V reload(
      K key,
      String id,
      Outcome<V> marked,
      @Nullable V known,
      @Nullable InFlightLoad<V> refresh,
      Stage.Next<K, V> next) {
    LoadDuration duration = new LoadDuration();
    LoadResult<V> result = steps.call(key, steps.context(key, marked, next), duration);
    V kept = known;
    if (result.kind() == Kind.NOT_MODIFIED && kept == null) {
      kept = steps.current(key, next);
      if (kept == null) { // it is gone, or this JVM cannot decode it
        result = steps.call(key, LoadContext.nothing(), duration);
      }
    }
    Effect effect = Effect.NONE;
    if (marked.hit() || marked.prior() == Prior.STALE) {
      LoadTicket ticket = LoadSteps.finished(id, duration);
      effect = steps.store(key, steps.replace(marked.previous(), result, ticket), next);
    }
    if (result.kind() != Kind.NOT_MODIFIED) {
      if (effect == Effect.NONE && refresh != null) {
        refresh.abandon();
      }
      return result.value();
    }
    return effect == Effect.RENEWED ? kept : changed(key, next);
  }

  /** The value of a key that was changed while the loader confirmed an earlier one. */
  @Nullable V changed(K key, Stage.Next<K, V> next) {
    V value = steps.current(key, next);
    return value == null ? steps.call(key).value() : value;
  }
}
