package dev.corral.jcache.internal.store.loads;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * Lets one JVM of the cluster refresh a key in each interval. A claim lasts for the interval. If
 * its JVM dies, another one refreshes the key an interval later. Safe for many threads.
 */
public interface RefreshClaims<K> {

  /**
   * What identifies a key in memory for as long as needed, also if the key itself may be changed.
   *
   * @throws javax.cache.CacheException if the key has no text
   */
  Object idOf(K key);

  /**
   * The key of an id.
   *
   * @throws javax.cache.CacheException if this JVM cannot decode it
   */
  K keyOf(Object id);

  /**
   * Claims keys that are due. Waits for Redis.
   *
   * @return for each key 0 if the caller has to refresh it now, else the time in ms after which it
   *     may be claimed again; also if Redis is unavailable or refuses
   */
  List<Long> claim(List<K> keys, Duration interval);

  /** Delays the next claims of keys by an interval: they were loaded now. Does not wait. */
  void delay(Collection<K> keys, Duration interval);
}
