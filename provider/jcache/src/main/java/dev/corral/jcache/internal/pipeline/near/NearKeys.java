package dev.corral.jcache.internal.pipeline.near;

/**
 * Converts keys into the keys of the near cache, and knows their buckets.
 *
 * @param <K> the type of the keys
 */
public interface NearKeys<K> {

  /** The key in the near cache. Two are equal if, and only if, the keys have the same text. */
  Object of(K key);

  /**
   * The key in the near cache, for the text of a key. Must not block.
   *
   * @throws javax.cache.CacheException if the text cannot be decoded
   */
  Object ofText(String text);

  /** The bucket of a key. */
  int bucketOf(K key);
}
