package dev.corral.jcache.internal.cache;

import javax.cache.Cache;

/** A key and the value it had when it was seen. */
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
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw new IllegalArgumentException("an entry of Corral is not a " + type.getName());
  }
}
