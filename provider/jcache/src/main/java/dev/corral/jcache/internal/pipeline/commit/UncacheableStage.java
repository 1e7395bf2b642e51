package dev.corral.jcache.internal.pipeline.commit;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.EntryOperation.When;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.store.UncacheableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Skips keys and values that cannot be stored, so that the cache never breaks what the application
 * does with its database. A key that has no text has no entry. A put of a value that cannot be
 * stored removes the entry, which would be stale otherwise.
 *
 * <p>Absent unless the cache has the option {@code skipUncacheable}, and if it has a writer, which
 * must receive the value.
 */
public final class UncacheableStage<K, V> implements Stage<K, V> {

  private static final Logger log = LoggerFactory.getLogger(UncacheableStage.class);

  /** Further reasons are counted, but not logged. */
  private static final int MAX_REASONS = 20;

  private final LongAdder skipped = new LongAdder();
  private final Set<String> logged = ConcurrentHashMap.newKeySet();

  /** How often this stage skipped a key or a value. */
  public long skipped() {
    return skipped.sum();
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    try {
      return next.proceed(request);
    } catch (UncacheableException e) {
      EntryOperation<V> operation = request.decider().inAdvance().orElse(null);
      if (operation == null && e.isKey()) {
        throw e; // an entry processor has not run
      }
      record(e);
      return e.isKey() && operation != null
          ? Outcome.nothing(operation)
          : withoutValue(request.key(), operation, next);
    }
  }

  /** Executes requests one by one if they cannot be executed together; all are repeatable. */
  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    try {
      return next.proceedAll(requests);
    } catch (UncacheableException e) {
      List<Outcome<V>> outcomes = new ArrayList<>(requests.size());
      requests.forEach(request -> outcomes.add(execute(request, next)));
      return BulkOutcome.of(outcomes);
    }
  }

  /**
   * Executes what remains of an operation whose value cannot be stored.
   *
   * @param operation null for the change of an entry processor
   */
  private Outcome<V> withoutValue(K key, @Nullable EntryOperation<V> operation, Next<K, V> next) {
    When when = operation == null ? When.ALWAYS : operation.when();
    boolean replaces = operation == null || operation.then() == Then.PUT;
    if (replaces && (when == When.ALWAYS || when == When.PRESENT)) {
      boolean wantsValue = operation != null && operation.is(Trait.WANTS_VALUE);
      return next.proceed(
          EntryRequest.of(
              key, wantsValue ? EntryOperation.getAndRemove() : EntryOperation.remove()));
    }
    LoadTicket reload = operation == null ? null : operation.loadTicket();
    if (reload != null && replaces && (when == When.HOLDS || when == When.KEPT)) {
      return next.proceed(EntryRequest.of(key, EntryOperation.removeStale(null, reload)));
    }
    V expected = operation == null ? null : operation.expected();
    if (operation != null && operation.when() == When.HOLDS && replaces && expected != null) {
      return removeExpected(key, operation, expected, next);
    }
    return Outcome.nothing(operation == null ? EntryOperation.remove() : operation);
  }

  /** Either of the two values may be the one that cannot be stored. */
  private Outcome<V> removeExpected(
      K key, EntryOperation<V> operation, V expected, Next<K, V> next) {
    try {
      return next.proceed(EntryRequest.of(key, EntryOperation.remove(expected)));
    } catch (UncacheableException e) {
      return Outcome.nothing(operation);
    }
  }

  private void record(UncacheableException failure) {
    skipped.increment();
    String reason = String.valueOf(failure.getMessage());
    if (logged.size() < MAX_REASONS && logged.add(reason)) {
      log.warn(
          "A {} is not cached, which is logged once and counted in refusalStatistics().skipped():"
              + " {}",
          failure.isKey() ? "key" : "value",
          reason);
    }
  }
}
