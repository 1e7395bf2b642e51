package dev.corral.jcache.internal.pipeline.near;

/**
 * What entries are kept under, and where they belong.
 *
 * @param <K> the type of the keys
 */
public interface NearKeys<K> {

  /** An object that equals another one if, and only if, the keys have the same text. */
  Object of(K key);

  /**
   * The same object for the text of a key.
   *
   * @throws javax.cache.CacheException if there is none
   */
  Object ofText(String text);

  /** The bucket of a key. */
  int bucketOf(K key);
}
