package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.LoadContext;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.LoadResult;
import dev.corral.jcache.LoadResult.Kind;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import dev.corral.jcache.internal.entry.EntryOperation.NewValue;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The steps that every load takes, for one key or for many: store a load ticket, call the loader,
 * and store the value if the ticket is still there. The steps update the statistics.
 */
final class LoadSteps<K, V> {

  /** A miss is not remembered longer. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final LoaderInvoker<K, V> loader;
  private final Duration negativeTimeToLive;
  private final LoadStatistics statistics;
  private final LoadBudget budget;

  LoadSteps(
      LoaderInvoker<K, V> loader,
      LoadOptions options,
      LoadStatistics statistics,
      LoadBudget budget) {
    Duration negative = options.negativeTimeToLive();
    this.loader = loader;
    this.negativeTimeToLive = negative == null ? Duration.ZERO : negative;
    this.statistics = statistics;
    this.budget = budget;
  }

  /**
   * Stores a load ticket if the key has no entry and no negative entry. A live or stale entry gets
   * a reload mark instead.
   *
   * @return the prior state, and whether the ticket or the mark of a stale entry was stored; after
   *     a failure of Redis, the prior state is unknown, so that the load continues and its value is
   *     not stored
   */
  Outcome<V> reserve(K key, String id, Stage.Next<K, V> next) {
    EntryOperation<V> reservation = wanting(EntryOperation.reserve(LoadTicket.ofBegin(id)));
    try {
      return next.proceed(EntryRequest.of(key, reservation));
    } catch (CacheException e) {
      return Outcome.<V>nothing(reservation).withPrior(Prior.UNKNOWN);
    }
  }

  /** Whether a reservation was refused because the key has a write fence. */
  static boolean isFenced(Outcome<?> found) {
    return switch (found.prior()) {
      case ABSENT, EXPIRED, LOADING, STALE -> found.effect() != Effect.RESERVED;
      default -> false;
    };
  }

  /** The same as {@link #reserve} for many keys. */
  Map<K, Outcome<V>> reserveAll(Collection<K> keys, String id, Stage.Next<K, V> next) {
    return reserveAll(keys, wanting(EntryOperation.reserve(LoadTicket.ofBegin(id))), next);
  }

