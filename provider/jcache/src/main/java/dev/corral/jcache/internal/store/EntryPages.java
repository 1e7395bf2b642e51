package dev.corral.jcache.internal.store;

import dev.corral.jcache.EntryMetadata;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All entries of one cache together, as opposed to {@link EntryStore}, which handles the entries of
 * given keys. Safe for many threads.
 *
 * <p>Every failure between here and Redis is a {@link javax.cache.CacheException}.
 */
public interface EntryPages<K, V> {

  /**
   * The live entries, page by page, in no particular order. An entry that exists during the whole
   * iteration occurs exactly once; an entry that is created or removed during it may occur.
   */
  Iterator<Map<K, V>> pages();

  /**
   * The keys of the same entries, and of those whose value this JVM cannot decode. It skips keys
   * that this JVM cannot decode.
   */
  Iterator<Set<K>> keyPages();

  /** What is known about an entry besides its value; empty if there is no live entry. */
  Optional<EntryMetadata> metadata(K key);
}
