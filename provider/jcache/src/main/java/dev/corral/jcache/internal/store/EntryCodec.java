package dev.corral.jcache.internal.store;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.codec.keys.KeyCodecs;
import dev.corral.jcache.internal.codec.values.ValueFormat;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.cache.CacheException;

/**
 * Converts the keys of one cache to text and its values to bytes, and back.
 *
 * @param keyType the configured type: a stored key of another type belongs to no entry of the cache
 * @param valueType the configured type of the values, which may not be of another one
 */
public record EntryCodec<K, V>(
    String cacheName, KeyCodecs keys, ValueFormat values, Class<?> keyType, Class<?> valueType) {

  /** Keys of these types are equal whatever their classes are, so a class may not be restored. */
  private static final List<Class<?>> EQUAL_IN_ALL_CLASSES =
      List.of(List.class, Set.class, Map.class, Map.Entry.class, Object[].class);

  public EntryCodec {
    keyType = MethodType.methodType(keyType).wrap().returnType();
    valueType = MethodType.methodType(valueType).wrap().returnType();
  }

  /** A codec of keys and values of any type. */
  public EntryCodec(String cacheName, KeyCodecs keys, ValueFormat values) {
    this(cacheName, keys, values, Object.class, Object.class);
  }

  /**
   * The text of a key.
   *
   * @throws UncacheableException if the key has no canonical text
   */
  public String text(K key) {
    try {
      return keys.encode(key);
    } catch (CacheException e) {
      throw new UncacheableException(cacheName, /* isKey= */ true, e);
    }
  }

  /**
   * The key of a text.
   *
   * @throws CacheException if this JVM cannot decode the text, or if it is a key of another type
   */
  @SuppressWarnings("unchecked")
  public K key(String text) {
    Object key = keys.decode(text);
    if (!isOfKeyType(key)) {
      throw new CacheException(
          "A stored key is of class %s, but the cache is configured for keys of type %s"
              .formatted(key.getClass().getName(), keyType.getName()));
    }
    return (K) key;
  }

  private boolean isOfKeyType(Object key) {
    return keyType.isInstance(key)
        || EQUAL_IN_ALL_CLASSES.stream()
            .anyMatch(type -> type.isAssignableFrom(keyType) && type.isInstance(key));
  }

  /**
   * The bytes of a value.
   *
   * @throws UncacheableException if the value cannot be stored
   * @throws ClassCastException if it is not of the configured type, so that no read could return it
   */
  public byte[] bytes(V value) {
    if (!valueType.isInstance(value)) {
      throw new ClassCastException(
          "cache '%s' is configured for values of type %s, not %s"
              .formatted(cacheName, valueType.getName(), value.getClass().getName()));
    }
    try {
      return values.encode(value);
    } catch (CacheException e) {
      throw new UncacheableException(cacheName, /* isKey= */ false, e);
    }
  }

  /**
   * The value that the bytes from an offset on encode.
   *
   * @throws UndecodableValueException if this JVM has no value for the bytes, or if it is not of
   *     the configured type
   */
  @SuppressWarnings("unchecked")
  public V value(byte[] bytes, int offset) {
    Object value = values.decode(bytes, offset, bytes.length - offset);
    if (!valueType.isInstance(value)) {
      throw new UndecodableValueException(
          "A stored value is of class %s, but the cache is configured for values of type %s"
              .formatted(value.getClass().getName(), valueType.getName()),
          null);
    }
    return (V) value;
  }
}
