package dev.corral.jcache.internal.store.locks;

import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.store.HeldLock;
import java.util.Collection;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Exclusion per key over all JVMs, for as long as user code takes part in a change. */
public interface KeyLocks<K, V> {

  /**
   * Runs an action while holding these keys. They are acquired in an order that all JVMs share, so
   * that two bulk operations cannot wait for each other.
   *
   * @throws javax.cache.CacheException if a key could not be had in time; then the action did not
   *     run
   */
  <R> R whileHolding(Collection<? extends K> keys, Supplier<R> action);

  /**
   * Runs an action while holding one key.
   *
   * @param action is given the entry as it stood when the key was had, and the hold, which its
   *     commit may end
   */
  <R> R whileHolding(K key, BiFunction<Snapshot<V>, HeldLock, R> action);
}
