package dev.corral.jcache.internal.store;

import dev.corral.jcache.codec.ValueCodec;
import dev.corral.jcache.internal.codec.keys.KeyCodecs;
import javax.cache.CacheException;

/** Converts the keys of one cache to text and its values to bytes, and back. */
public record EntryCodec<K, V>(String cacheName, KeyCodecs keys, ValueCodec values) {

  public String text(K key) {
    try {
      return keys.encode(key);
    } catch (CacheException e) {
      throw named(e);
    }
  }

  @SuppressWarnings("unchecked")
  public K key(String text) {
    return (K) keys.decode(text);
  }

  public byte[] bytes(V value) {
    try {
      return values.encode(value);
    } catch (CacheException e) {
      throw named(e);
    }
  }

  /**
   * The value that the bytes from an offset on encode.
   *
   * @throws dev.corral.jcache.codec.UndecodableValueException if this JVM has no value for the
   *     bytes
   */
  @SuppressWarnings("unchecked")
  public V value(byte[] bytes, int offset) {
    return (V) values.decode(bytes, offset);
  }

  /** The same failure, naming the cache. */
  private CacheException named(CacheException failure) {
    return new CacheException("cache '%s': %s".formatted(cacheName, failure.getMessage()), failure);
  }
}
