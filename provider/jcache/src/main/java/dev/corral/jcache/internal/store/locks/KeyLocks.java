package dev.corral.jcache.internal.store.locks;

import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.store.HeldLock;
import java.util.Collection;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Mutual exclusion per key across all JVMs, while user code takes part in a change. */
public interface KeyLocks<K, V> {

  /**
   * Runs an action while the caller holds the locks of these keys. All JVMs acquire locks in the
   * same order, so two bulk operations cannot wait for each other.
   *
   * @throws dev.corral.jcache.internal.redis.RedisUnavailableException if Redis becomes unavailable
   *     during the wait; then the action did not run
   * @throws javax.cache.CacheException if a lock was not free in time; then the action did not run
   */
  <R> R whileHolding(Collection<? extends K> keys, Supplier<R> action);

  /**
   * Runs an action while no other thread of this JVM holds one of these keys. It does not use
   * Redis, so it also works during an outage.
   *
   * @throws javax.cache.CacheException if a key was not free in time; then the action did not run
   */
  <R> R whileHoldingLocally(Collection<? extends K> keys, Supplier<R> action);

  /**
   * Runs an action while the caller holds the lock of one key.
   *
   * @param action gets the entry as it was when the lock was acquired, and the lock, which its
   *     commit may release
   * @throws javax.cache.CacheException if the lock was not free in time; then the action did not
   *     run
   */
  <R> R whileHolding(K key, BiFunction<Snapshot<V>, HeldLock, R> action);
}
