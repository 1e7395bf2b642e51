package dev.corral.jcache.internal.store;

import java.util.Iterator;
import java.util.Map;

/**
 * All entries of one cache together, as opposed to {@link EntryStore}, which handles the entries of
 * given keys. Safe for many threads.
 *
 * <p>Every failure between here and Redis is a {@link javax.cache.CacheException}.
 */
public interface CacheContents<K, V> {

  /**
   * The live entries, page by page, in no particular order. An entry that exists during the whole
   * iteration occurs exactly once; an entry that is created or removed during it may occur.
   */
  Iterator<Map<K, V>> pages();

  /** Removes all entries, in one atomic step for each bucket. */
  void clear();
}
