package dev.corral.spring;

import java.util.Collection;
import org.springframework.cache.Cache;

/** A cache of {@link CorralCacheManager}, whose entries may have tags. Safe for many threads. */
public interface TaggedCache extends Cache {

  /**
   * Removes all entries that have one of the tags: see {@link
   * dev.corral.jcache.CorralCache#invalidateTags}. In a transaction, a transaction-aware cache does
   * it after the commit; the transaction itself finds no older entry at all from now on.
   *
   * @param tags any texts; without tags, nothing is done
   * @throws javax.cache.CacheException only if a right is missing, or the cache fails fast
   */
  void invalidateTags(Collection<String> tags);
}
