package dev.corral.spring;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What the current transaction has changed in one cache, and not committed. The transaction sees
 * its own changes. The cache gets them after the commit; a rollback drops them. Used by one thread.
 */
final class TransactionChanges implements TransactionSynchronization {

  /** Makes the changes in the cache. */
  interface Target {

    void put(Object key, Object stored);

    void putLater(Object key, CompletableFuture<Object> stored);

    void remove(Object key);

    void clear();
  }

  private static final Logger log = LoggerFactory.getLogger(TransactionChanges.class);

  private final String cacheName;
  private final Target target;
  private boolean cleared;

  /** What is done to each key, the last change only. */
  private final Map<Object, Change> changes = new LinkedHashMap<>();

  private record Change(@Nullable Object stored, @Nullable CompletableFuture<Object> later) {}

  private TransactionChanges(String cacheName, Target target) {
    this.cacheName = cacheName;
    this.target = target;
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
    changes.put(key, new Change(stored, null));
  }

  /** Puts a value that is not computed yet; nothing is put if its future fails. */
  void putLater(Object key, CompletableFuture<Object> stored) {
    changes.put(key, new Change(null, stored));
  }

  void remove(Object key) {
    changes.put(key, new Change(null, null));
  }

  void clear() {
    changes.clear();
    cleared = true;
  }

  /** Whether the transaction has changed the key, so that the cache does not have its value. */
  boolean hasChanged(Object key) {
    return cleared || changes.containsKey(key);
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
  public void afterCommit() {
    if (cleared) {
      apply(target::clear);
    }
    changes.forEach((key, change) -> apply(() -> apply(key, change)));
  }

  private void apply(Object key, Change change) {
    CompletableFuture<Object> later = change.later();
    Object stored = change.stored();
    if (later != null) {
      target.putLater(key, later);
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
      log.warn("Cache '{}' has not made a change of a committed transaction", cacheName, e);
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
  }
}
