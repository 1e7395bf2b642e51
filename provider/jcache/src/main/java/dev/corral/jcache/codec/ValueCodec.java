package dev.corral.jcache.codec;

/**
 * The bytes of the values of a cache. Implementations are safe for many threads and keep no
 * reference to what they are given, so that the cache stores by value.
 */
public interface ValueCodec {

  /**
   * The bytes of a value.
   *
   * @throws javax.cache.CacheException if the value, or a class in it, cannot be written or is not
   *     allowed; the message names the class and the way out
   */
  byte[] encode(Object value);

  /**
   * The value of bytes that {@link #encode} made, possibly in another JVM or an older release.
   *
   * @param bytes an array that holds the value from {@code offset} to its end
   * @throws UndecodableValueException if there is no value of these bytes in this JVM
   */
  Object decode(byte[] bytes, int offset);
}
