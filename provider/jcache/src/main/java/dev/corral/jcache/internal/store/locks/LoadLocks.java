package dev.corral.jcache.internal.store.locks;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * Lets one JVM of the cluster load a key at a time. It saves loads and guards nothing: whether a
 * load may be stored is decided by its ticket. So trouble with a lock is no reason to fail.
 */
public interface LoadLocks<K> {

  /**
   * Waits for the lock of a key.
   *
   * @return releases it, in the same thread; empty if it could not be had in time, or at all
   */
  Optional<Runnable> acquire(K key, Duration wait);

  /**
   * Takes those locks that are free now, together.
   *
   * @return for each key whose lock was taken, what releases it in the same thread
   */
  Map<K, Runnable> acquireFree(Collection<K> keys);
}
