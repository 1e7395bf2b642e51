package dev.corral.jcache.internal.store;

import java.util.Collection;

/** Exclusion per key over all JVMs, for as long as user code takes part in a change. */
public interface KeyLocks<K> {

  /**
   * Acquires the locks of these keys, in an order that all JVMs share, so that two bulk operations
   * cannot wait for each other.
   *
   * @return releases what was acquired
   * @throws javax.cache.CacheException if a key could not be had in time
   */
  Held acquire(Collection<? extends K> keys);

  /** Locks that are held until they are closed. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }
}
