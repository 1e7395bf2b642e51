package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import javax.cache.CacheException;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * Loads many keys through the guard, with one call of {@code loadAll} for those that nobody else
 * loads. It waits for others only once its own flights have landed, so two bulk loads cannot wait
 * for each other.
 */
final class BulkLoad<K, V> {

  private final LoadGuard<K, V> guard;

  BulkLoad(LoadGuard<K, V> guard) {
    this.guard = guard;
  }

  /** The values of those keys that have one. */
  Map<K, V> load(Collection<K> keys, Stage.Next<K, V> next) {
    Map<K, InFlightLoad<V>> own = new LinkedHashMap<>();
    List<K> others = new ArrayList<>();
    for (K key : new LinkedHashSet<>(keys)) {
      InFlightLoad<V> load = new InFlightLoad<>();
      if (guard.flights().putIfAbsent(key, load) == null) {
        own.put(key, load);
      } else {
        others.add(key);
      }
    }
    Map<K, V> values = new HashMap<>();
    try {
      values.putAll(fly(own, next));
    } finally {
      own.forEach(guard.flights()::remove);
    }
    for (K key : others) {
      V value = join(key, next);
      if (value != null) {
        values.put(key, value);
      }
    }
    return values;
  }

  private @Nullable V join(K key, Stage.Next<K, V> next) {
    try {
      return guard.load(key, next, null);
    } catch (TimeoutException e) {
      throw new CacheLoaderException("a load did not end", e);
    }
  }

  private Map<K, V> fly(Map<K, InFlightLoad<V>> own, Stage.Next<K, V> next) {
    if (own.isEmpty()) {
      return Map.of();
    }
    try {
      Map<K, Runnable> locks = guard.locks().acquireFree(own.keySet());
      Map<K, V> values = new HashMap<>();
      try {
        values.putAll(loadAndStore(locks.keySet(), next));
      } finally {
        locks.values().forEach(Runnable::run);
      }
      for (K key : own.keySet()) {
        if (!locks.containsKey(key)) {
          V value = guard.loadAndStore(key, next);
          if (value != null) {
            values.put(key, value);
          }
        }
      }
      own.forEach((key, load) -> load.complete(values.get(key)));
      return values;
    } catch (RuntimeException | Error e) {
      own.values().forEach(load -> load.fail(e));
      throw e;
    }
  }

  private Map<K, V> loadAndStore(Set<K> keys, Stage.Next<K, V> next) {
    String ticket = UUID.randomUUID().toString();
    Map<K, V> values = new HashMap<>();
    Map<K, Outcome<V>> wanted = new LinkedHashMap<>();
    for (Map.Entry<K, Outcome<V>> look :
        reserve(keys, guard.reservation(ticket), next).entrySet()) {
      V present = look.getValue().hit() ? look.getValue().previous() : null;
      if (present != null) {
        guard.statistics().waitsInCluster.increment();
        values.put(look.getKey(), present);
      } else if (look.getValue().prior() != Prior.NEGATIVE) {
        wanted.put(look.getKey(), look.getValue());
      }
    }
    if (!wanted.isEmpty()) {
      values.putAll(loadAndFill(wanted, ticket, next));
    }
    return values;
  }

  private Map<K, V> loadAndFill(Map<K, Outcome<V>> wanted, String ticket, Stage.Next<K, V> next) {
    long start = System.nanoTime();
    Map<K, V> loaded = call(wanted.keySet());
    List<EntryRequest<K, V>> fills = new ArrayList<>(wanted.size());
    wanted.forEach(
        (key, look) -> {
          V stale = look.previous();
          V value = loaded.get(key);
          fills.add(
              EntryRequest.of(
                  key,
                  stale == null
                      ? guard.fill(ticket, value, start)
                      : guard.renewal(ticket, stale, value, start)));
        });
    for (Map.Entry<K, Effect> stored : store(fills, next).entrySet()) {
      if (stored.getValue() == Effect.BORN_EXPIRED) {
        loaded.remove(stored.getKey());
      }
    }
    return loaded;
  }

  private Map<K, Effect> store(List<EntryRequest<K, V>> requests, Stage.Next<K, V> next) {
    List<Outcome<V>> outcomes = next.proceedAll(requests).orThrow();
    Map<K, Effect> effects = new LinkedHashMap<>();
    for (int i = 0; i < outcomes.size(); i++) {
      Outcome<V> outcome = outcomes.get(i);
      guard.countDiscarded(outcome.operation(), outcome.effect());
      effects.put(requests.get(i).key(), outcome.effect());
    }
    return effects;
  }

  /** Loads all keys anew; each value is stored unless the key was written since. */
  void reload(Collection<K> keys, Stage.Next<K, V> next) {
    Set<K> all = new LinkedHashSet<>(keys);
    String ticket = UUID.randomUUID().toString();
    Map<K, Outcome<V>> looks = reserve(all, guard.newReservation(ticket), next);
    long start = System.nanoTime();
    Map<K, V> loaded = call(all);
    List<EntryRequest<K, V>> stores = new ArrayList<>(all.size());
    looks.forEach(
        (key, look) -> {
          V old = look.previous();
          V value = loaded.get(key);
          if (old == null) {
            stores.add(EntryRequest.of(key, guard.fill(ticket, value, start)));
          } else if (value != null) {
            LoadTicket loadTicket = new LoadTicket(ticket, LoadGuard.millisSince(start));
            stores.add(
                EntryRequest.of(
                    key,
                    look.hit()
                        ? EntryOperation.refresh(old, value, loadTicket)
                        : EntryOperation.replaceStale(old, value, loadTicket)));
          }
        });
    store(stores, next);
  }

  private Map<K, V> call(Set<K> wanted) {
    guard.statistics().loads.add(wanted.size());
    try {
      return guard.loader().loadAll(wanted);
    } catch (RuntimeException e) {
      guard.statistics().failures.increment();
      throw e;
    }
  }

  /** Redis may fail here: then the values are loaded all the same, and not stored. */
  private Map<K, Outcome<V>> reserve(
      Set<K> keys, EntryOperation<V> reservation, Stage.Next<K, V> next) {
    List<K> order = new ArrayList<>(keys);
    List<Outcome<V>> outcomes;
    try {
      outcomes =
          next.proceedAll(order.stream().map(key -> EntryRequest.of(key, reservation)).toList())
              .orThrow();
    } catch (CacheException e) {
      outcomes = order.stream().map(key -> Outcome.nothing(reservation)).toList();
    }
    Map<K, Outcome<V>> looks = new LinkedHashMap<>();
    for (int i = 0; i < order.size(); i++) {
      looks.put(order.get(i), outcomes.get(i));
    }
    return looks;
  }
}
