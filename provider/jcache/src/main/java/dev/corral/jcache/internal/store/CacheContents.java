package dev.corral.jcache.internal.store;

import java.util.Collection;

/** All entries of one cache together, and their removal. Safe for many threads. */
public interface CacheContents<K, V> extends EntryPages<K, V> {

  /** Removes all entries, in one atomic step for each bucket. */
  void clear();

  /** Removes all entries that have one of the tags, in one atomic step for each bucket. */
  void invalidateTags(Collection<String> tags);
}
