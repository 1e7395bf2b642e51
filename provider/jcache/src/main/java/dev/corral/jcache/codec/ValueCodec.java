package dev.corral.jcache.codec;

/**
 * Converts the values of a cache to bytes and back. Implementations are safe for many threads and
 * keep no reference to a value or to its bytes, so that the cache stores by value.
 *
 * <p>Encoding never waits for Redis. Decoding may wait for Redis, once per class whose code this
 * JVM does not know yet. Therefore a caller must not decode on a thread of Redisson or Netty, which
 * has to process the reply.
 */
public interface ValueCodec {

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
   * @throws UndecodableValueException if this JVM cannot decode the bytes
   * @throws javax.cache.CacheException if Redis is unavailable and the class table has to be read
   */
  Object decode(byte[] bytes, int offset);
}
