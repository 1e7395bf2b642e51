package dev.corral.jcache;

import java.util.Collection;

/**
 * The tags of an entry: texts that it has in common with other entries, so that all of them can be
 * removed at once by {@link CorralCache#invalidateTags}. Configure it by {@link
 * CorralConfiguration.Builder#tags}, or by the setting {@code tags}.
 *
 * <pre>{@code
 * .tags(() -> (id, order) -> List.of("customer:" + order.customer(), "year:" + order.year()))
 * }</pre>
 *
 * <p>A JVM without this option respects the tags of others, but what it stores has none.
 *
 * <p>The cache calls the factory once. It calls this object before it stores a value, also one that
 * was loaded, on the thread of the caller or of the load. If the object is {@link AutoCloseable},
 * the cache closes it. It must be safe for many threads.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
@FunctionalInterface
public interface EntryTags<K, V> {

  /** The largest number of different tags of an entry. */
  int MAX_TAGS = 27;

  /**
   * The tags of an entry.
   *
   * @return any texts, at most {@link #MAX_TAGS}; none of them null; may be empty
   * @throws RuntimeException if the tags are not known; then the value is not stored, the operation
   *     throws a {@link javax.cache.CacheException} with this cause, and an entry whose writer was
   *     called before is removed
   */
  Collection<String> tagsOf(K key, V value);
}
