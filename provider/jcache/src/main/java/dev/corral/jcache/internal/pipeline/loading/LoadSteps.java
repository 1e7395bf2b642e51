package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The steps that every load takes, for one key or for many: store a load ticket, call the loader,
 * and store the value if the ticket is still there. The steps update the statistics.
 */
final class LoadSteps<K, V> {

  private final LoaderInvoker<K, V> loader;
  private final Duration negativeTimeToLive;
  private final LoadStatistics statistics;

  LoadSteps(LoaderInvoker<K, V> loader, LoadOptions options, LoadStatistics statistics) {
    Duration negative = options.negativeTimeToLive();
    this.loader = loader;
    this.negativeTimeToLive = negative == null ? Duration.ZERO : negative;
    this.statistics = statistics;
  }

  /**
   * Stores a load ticket if the key has no entry and no negative entry. A live or stale entry gets
   * a reload mark instead.
   *
   * @return the prior state, and whether the ticket was stored; a failure of Redis looks like an
   *     absent entry without a ticket, so that the load continues and its value is not stored
   */
  Outcome<V> reserve(K key, String id, Stage.Next<K, V> next) {
    EntryOperation<V> reservation = EntryOperation.reserve(LoadTicket.ofBegin(id));
    try {
      return next.proceed(EntryRequest.of(key, reservation));
    } catch (CacheException e) {
      return Outcome.nothing(reservation);
    }
  }

  /** The same as {@link #reserve} for many keys. */
  Map<K, Outcome<V>> reserveAll(Collection<K> keys, String id, Stage.Next<K, V> next) {
    return reserveAll(keys, EntryOperation.reserve(LoadTicket.ofBegin(id)), next);
  }

  /** The same as {@link #reserveAll}, also for keys with a negative entry. */
  Map<K, Outcome<V>> reserveAllAnew(Collection<K> keys, String id, Stage.Next<K, V> next) {
    return reserveAll(keys, EntryOperation.reserveAnew(LoadTicket.ofBegin(id)), next);
  }

  private Map<K, Outcome<V>> reserveAll(
      Collection<K> keys, EntryOperation<V> reservation, Stage.Next<K, V> next) {
    List<K> order = List.copyOf(keys);
    List<Outcome<V>> outcomes;
    try {
      outcomes =
          next.proceedAll(order.stream().map(key -> EntryRequest.of(key, reservation)).toList())
              .orThrow();
    } catch (CacheException e) {
      outcomes = order.stream().map(key -> Outcome.nothing(reservation)).toList();
    }
    Map<K, Outcome<V>> outcomeOf = new LinkedHashMap<>();
    for (int i = 0; i < order.size(); i++) {
      outcomeOf.put(order.get(i), outcomes.get(i));
    }
    return outcomeOf;
  }

  /** Calls the loader for one key. */
  @Nullable V call(K key) {
    return this.<@Nullable V>counted(1, () -> loader.load(key));
  }

  /** Calls the loader once for many keys. */
  Map<K, V> callAll(Set<K> keys) {
    return counted(keys.size(), () -> loader.loadAll(keys));
  }

  private <R extends @Nullable Object> R counted(int keys, Supplier<R> call) {
    statistics.loads.add(keys);
    long startNanos = System.nanoTime();
    try {
      return call.get();
    } catch (RuntimeException | Error e) {
      statistics.failures.increment();
      throw e;
    } finally {
      statistics.nanos.add(System.nanoTime() - startNanos);
    }
  }

  /** The ticket with which a load stores its value, which notes the duration of the load. */
  static LoadTicket finished(String id, long startNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    return new LoadTicket(id, Math.max(1, millis)); // 0 would say that the value was not loaded
  }

  /**
   * Stores the first value of a key. Without negative caching, a null only removes the ticket.
   *
   * @param value null if the loader has no value for the key
   */
  EntryOperation<V> fill(@Nullable V value, LoadTicket ticket) {
    return value == null
        ? EntryOperation.negate(new LoadTicket(ticket.id(), negativeTimeToLive.toMillis()))
        : EntryOperation.fill(value, ticket);
  }

  /**
   * Replaces an entry by the reloaded value, with the expiry of a new entry.
   *
   * @param old null if this JVM cannot decode it
   * @param value null if the loader has no value for the key any longer; then the entry is removed
   */
  EntryOperation<V> replace(@Nullable V old, @Nullable V value, LoadTicket ticket) {
    return value == null
        ? EntryOperation.removeStale(old, ticket)
        : EntryOperation.replaceStale(old, value, ticket);
  }

  /** Removes the ticket of a load that failed. */
  void cancel(K key, String id, Stage.Next<K, V> next) {
    store(key, EntryOperation.negate(new LoadTicket(id, 0)), next);
  }

  /** Commits what a load found. */
  Effect store(K key, EntryOperation<V> operation, Stage.Next<K, V> next) {
    Effect effect = next.proceed(EntryRequest.of(key, operation)).effect();
    countIfDiscarded(operation, effect);
    return effect;
  }

  /** Commits what a load of many keys found. */
  Map<K, Effect> storeAll(List<EntryRequest<K, V>> requests, Stage.Next<K, V> next) {
    List<Outcome<V>> outcomes = next.proceedAll(requests).orThrow();
    Map<K, Effect> effects = new LinkedHashMap<>();
    for (int i = 0; i < outcomes.size(); i++) {
      Outcome<V> outcome = outcomes.get(i);
      countIfDiscarded(outcome.operation(), outcome.effect());
      effects.put(requests.get(i).key(), outcome.effect());
    }
    return effects;
  }

  private void countIfDiscarded(EntryOperation<V> operation, Effect effect) {
    if (operation.value() != null && effect == Effect.NONE) {
      statistics.discardedLoads.increment();
    }
  }
}
