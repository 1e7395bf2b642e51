package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.LoadResult;
import dev.corral.jcache.LoadResult.Kind;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.store.locks.LoadLocks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The load of many keys, with one call of the loader for the keys that no other thread is loading.
 */
final class BulkLoad<K, V> {

  private final SingleFlight<K, V> flights;
  private final LoadLocks<K> locks;
  private final LoadSteps<K, V> steps;
  private final LockedLoad<K, V> lockedLoad;
  private final LoadStatistics statistics;

  BulkLoad(
      SingleFlight<K, V> flights,
      LoadLocks<K> locks,
      LoadSteps<K, V> steps,
      LockedLoad<K, V> lockedLoad,
      LoadStatistics statistics) {
    this.flights = flights;
    this.locks = locks;
    this.steps = steps;
    this.lockedLoad = lockedLoad;
    this.statistics = statistics;
  }

  /**
   * What a bulk load found.
   *
   * @param values the values of the keys that have one; the caller may add to it
   * @param inFlight the keys that were left to another thread of this JVM, which loads them
   */
  record Result<K, V>(Map<K, V> values, List<K> inFlight) {}

  /**
   * Loads and stores the keys that no other thread of this JVM loads. It waits for no other thread,
   * so the caller may wait for the remaining keys without a deadlock of two bulk loads.
   */
  Result<K, V> load(Collection<K> keys, LoadWatch watch, Stage.Next<K, V> next) {
    Result<K, V> result = load(keys, watch, own -> loadAndStore(own, watch, next));
    if (!result.inFlight().isEmpty()) {
      watch.inexact();
    }
    return result;
  }

  /** The same, but the values are not stored. */
  Result<K, V> loadWithoutStoring(Collection<K> keys) {
    return load(keys, LoadWatch.none(), steps::callAll);
  }

  private Result<K, V> load(Collection<K> keys, LoadWatch watch, Function<Set<K>, Map<K, V>> work) {
    Map<K, InFlightLoad<V>> own = new LinkedHashMap<>();
    List<K> inFlight = new ArrayList<>();
    try {
      for (K key : new LinkedHashSet<>(keys)) {
        InFlightLoad<V> load = flights.newLoad(key);
        if (flights.putIfAbsent(key, load) == null) {
          own.put(key, load);
        } else {
          inFlight.add(key);
        }
      }
      return new Result<>(run(own, work), inFlight);
    } catch (Throwable e) {
      if (watch.isStopped()) {
        own.forEach(flights::abandon);
      }
      own.values().forEach(load -> load.fail(e));
      throw e;
    } finally {
      own.forEach(flights::remove);
    }
  }

  private Map<K, V> run(Map<K, InFlightLoad<V>> own, Function<Set<K>, Map<K, V>> work) {
    if (own.isEmpty()) {
      return new HashMap<>();
    }
    Map<K, V> values = work.apply(own.keySet());
    own.forEach((key, load) -> load.complete(values.get(key)));
    return values;
  }

  /** The values that are in the cache; they count as loaded by another JVM. */
  Map<K, V> present(Set<K> keys, Stage.Next<K, V> next) {
    Map<K, V> values = steps.present(keys, next);
    statistics.waitsInCluster.add(values.size());
    return values;
  }

  /** Loads and stores these keys, without single flight. */
  private Map<K, V> loadAndStore(Set<K> keys, LoadWatch watch, Stage.Next<K, V> next) {
    Part<K, V> part = loadFree(keys, watch, next);
    for (K key : part.locked()) {
      watch.inexact();
      watch.beforeLoad();
      V value = lockedLoad.loadAndStore(key, next);
      if (value != null) {
        part.values().put(key, value);
      }
    }
    return part.values();
  }

  /**
   * What was loaded of some keys.
   *
   * @param values the values of the keys that have one; the caller may add to it
   * @param locked the keys that were not loaded, because another JVM is loading them
   */
  record Part<K, V>(Map<K, V> values, Set<K> locked) {}

