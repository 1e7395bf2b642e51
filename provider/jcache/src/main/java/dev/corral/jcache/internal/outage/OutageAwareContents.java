package dev.corral.jcache.internal.outage;

import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.CacheContents;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * The contents of one cache, which can be cleared during an outage: a clear that fails is repeated
 * when Redis is available again. Safe for many threads.
 */
public final class OutageAwareContents<K, V> implements CacheContents<K, V> {

  private final CacheRecovery recovery;
  private final CacheContents<K, V> contents;
  private final boolean failFast;

  /**
   * @param contents used while Redis is available
   * @param failFast whether a clear during an outage throws instead
   */
  public OutageAwareContents(
      CacheRecovery recovery, CacheContents<K, V> contents, boolean failFast) {
    this.recovery = recovery;
    this.contents = contents;
    this.failFast = failFast;
  }

  @Override
  public void clear() {
    if (recovery.isAvailable()) {
      try {
        contents.clear();
        return;
      } catch (RedisUnavailableException e) {
        if (failFast) {
          throw e;
        }
      }
    } else if (failFast) {
      throw recovery.unavailable("clear");
    }
    recovery.repairAll();
  }

  @Override
  public Iterator<Map<K, V>> pages() {
    recovery.requireAvailable("iterate");
    return contents.pages();
  }

  @Override
  public Iterator<Set<K>> keyPages() {
    recovery.requireAvailable("iterate");
    return contents.keyPages();
  }
}
