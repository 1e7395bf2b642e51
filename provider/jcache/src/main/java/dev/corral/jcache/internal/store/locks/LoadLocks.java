package dev.corral.jcache.internal.store.locks;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * Lets one JVM of the cluster load a key at a time. The locks only save loads: the load ticket
 * decides whether a loaded value may be stored. So a load continues without a lock if the lock is
 * not available.
 */
public interface LoadLocks<K> {

  /**
   * Acquires the lock of a key, waiting if another thread or JVM holds it.
   *
   * @return releases the lock, and must run in the same thread; empty if the lock was not free in
   *     time, or Redis failed
   */
  Optional<Runnable> acquire(K key, Duration wait);

  /**
   * Acquires those locks that are free now, in one round trip.
   *
   * @return for each key whose lock was acquired, what releases it; to be run in the same thread
   */
  Map<K, Runnable> acquireFree(Collection<K> keys);
}