  /** Loads and stores the keys that no other JVM is loading. */
  Part<K, V> loadFree(Set<K> keys, LoadWatch watch, Stage.Next<K, V> next) {
    Map<K, Runnable> acquired = locks.acquireFree(keys);
    try {
      Map<K, V> values = new HashMap<>(loadAndStoreLocked(acquired.keySet(), watch, next));
      Set<K> locked = new LinkedHashSet<>(keys);
      locked.removeAll(acquired.keySet());
      return new Part<>(values, locked);
    } finally {
      acquired.values().forEach(Runnable::run);
    }
  }

  private Map<K, V> loadAndStoreLocked(Set<K> keys, LoadWatch watch, Stage.Next<K, V> next) {
    String id = LoadTicket.newId();
    Map<K, V> values = new HashMap<>();
    Map<K, Outcome<V>> missing = new LinkedHashMap<>();
    steps
        .reserveAll(keys, id, next)
        .forEach(
            (key, found) -> {
              V present = found.hit() ? steps.valueOf(key, found, next) : null;
              if (present != null) {
                statistics.waitsInCluster.increment();
                values.put(key, present);
              } else if (found.prior() != Prior.NEGATIVE) {
                missing.put(key, found);
              }
            });
    if (!missing.isEmpty()) {
      values.putAll(loadAndStore(missing, id, watch, next));
    }
    return values;
  }

  private Map<K, V> loadAndStore(
      Map<K, Outcome<V>> missing, String id, LoadWatch watch, Stage.Next<K, V> next) {
    watch.beforeLoad();
    LoadDuration duration = new LoadDuration();
    Map<K, LoadResult<V>> loaded = steps.callAll(missing, duration, next);
    Map<K, V> confirmed = steps.confirmed(loaded, next);
    LoadTicket ticket = LoadSteps.finished(id, duration);
    List<EntryRequest<K, V>> stores = new ArrayList<>(missing.size());
    missing.forEach(
        (key, found) -> {
          LoadResult<V> result = loaded.getOrDefault(key, LoadResult.absent());
          stores.add(
              EntryRequest.of(
                  key,
                  found.prior() == Prior.STALE
                      ? steps.replace(found.previous(), result, ticket)
                      : steps.fill(result, ticket)));
        });
    Map<K, Effect> effects = steps.storeAll(stores, watch, next);
    Map<K, V> values = new HashMap<>();
    loaded.forEach(
        (key, result) -> {
          V value = result.value();
          if (result.kind() == Kind.NOT_MODIFIED) {
            boolean isRenewed = effects.get(key) == Effect.RENEWED;
            value = isRenewed ? confirmed.get(key) : lockedLoad.changed(key, next);
          }
          if (value != null && effects.get(key) != Effect.BORN_EXPIRED) {
            values.put(key, value);
          }
        });
    return values;
  }

  /**
   * Loads all keys, also those in the cache; stores each value unless its key was written.
   *
   * @return the number of keys for which the loader has a value
   */
  int reload(Collection<K> keys, LoadWatch watch, Stage.Next<K, V> next) {
    Set<K> all = new LinkedHashSet<>(keys);
    String id = LoadTicket.newId();
    Map<K, Outcome<V>> reserved = steps.reserveAllAnew(all, id, next);
    watch.beforeLoad();
    LoadDuration duration = new LoadDuration();
    Map<K, LoadResult<V>> loaded = steps.callAll(reserved, duration, next);
    LoadTicket ticket = LoadSteps.finished(id, duration);
    List<EntryRequest<K, V>> stores = new ArrayList<>(all.size());
    reserved.forEach(
        (key, found) -> {
          LoadResult<V> result = loaded.getOrDefault(key, LoadResult.absent());
          EntryOperation<V> store = afterReload(found, result, ticket);
          if (store != null) {
            stores.add(EntryRequest.of(key, store));
          }
        });
    steps.storeAll(stores, watch, next);
    return (int) loaded.values().stream().filter(it -> it.kind() != Kind.ABSENT).count();
  }

  private @Nullable EntryOperation<V> afterReload(
      Outcome<V> found, LoadResult<V> result, LoadTicket ticket) {
    if (!LoadSteps.isMarked(found)) {
      return steps.fill(result, ticket);
    }
    V old = found.previous();
    boolean isReplaced = found.prior() == Prior.STALE && result.kind() != Kind.ABSENT;
    return isReplaced ? steps.replace(old, result, ticket) : steps.update(old, result, ticket);
  }
}
