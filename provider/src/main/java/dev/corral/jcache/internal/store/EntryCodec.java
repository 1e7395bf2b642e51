package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.redis.codec.KeyCodecs;
import dev.corral.jcache.spi.ValueCodec;

/** The keys of one cache as text and its values as bytes, and back. */
public record EntryCodec<K, V>(KeyCodecs keys, ValueCodec values) {

  public String text(K key) {
    return keys.encode(key);
  }

  @SuppressWarnings("unchecked")
  public K key(String text) {
    return (K) keys.decode(text);
  }

  public byte[] bytes(V value) {
    return values.encode(value);
  }

  /**
   * The value of bytes, from an offset on.
   *
   * @throws dev.corral.jcache.spi.UndecodableValueException if this JVM has no value for the bytes
   */
  @SuppressWarnings("unchecked")
  public V value(byte[] bytes, int offset) {
    return (V) values.decode(bytes, offset);
  }
}