  /** The same as {@link #reserveAll}, also for keys with a negative entry. */
  Map<K, Outcome<V>> reserveAllAnew(Collection<K> keys, String id, Stage.Next<K, V> next) {
    return reserveAll(keys, wanting(EntryOperation.reserveAnew(LoadTicket.ofBegin(id))), next);
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

  /** A contextual loader needs the version of an entry, and only sometimes its value. */
  private EntryOperation<V> wanting(EntryOperation<V> reservation) {
    return loader.isContextual() ? reservation.wantingDetails() : reservation;
  }

  /** Whether the loader gets what the cache still has of a key. */
  boolean isContextual() {
    return loader.isContextual();
  }

  /**
   * What the loader gets of a key.
   *
   * @param found by the reservation
   */
  LoadContext<V> context(K key, Outcome<V> found, Stage.Next<K, V> next) {
    Snapshot<V> seen = found.seen();
    return seen == null || !isMarked(found)
        ? LoadContext.nothing()
        : new KeptEntry<>(seen.details().version(), () -> current(key, seen, next));
  }

  /** The value of an entry; null if the entry is known to have changed since. */
  private @Nullable V current(K key, Snapshot<V> before, Stage.Next<K, V> next) {
    Outcome<V> now = next.proceed(EntryRequest.of(key, EntryOperation.peek()));
    Snapshot<V> seen = now.seen();
    return seen == null || seen.details().equals(before.details()) ? now.previous() : null;
  }

  /** The header of an entry, live or stale; null if there is none. */
  @Nullable Snapshot<V> header(K key, Stage.Next<K, V> next) {
    EntryOperation<V> peek = EntryOperation.<V>peek().wantingDetails();
    return next.proceed(EntryRequest.of(key, peek)).seen();
  }

  /** Whether the key has an entry, live or stale, of which this JVM can decode what it reads. */
  boolean isStored(K key, Stage.Next<K, V> next) {
    return loader.isContextual() ? header(key, next) != null : current(key, next) != null;
  }

  /** Whether the key has an entry, in which the reservation has left its reload mark. */
  static boolean isMarked(Outcome<?> found) {
    return switch (found.prior()) {
      case LIVE, STALE -> true;
      case UNDECODABLE -> found.effect() != Effect.RESERVED;
      default -> false;
    };
  }

  /** The value that the key has now, live or stale; null if there is none. */
  @Nullable V current(K key, Stage.Next<K, V> next) {
    return next.proceed(EntryRequest.of(key, EntryOperation.peek())).previous();
  }

  /** The live values of those keys that have one. */
  Map<K, V> present(Collection<K> keys, Stage.Next<K, V> next) {
    List<K> order = List.copyOf(keys);
    List<Outcome<V>> found =
        next.proceedAll(
                order.stream().map(key -> EntryRequest.of(key, EntryOperation.<V>peek())).toList())
            .orThrow();
    Map<K, V> values = new HashMap<>();
    for (int i = 0; i < order.size(); i++) {
      V value = found.get(i).previous();
      if (found.get(i).hit() && value != null) {
        values.put(order.get(i), value);
      }
    }
    return values;
  }

  /**
   * The values that the loader has confirmed. Those that are gone, or that this JVM cannot decode,
   * are loaded; their results are replaced.
   */
  Map<K, V> confirmed(Map<K, LoadResult<V>> results, Stage.Next<K, V> next) {
    List<K> keys = new ArrayList<>();
    results.forEach(
        (key, result) -> {
          if (result.kind() == Kind.NOT_MODIFIED) {
            keys.add(key);
          }
        });
    Map<K, V> values = new HashMap<>();
    if (keys.isEmpty()) {
      return values;
    }
    List<Outcome<V>> found =
        next.proceedAll(
                keys.stream().map(key -> EntryRequest.of(key, EntryOperation.<V>peek())).toList())
            .orThrow();
    Map<K, LoadContext<V>> again = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      V value = found.get(i).previous();
      if (value == null) {
        again.put(keys.get(i), LoadContext.nothing());
      } else {
        values.put(keys.get(i), value);
      }
    }
    if (!again.isEmpty()) {
      results.putAll(counted(again.size(), new LoadDuration(), () -> loader.loadAll(again)));
    }
    return values;
  }

  /** The value of a live entry that a reservation found; null if it is gone since. */
  @Nullable V valueOf(K key, Outcome<V> found, Stage.Next<K, V> next) {
    return loader.isContextual() ? current(key, next) : found.previous();
  }

  /** Whether this thread works for a call of the loader that has a permit of the load budget. */
  boolean holdsPermit() {
    return budget.isHeld();
  }

  /** Calls the loader for one key of which the cache has nothing. */
  LoadResult<V> call(K key) {
    return call(key, LoadContext.nothing(), new LoadDuration());
  }

  /** Calls the loader for one key. */
  LoadResult<V> call(K key, LoadContext<V> context, LoadDuration duration) {
    return counted(1, duration, () -> loader.load(key, context));
  }

  /** Calls the loader once for many keys of which the cache has nothing. */
  Map<K, V> callAll(Set<K> keys) {
    return counted(keys.size(), new LoadDuration(), () -> loader.loadAll(keys));
  }

  /**
   * Calls the loader once for many keys.
   *
   * @param found by the reservations
   */
  Map<K, LoadResult<V>> callAll(
      Map<K, Outcome<V>> found, LoadDuration duration, Stage.Next<K, V> next) {
    Map<K, LoadContext<V>> contexts = new LinkedHashMap<>();
    found.forEach((key, outcome) -> contexts.put(key, context(key, outcome, next)));
    return counted(contexts.size(), duration, () -> loader.loadAll(contexts));
  }

  private <R extends @Nullable Object> R counted(
      int keys, LoadDuration duration, Supplier<R> call) {
    return budget.<R>call(() -> this.<R>timed(keys, duration, call));
  }

