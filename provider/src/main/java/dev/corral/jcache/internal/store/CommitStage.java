package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.Decider;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.EntryOperation.When;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.EntryRequest.Admission;
import dev.corral.jcache.internal.pipeline.Stage;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The last stage: one round trip if Redis can decide alone, else decided here and committed if
 * nothing changed.
 */
public final class CommitStage<K, V> implements Stage<K, V> {

  /** So often may others change an entry between a look and the commit, before we give up. */
  private static final int MAX_ATTEMPTS = 1_000;

  private final String cacheName;
  private final EntryStore<K, V> store;
  private final KeyLocks<K> locks;

  public CommitStage(String cacheName, EntryStore<K, V> store, KeyLocks<K> locks) {
    this.cacheName = cacheName;
    this.store = store;
    this.locks = locks;
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> end) {
    Optional<EntryOperation<V>> operation = request.decider().inAdvance();
    if (operation.isPresent() && request.runsNoUserCode()) {
      return store.apply(request.key(), operation.get());
    }
    return locks.whileHolding(List.of(request.key()), () -> decideHere(request));
  }

  /** User code takes part, so the key is held until the change is committed. */
  private Outcome<V> decideHere(EntryRequest<K, V> request) {
    K key = request.key();
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Snapshot<V> seen = needsNoLook(request.decider()) ? Snapshot.absent() : store.observe(key);
      EntryOperation<V> operation = request.decider().decide(seen);
      Then chosen = operation.choose(seen);
      if (changes(chosen) && request.beforeCommit().concerns(operation)) {
        request.beforeCommit().run(key, operation, chosen);
        return commitWritten(key, operation.unconditionally(chosen));
      }
      Optional<Outcome<V>> committed =
          needsNoLook(request.decider())
              ? Optional.of(store.apply(key, operation))
              : store.applyIfUnchanged(key, operation, seen);
      if (committed.isPresent()) {
        return committed.get();
      }
    }
    throw new CacheException(
        "cache '%s': an entry was changed by others %d times between a look at it and the commit; "
                .formatted(cacheName, MAX_ATTEMPTS)
            + "is it written by its own entry processor?");
  }

  /** The database has the change, so the cache must have it too, or nothing at all. */
  private Outcome<V> commitWritten(K key, EntryOperation<V> operation) {
    try {
      return store.apply(key, operation);
    } catch (RuntimeException e) {
      try {
        store.apply(key, EntryOperation.remove());
      } catch (RuntimeException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> end) {
    if (requests.stream().allMatch(EntryRequest::runsNoUserCode)) {
      return BulkOutcome.of(applyAll(requests));
    }
    List<K> keys = requests.stream().map(EntryRequest::key).toList();
    return locks.whileHolding(keys, () -> writeAndCommit(requests));
  }

  /** Bulk operations with a writer are unconditional: {@code putAll} and {@code removeAll}. */
  private BulkOutcome<V> writeAndCommit(List<EntryRequest<K, V>> requests) {
    EntryRequest<K, V> first = requests.get(0);
    Then chosen = operation(first).choose(Snapshot.absent());
    Admission<K, V> admission = first.beforeCommit().runAll(requests, chosen);
    RuntimeException failure = admission.failure();
    IdentityHashMap<EntryRequest<K, V>, Outcome<V>> done = new IdentityHashMap<>();
    try {
      List<Outcome<V>> outcomes = applyAll(admission.admitted());
      for (int i = 0; i < outcomes.size(); i++) {
        done.put(admission.admitted().get(i), outcomes.get(i));
      }
    } catch (RuntimeException e) {
      failure = discardWritten(admission.admitted(), e);
    }
    List<Outcome<V>> outcomes = new ArrayList<>(requests.size());
    for (EntryRequest<K, V> request : requests) {
      Outcome<V> outcome = done.get(request);
      outcomes.add(outcome != null ? outcome : Outcome.nothing(operation(request)));
    }
    return new BulkOutcome<>(outcomes, failure);
  }

  private RuntimeException discardWritten(
      List<EntryRequest<K, V>> written, RuntimeException failure) {
    try {
      store.applyAll(
          written.stream().map(EntryRequest::key).toList(),
          written.stream().map(it -> EntryOperation.<V>remove()).toList());
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
    }
    return failure;
  }

  private List<Outcome<V>> applyAll(List<EntryRequest<K, V>> requests) {
    return store.applyAll(
        requests.stream().map(EntryRequest::key).toList(),
        requests.stream().map(CommitStage::operation).toList());
  }

  private static <K, V> EntryOperation<V> operation(EntryRequest<K, V> request) {
    return request.decider().inAdvance().orElseThrow();
  }

  private static <V> boolean needsNoLook(Decider<V> decider) {
    return decider.inAdvance().map(it -> it.when() == When.ALWAYS).orElse(false);
  }

  private static boolean changes(@Nullable Then chosen) {
    return chosen == Then.PUT || chosen == Then.REMOVE;
  }
}
