package dev.corral.jcache.internal.pipeline.commit;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.EntryOperation.When;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.EntryRequest.Admission;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.EntryStore;
import dev.corral.jcache.internal.store.HeldLock;
import dev.corral.jcache.internal.store.locks.KeyLocks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The last stage, which commits the operation. Without user code, Redis decides and commits in one
 * round trip. With user code, this JVM decides under the lock of the key, and commits if the entry
 * has not changed.
 */
public final class CommitStage<K, V> implements Stage<K, V> {

  /** How often another change may prevent the commit before the operation fails. */
  private static final int MAX_ATTEMPTS = 1_000;

  private final String cacheName;
  private final EntryStore<K, V> store;
  private final KeyLocks<K, V> locks;
  private final @Nullable ReadBeforeWrite<K, V> readBeforeWrite;
  private final ComputationGuard<K, V> guard;

  /**
   * @param readBeforeWrite null if the entry decides
   */
  public CommitStage(
      String cacheName,
      EntryStore<K, V> store,
      KeyLocks<K, V> locks,
      @Nullable ReadBeforeWrite<K, V> readBeforeWrite) {
    this.cacheName = cacheName;
    this.store = store;
    this.locks = locks;
    this.readBeforeWrite = readBeforeWrite;
    this.guard = new ComputationGuard<>(store);
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> end) {
    Optional<EntryOperation<V>> operation = request.decider().inAdvance();
    K key = request.key();
    if (operation.isPresent() && request.runsNoUserCode()) {
      return store.apply(key, operation.get());
    }
    if (operation.isPresent() && operation.get().when() == When.ALWAYS && !reads(operation.get())) {
      return locks.whileHolding(
          List.of(key), () -> writeAndCommit(request, operation.get(), operation.get().then()));
    }
    if (!request.decider().isExclusive()) {
      return decideHere(request, store.observe(key), HeldLock.NOT_RELEASED_BY_COMMIT);
    }
    return locks.whileHolding(
        key, (seen, lock) -> decideHere(request, store.complete(key, seen), lock));
  }

  /** Whether the database has to be read, though the entry does not decide about the change. */
  private boolean reads(EntryOperation<V> operation) {
    return readBeforeWrite != null && operation.is(Trait.WANTS_VALUE);
  }

