package dev.corral.jcache.internal.pipeline.commit;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.store.EntryStore;
import java.util.Optional;
import java.util.function.Function;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Guards the computation of a missing value by a load ticket, as a load is guarded: every write,
 * removal and clear of the key removes the ticket, and then the value is not stored. Comparing the
 * entry would not show a removal meanwhile, because there is no entry before it and none after it.
 *
 * <p>A computation that begins while another one is running, or a load, uses the ticket of that
 * one: a change removes it for both, and the first of them stores its value. With tickets of their
 * own, each would remove the other's, and they could go on computing for ever.
 *
 * <p>Safe for many threads.
 */
final class ComputationGuard<K, V> {

  private final EntryStore<K, V> store;

  ComputationGuard(EntryStore<K, V> store) {
    this.store = store;
  }

  /**
   * Runs a decision; if it computes a missing value, with a load ticket in the key.
   *
   * @param current the entry as it was seen
   * @param decision gets the ticket, or null for none; returns empty if the entry has changed
   * @return empty if the entry is no longer as it was seen
   */
  Optional<Outcome<V>> run(
      EntryRequest<K, V> request,
      Snapshot<V> current,
      Function<@Nullable LoadTicket, Optional<Outcome<V>>> decision) {
    if (!request.decider().computesIfAbsent() || !isMissing(current.state())) {
      return decision.apply(null);
    }
    if (current.state() == Prior.LOADING && current.version() instanceof String running) {
      return decision.apply(new LoadTicket(running, /* millis= */ 0));
    }
    LoadTicket ticket = LoadTicket.ofBegin(LoadTicket.newId());
    Outcome<V> reserved = store.apply(request.key(), EntryOperation.reserve(ticket));
    if (reserved.effect() != Effect.RESERVED || reserved.prior() == Prior.STALE) {
      boolean hasChanged =
          switch (reserved.prior()) {
            case LIVE, NEGATIVE, STALE -> true;
            default -> false;
          };
      LoadTicket none = isMissing(reserved.prior()) ? LoadTicket.FENCED : null;
      return hasChanged ? Optional.empty() : decision.apply(none);
    }
    boolean mayRemain = true;
    try {
      Optional<Outcome<V>> committed = decision.apply(ticket);
      mayRemain = committed.isPresent() && committed.get().effect() == Effect.NONE;
      return committed;
    } finally {
      if (mayRemain) {
        cancel(request.key(), ticket);
      }
    }
  }

  /** A stale entry or a negative one is compared. */
  private static boolean isMissing(Prior state) {
    return state == Prior.ABSENT || state == Prior.EXPIRED || state == Prior.LOADING;
  }

  /**
   * Whether an operation stores nothing, because the key has a write fence: a writer or a
   * transaction may change it in the database while the value is computed, or has been loaded for
   * an entry processor.
   */
  static boolean isFenced(EntryOperation<?> operation, @Nullable LoadTicket ticket) {
    LoadTicket own = operation.loadTicket();
    return LoadTicket.FENCED.equals(own == null && operation.then() == Then.PUT ? ticket : own);
  }

  /**
   * What the entry has to be when a value is stored that was computed for a missing one. If it was
   * stale, it has to be stale still: every change, and every write fence, removes a stale entry.
   *
   * @param visible the entry as user code has seen it
   */
  static <K, V> Snapshot<V> expected(
      EntryRequest<K, V> request, Snapshot<V> current, Snapshot<V> visible) {
    boolean isStale = current.state() == Prior.STALE;
    return isStale && request.decider().computesIfAbsent() ? current : visible;
  }

  /** The operation that stores its value only if the ticket is still in the key. */
  static <V> EntryOperation<V> guarded(EntryOperation<V> operation, @Nullable LoadTicket ticket) {
    return ticket != null && operation.then() == Then.PUT && operation.loadTicket() == null
        ? operation.guardedBy(new LoadTicket(ticket.id(), 0))
        : operation;
  }

  /** Removes the ticket; if Redis fails, it expires. */
  private void cancel(K key, LoadTicket ticket) {
    try {
      Outcome<V> unused =
          store.apply(key, EntryOperation.negate(new LoadTicket(ticket.id(), /* millis= */ 0)));
    } catch (CacheException e) {
      // The computation has its result, or its own failure.
    }
  }
}
