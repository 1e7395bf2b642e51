package dev.corral.jcache.internal.store;

import java.util.Collection;
import java.util.function.Supplier;

/** Exclusion per key over all JVMs, for as long as user code takes part in a change. */
public interface KeyLocks<K> {

  /**
   * Runs an action while holding these keys. They are acquired in an order that all JVMs share, so
   * that two bulk operations cannot wait for each other.
   *
   * @throws javax.cache.CacheException if a key could not be had in time; then the action did not
   *     run
   */
  <R> R whileHolding(Collection<? extends K> keys, Supplier<R> action);
}
