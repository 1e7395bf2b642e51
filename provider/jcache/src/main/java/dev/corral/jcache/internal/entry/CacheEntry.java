package dev.corral.jcache.internal.entry;

import javax.cache.Cache;

/**
 * A key and its value at one moment: the {@code Cache.Entry} that iterators return and that cache
 * writers get. Immutable.
 */
public record CacheEntry<K, V>(K key, V value) implements Cache.Entry<K, V> {

  @Override
  public K getKey() {
    return key;
  }

  @Override
  public V getValue() {
    return value;
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    return Unwrapping.unwrap(this, type);
  }
}