  private <R extends @Nullable Object> R timed(int keys, LoadDuration duration, Supplier<R> call) {
    statistics.loads.add(keys);
    long startNanos = System.nanoTime();
    try {
      return call.get();
    } catch (Throwable e) {
      statistics.failures.increment();
      throw e;
    } finally {
      long nanos = System.nanoTime() - startNanos;
      statistics.nanos.add(nanos);
      duration.add(nanos);
    }
  }

  /** The ticket with which a load stores its value, which notes the duration of the load. */
  static LoadTicket finished(String id, LoadDuration duration) {
    return new LoadTicket(
        id, Math.max(1, duration.millis())); // 0 would say that the value was not loaded
  }

  /** Stores the first value of a key, or remembers that it has none, or only removes the ticket. */
  EntryOperation<V> fill(LoadResult<V> result, LoadTicket ticket) {
    return switch (result.kind()) {
      case VALUE -> EntryOperation.fill(toStore(result), ticket);
      case ABSENT -> {
        Duration own = result.options().timeToLive();
        Duration remembered = own == null ? negativeTimeToLive : own;
        Duration bounded = remembered.compareTo(LONGEST) > 0 ? LONGEST : remembered;
        yield EntryOperation.negate(new LoadTicket(ticket.id(), bounded.toMillis()));
      }
      case NOT_STORED, NOT_MODIFIED -> EntryOperation.negate(new LoadTicket(ticket.id(), 0));
    };
  }

  private static <V> NewValue<V> toStore(LoadResult<V> result) {
    return new NewValue<>(result.value(), result.options());
  }

  /**
   * Replaces an entry by the reloaded value, with the expiry of a new entry. If the loader has no
   * value for the key any longer, or none that is stored, the entry is removed.
   *
   * @param old null if this JVM cannot decode it, or has not read it
   */
  EntryOperation<V> replace(@Nullable V old, LoadResult<V> result, LoadTicket ticket) {
    return switch (result.kind()) {
      case VALUE -> EntryOperation.replaceStale(old, toStore(result), ticket);
      case NOT_MODIFIED -> EntryOperation.renew(result.options(), ticket);
      case ABSENT, NOT_STORED -> EntryOperation.removeStale(old, ticket);
    };
  }

  /**
   * The same for a live entry, which counts as updated; and if the loader has no value for the key,
   * the entry remains.
   *
   * @return null if there is nothing to do
   */
  @Nullable EntryOperation<V> update(@Nullable V old, LoadResult<V> result, LoadTicket ticket) {
    return switch (result.kind()) {
      case VALUE -> EntryOperation.refresh(old, toStore(result), ticket);
      case ABSENT -> null;
      case NOT_MODIFIED, NOT_STORED -> replace(old, result, ticket);
    };
  }

  /** Removes the ticket of a load that failed. */
  void cancel(K key, String id, Stage.Next<K, V> next) {
    store(key, EntryOperation.negate(new LoadTicket(id, 0)), next);
  }

  /** Commits what a load found. */
  Effect store(K key, EntryOperation<V> operation, Stage.Next<K, V> next) {
    Effect effect = next.proceed(EntryRequest.of(key, operation)).effect();
    boolean unused = countIfDiscarded(operation, effect);
    return effect;
  }

  /** Commits what a load of many keys found. */
  Map<K, Effect> storeAll(
      List<EntryRequest<K, V>> requests, LoadWatch watch, Stage.Next<K, V> next) {
    List<Outcome<V>> outcomes = next.proceedAll(requests).orThrow();
    Map<K, Effect> effects = new LinkedHashMap<>();
    for (int i = 0; i < outcomes.size(); i++) {
      Outcome<V> outcome = outcomes.get(i);
      if (countIfDiscarded(outcome.operation(), outcome.effect())) {
        watch.countDiscarded();
      }
      effects.put(requests.get(i).key(), outcome.effect());
    }
    return effects;
  }

  private boolean countIfDiscarded(EntryOperation<V> operation, Effect effect) {
    boolean keepsValue = operation.value() != null || operation.then() == Then.RENEW;
    boolean isDiscarded = keepsValue && effect == Effect.NONE;
    if (isDiscarded) {
      statistics.discardedLoads.increment();
    }
    return isDiscarded;
  }
}