  /**
   * Decides in this JVM and commits, under the lock of the key unless the decision needs none.
   *
   * @param first the entry when the lock was acquired
   * @param lock the lock of the key, which the commit may release
   */
  private Outcome<V> decideHere(EntryRequest<K, V> request, Snapshot<V> first, HeldLock lock) {
    Snapshot<V> current = first;
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Snapshot<V> seen = current;
      Optional<Outcome<V>> committed =
          guard.run(request, seen, ticket -> decideOnce(request, seen, lock, ticket));
      if (committed.isPresent()) {
        return committed.get();
      }
      current = store.observe(request.key());
    }
    throw new CacheException(
        ("cache '%s': the operation was not committed, because its entry was changed %d times"
                + " between the read and the commit; check whether its entry processor changes the"
                + " entry through the cache")
            .formatted(cacheName, MAX_ATTEMPTS));
  }

  /**
   * @param ticket the load ticket of the key, without which a value is not stored; null for none
   * @return empty if the entry is no longer as it was seen
   */
  private Optional<Outcome<V>> decideOnce(
      EntryRequest<K, V> request, Snapshot<V> current, HeldLock lock, @Nullable LoadTicket ticket) {
    Snapshot<V> entry = visible(current);
    Snapshot<V> seen = readBeforeWrite == null ? entry : readBeforeWrite.read(request.key(), entry);
    EntryOperation<V> operation = request.decider().decide(seen);
    Then chosen = operation.choose(seen);
    if (changes(chosen) && request.beforeCommit().concerns(operation)) {
      return Optional.of(decided(writeUnderLock(request, operation, chosen), chosen, entry, seen));
    }
    if (ComputationGuard.isFenced(operation, ticket)) {
      return Optional.of(Outcome.unchanged(operation, entry));
    }
    return seen.equals(entry)
        ? store.applyIfUnchanged(
            request.key(),
            ComputationGuard.guarded(operation, ticket),
            ComputationGuard.expected(request, current, entry),
            lock)
        : discard(request.key(), operation, entry, seen, lock);
  }

  /** The lock is reentrant, and held already unless the decision needs none. */
  private Outcome<V> writeUnderLock(
      EntryRequest<K, V> request, EntryOperation<V> operation, Then chosen) {
    return request.decider().isExclusive()
        ? writeAndCommit(request, operation, chosen)
        : locks.whileHolding(
            List.of(request.key()), () -> writeAndCommit(request, operation, chosen));
  }

  /**
   * The outcome of a change that was chosen here, and that the database has. The entry may be gone
   * by the commit, because it has expired, or because another JVM has removed it after an outage.
   *
   * @param written the outcome of the commit
   * @param entry the entry when the change was chosen
   * @param seen what decided: the entry, or the row
   */
  private static <V> Outcome<V> decided(
      Outcome<V> written, Then chosen, Snapshot<V> entry, Snapshot<V> seen) {
    return new Outcome<>(
        written.operation(),
        entry.isLive() ? Prior.LIVE : written.prior(),
        chosen == Then.REMOVE && seen.isLive() ? Effect.REMOVED : written.effect(),
        seen.value(),
        written.value(),
        written.changeSequence());
  }

  /**
   * Removes an entry that differs from the database, so that a caller that reads, and then changes
   * what it has read, makes progress.
   *
   * @param row what the database has, which needs no change
   * @return empty if the entry is no longer as it was seen
   */
  private Optional<Outcome<V>> discard(
      K key, EntryOperation<V> operation, Snapshot<V> entry, Snapshot<V> row, HeldLock lock) {
    Outcome<V> outcome = ReadBeforeWrite.unchanged(operation, entry, row);
    return entry.isLive()
        ? store.applyIfUnchanged(key, ReadBeforeWrite.removal(), entry, lock).map(it -> outcome)
        : Optional.of(outcome);
  }

  /** The entry as user code sees it: a stale entry or a load ticket is no entry. */
  private static <V> Snapshot<V> visible(Snapshot<V> seen) {
    return switch (seen.state()) {
      case LIVE, NEGATIVE, UNDECODABLE -> seen;
      default -> Snapshot.absent();
    };
  }

  /** Calls the writer, and then commits, unless another writer has fenced the entry meanwhile. */
  private Outcome<V> writeAndCommit(
      EntryRequest<K, V> request, EntryOperation<V> operation, Then chosen) {
    List<K> keys = List.of(request.key());
    String fence = fence(keys);
    try {
      request.beforeCommit().run(request.key(), operation, chosen);
    } catch (RuntimeException e) {
      abandon(keys, fence, e);
      throw e;
    }
    return commit(keys, List.of(operation.unconditionally(chosen)), fence).get(0);
  }

  /**
   * Commits what the database has. If it cannot be stored, because the codec or the function of the
   * tags fails, the entries are removed, which would be stale.
   */
  private List<Outcome<V>> commit(List<K> keys, List<EntryOperation<V>> operations, String fence) {
    try {
      return store.applyWritten(keys, operations, fence);
    } catch (RedisUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      try {
        store.applyWritten(keys, Collections.nCopies(keys.size(), EntryOperation.remove()), fence);
      } catch (RuntimeException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  /** Fences keys before the writer is called; the fence may exist even if the reply was lost. */
  private String fence(List<K> keys) {
    String fence = UUID.randomUUID().toString();
    try {
      store.prepareWrite(keys, fence);
      return fence;
    } catch (RuntimeException e) {
      store.abandonWriteLater(keys, fence);
      throw e;
    }
  }

  /**
   * Removes the write fence: later, if Redis does not answer now; then the entries expire soon, and
   * are lost, not stale.
   */
  private void abandon(List<K> keys, String fence, RuntimeException failure) {
    try {
      store.abandonWrite(keys, fence);
    } catch (RuntimeException again) {
      store.abandonWriteLater(keys, fence);
      failure.addSuppressed(again);
    }
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> end) {
    if (EntryRequest.runNoUserCode(requests)) {
      return BulkOutcome.of(applyAll(requests));
    }
    return locks.whileHolding(keys(requests), () -> writeAndCommit(requests));
  }

  /**
   * Calls the writer for many changes, and commits what the database has. Bulk operations with a
   * writer are unconditional: {@code putAll} and {@code removeAll}.
   */
  private BulkOutcome<V> writeAndCommit(List<EntryRequest<K, V>> requests) {
    EntryRequest<K, V> first = requests.get(0);
    Then chosen = operation(first).choose(Snapshot.absent());
    String fence = fence(keys(requests));
    Admission<K, V> admission = first.beforeCommit().runAll(requests, chosen);
    RuntimeException failure = admission.failure();
    IdentityHashMap<EntryRequest<K, V>, Outcome<V>> done = new IdentityHashMap<>();
    List<EntryRequest<K, V>> admitted = admission.admitted();
    try {
      List<Outcome<V>> outcomes = commit(keys(admitted), operations(admitted), fence);
      for (int i = 0; i < outcomes.size(); i++) {
        done.put(admitted.get(i), outcomes.get(i));
      }
    } catch (RuntimeException e) {
      failure = e;
    }
    if (admitted.size() < requests.size()) {
      List<EntryRequest<K, V>> refused =
          requests.stream().filter(request -> !admitted.contains(request)).toList();
      abandon(keys(refused), fence, failure == null ? new CacheException("not written") : failure);
    }
    List<Outcome<V>> outcomes = new ArrayList<>(requests.size());
    for (EntryRequest<K, V> request : requests) {
      Outcome<V> outcome = done.get(request);
      outcomes.add(outcome != null ? outcome : Outcome.nothing(operation(request)));
    }
    return new BulkOutcome<>(outcomes, failure);
  }

  private List<Outcome<V>> applyAll(List<EntryRequest<K, V>> requests) {
    return store.applyAll(keys(requests), operations(requests));
  }

  private static <K, V> List<K> keys(List<EntryRequest<K, V>> requests) {
    return requests.stream().map(EntryRequest::key).toList();
  }

  private static <K, V> List<EntryOperation<V>> operations(List<EntryRequest<K, V>> requests) {
    return requests.stream().map(CommitStage::operation).toList();
  }

  private static <K, V> EntryOperation<V> operation(EntryRequest<K, V> request) {
    return request.decider().inAdvance().orElseThrow();
  }

  private static boolean changes(@Nullable Then chosen) {
    return chosen == Then.PUT || chosen == Then.REMOVE;
  }
}
