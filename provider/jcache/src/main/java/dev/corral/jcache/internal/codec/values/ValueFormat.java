package dev.corral.jcache.internal.codec.values;

/**
 * The stored form of the values of one cache. It converts values to bytes and back. Safe for many
 * threads; it keeps no reference to a value or its bytes.
 *
 * <p>Encoding never waits for Redis. Decoding may wait for Redis, once per class whose code this
 * JVM does not know yet. Therefore a caller must not decode on a thread of Redisson or Netty, which
 * has to process the reply.
 */
public interface ValueFormat {

  /**
   * The bytes of a value.
   *
   * @throws javax.cache.CacheException if the value, or an object in it, cannot be serialized or is
   *     of a class that is not allowed; the message names the class and the remedy
   */
  byte[] encode(Object value);

  /**
   * The value of bytes that {@link #encode} returned, possibly in another JVM or an older release.
   *
   * @param bytes contain the value from {@code offset} to their end
   * @throws dev.corral.jcache.codec.UndecodableValueException if this JVM cannot decode the bytes
   * @throws javax.cache.CacheException if Redis is unavailable and the class table has to be read
   */
  default Object decode(byte[] bytes, int offset) {
    return decode(bytes, offset, bytes.length - offset);
  }

  /**
   * The value of bytes that {@link #encode} returned.
   *
   * @param storedBytes the length of the value in Redis, which is smaller if it is compressed
   */
  Object decode(byte[] bytes, int offset, int storedBytes);

  /** What decoding a value of this stored length may allocate. */
  long limit(int storedBytes);

  /** Whether values are encrypted, so that no text in Redis may have parts of them. */
  default boolean isEncrypted() {
    return false;
  }
}
