package dev.corral.jcache.internal.store.locks;

import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * Lets one JVM of the cluster load a key at a time. The locks only save loads: the load ticket
 * decides whether a loaded value may be stored. So a load continues without a lock if the lock is
 * not free in time.
 */
public interface LoadLocks<K> {

  /**
   * Acquires the lock of a key, waiting if another thread or JVM holds it.
   *
   * @return releases the lock; empty if the lock was not free in time, Redis refused the request,
   *     the thread was interrupted, or the key has no text
   * @throws RedisUnavailableException if Redis is unavailable, or becomes so during the wait
   */
  Optional<Runnable> acquire(K key, Duration wait);

  /**
   * Acquires those locks that are free now, in one round trip; none for a key without a text. Where
   * Redis refuses changes, no lock is needed, because the loads cannot be stored.
   *
   * @return for each key that may be loaded now, what releases its lock
   * @throws RedisUnavailableException if Redis is unavailable; then no lock is held
   */
  Map<K, Runnable> acquireFree(Collection<K> keys);
}
