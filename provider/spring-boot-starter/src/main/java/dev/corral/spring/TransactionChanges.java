package dev.corral.spring;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What the current transaction has changed in one cache, and not committed. The transaction sees
 * its own changes. The cache gets them after the commit; a rollback drops them, and a rollback to a
 * savepoint those since then. Used by one thread.
 *
 * <p>Changes may also be made after the commit, by code that runs in {@code afterCommit}, such as a
 * listener of transaction events. And other such code may fail, so that this object is not called.
 * {@link #afterCompletion} makes the changes that are left then.
 *
 * <p>Before the commit, {@linkplain TransactionIntents intents} are recorded for the keys, so that
 * no JVM reads or stores an older value after it, also if this JVM dies. Values that the
 * transaction has only computed need none: their rows have not changed.
 */
final class TransactionChanges implements TransactionSynchronization {

  /** Makes the changes in the cache. */
  interface Target extends TransactionIntents.Recorder {

    void put(Object key, Object stored);

    /**
     * Puts a value when it is computed.
     *
     * @return fails if it is not put, or not computed
     */
    CompletableFuture<?> putLater(Object key, CompletableFuture<Object> stored);

    void remove(Object key);

    void clear();

    void invalidateTags(Collection<String> tags);
  }

  private static final Logger log = LoggerFactory.getLogger(TransactionChanges.class);

  private final String cacheName;
  private final Target target;
  private final IdentityHashMap<Object, Savepoint> savepoints = new IdentityHashMap<>();
  private boolean cleared;

  /** The tags that were invalidated. */
  private final Set<String> tags = new LinkedHashSet<>();

  /** What is done to each key, the last change only. */
  private final Map<Object, Change> changes = new LinkedHashMap<>();

  private final TransactionIntents intents;

  /**
   * What is done to a key: nothing to store is a removal.
   *
   * @param isFill whether a value was only computed, because the cache had none
   */
  private record Change(
      @Nullable Object stored, @Nullable CompletableFuture<Object> later, boolean isFill) {

    static final Change REMOVAL = new Change(null, null, false);
  }

  /** The changes before a savepoint. */
  private record Savepoint(boolean cleared, Set<String> tags, Map<Object, Change> changes) {}

  private TransactionChanges(String cacheName, Target target) {
    this.cacheName = cacheName;
    this.target = target;
    this.intents = new TransactionIntents(target);
  }

  /**
   * The changes of the transaction of this thread; null without a transaction.
   *
   * @param target also identifies the cache
   */
  static @Nullable TransactionChanges current(String cacheName, Target target) {
    if (!TransactionSynchronizationManager.isSynchronizationActive()) {
      return null;
    }
    Object bound = TransactionSynchronizationManager.getResource(target);
    if (bound instanceof TransactionChanges changes) {
      return changes;
    }
    TransactionChanges changes = new TransactionChanges(cacheName, target);
    TransactionSynchronizationManager.bindResource(target, changes);
    TransactionSynchronizationManager.registerSynchronization(changes);
    return changes;
  }

  /** Whether the transaction promised to change nothing, so that what it reads is committed. */
  static boolean isReadOnly() {
    return TransactionSynchronizationManager.isCurrentTransactionReadOnly();
  }

  void put(Object key, Object stored) {
    intents.change(key);
    changes.put(key, new Change(stored, null, false));
  }

  /** Puts a value that was computed because the cache had none. */
  void fill(Object key, Object stored) {
    changes.put(key, new Change(stored, null, isUnchanged(key)));
  }

  /** The same for a value that is not computed yet; nothing is put if its future fails. */
  void fillLater(Object key, CompletableFuture<Object> stored) {
    changes.put(key, new Change(null, stored, isUnchanged(key)));
  }

  private boolean isUnchanged(Object key) {
    Change before = changes.get(key);
    return before == null || before.isFill();
  }

  void remove(Object key) {
    intents.change(key);
    changes.put(key, Change.REMOVAL);
  }

  void clear() {
    changes.clear();
    tags.clear();
    cleared = true;
  }

  /**
   * Which entries have the tags is known after the commit. Until then, the transaction finds only
   * what it puts from now on; what it has put before is removed, because it may have a tag.
   */
  void invalidateTags(Collection<String> invalidated) {
    Set<String> checked = Set.copyOf(invalidated);
    if (!checked.isEmpty()) {
      tags.addAll(checked);
      changes.replaceAll((key, change) -> Change.REMOVAL);
    }
  }

  /** Whether the transaction has changed the key, so that the cache does not have its value. */
  boolean hasChanged(Object key) {
    return cleared || !tags.isEmpty() || changes.containsKey(key);
  }

  /** The value that the transaction has put; empty if it has removed it or is computing it. */
  Optional<Object> value(Object key) {
    Change change = changes.get(key);
    if (change == null) {
      return Optional.empty();
    }
    CompletableFuture<Object> later = change.later();
    return later != null && later.isDone() && !later.isCompletedExceptionally()
        ? Optional.of(later.join())
        : Optional.ofNullable(change.stored());
  }

  @Override
  public void savepoint(Object savepoint) {
    savepoints.put(
        savepoint, new Savepoint(cleared, Set.copyOf(tags), new LinkedHashMap<>(changes)));
  }

  /** Without changes before the savepoint, this object is not notified of it. */
  @Override
  public void savepointRollback(Object savepoint) {
    Savepoint before = savepoints.get(savepoint);
    drop();
    if (before != null) {
      cleared = before.cleared();
      tags.addAll(before.tags());
      changes.putAll(before.changes());
    }
  }

  private void drop() {
    cleared = false;
    tags.clear();
    changes.clear();
  }

  /** Before the single keys: what was put later, may have the tags again. */
  private void applyToMany() {
    if (cleared) {
      apply(target::clear);
    }
    if (!tags.isEmpty()) {
      apply(() -> target.invalidateTags(tags));
    }
  }

  /** Records intents, unless nothing in the database can have changed. */
  @Override
  public void beforeCommit(boolean readOnly) {
    if (!readOnly && TransactionSynchronizationManager.isActualTransactionActive()) {
      Set<Object> changed = new LinkedHashSet<>();
      changes.forEach(
          (key, change) -> {
            if (!change.isFill()) {
              changed.add(key);
            }
          });
      intents.prepare(changed);
    }
  }

  /** Ends the intents first, because that removes what was put since they were recorded. */
  @Override
  public void afterCommit() {
    intents.end(intent -> apply(intent::confirm));
    applyToMany();
    changes.forEach((key, change) -> apply(() -> apply(key, change)));
    drop();
  }

  /** It is unknown whether the database has the changes: no entry is right in both cases. */
  private void removeAll() {
    intents.end(intent -> apply(intent::close));
    applyToMany();
    changes.keySet().forEach(key -> apply(() -> target.remove(key)));
    drop();
  }

  private void apply(Object key, Change change) {
    CompletableFuture<Object> later = change.later();
    Object stored = change.stored();
    if (later != null) {
      var unused =
          target
              .putLater(key, later)
              .whenComplete(
                  (done, failure) -> logged(later.isCompletedExceptionally() ? null : failure));
    } else if (stored != null) {
      target.put(key, stored);
    } else {
      target.remove(key);
    }
  }

  /** The transaction is committed, so a failure cannot be its result. */
  private void apply(Runnable change) {
    try {
      change.run();
    } catch (RuntimeException e) {
      logged(e);
    }
  }

  private void logged(@Nullable Throwable failure) {
    if (failure != null) {
      log.warn("Cache '{}' has not made a change of a committed transaction", cacheName, failure);
    }
  }

  @Override
  public void suspend() {
    TransactionSynchronizationManager.unbindResourceIfPossible(target);
  }

  @Override
  public void resume() {
    TransactionSynchronizationManager.bindResource(target, this);
  }

  @Override
  public void afterCompletion(int status) {
    TransactionSynchronizationManager.unbindResourceIfPossible(target);
    if (status == STATUS_COMMITTED) {
      afterCommit();
    } else if (status == STATUS_UNKNOWN) {
      removeAll();
    } else {
      // JPA also says so when the connection breaks, and the database may still commit.
      intents.end(intent -> apply(intent::close));
    }
  }
}
