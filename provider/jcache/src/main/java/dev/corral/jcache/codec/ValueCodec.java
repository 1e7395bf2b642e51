package dev.corral.jcache.codec;

/**
 * Converts the values of a cache to bytes and back. An application may implement it, and configure
 * it by {@code ValueOptions.withCodec}.
 *
 * <p>Many threads use one instance at the same time. A codec keeps no reference to a value or to an
 * array, and does not change an array that it got or returned, because the cache stores by value.
 * It does not call the cache that it belongs to.
 *
 * <p>The format of the bytes is free; no byte has a special meaning. Corral stores two bytes before
 * them, so that a value of another codec is recognized. Equal values may have different bytes.
 * {@code replace(key, old, new)} and {@code remove(key, old)} take one step in Redis if they have
 * the same bytes; otherwise Corral compares the values by {@code equals}.
 *
 * <p>A codec reads bytes that another JVM or an older release has written, and that anybody with
 * rights in Redis may have changed. It decides itself which classes it creates; the allow-list of
 * the cache does not apply to it.
 */
public interface ValueCodec {

  /**
   * The bytes of a value. What it returns, {@link #decode} must be able to decode to an equal
   * value, in each JVM that uses the cache.
   *
   * @param value never null
   * @return the bytes; not null, but possibly empty
   * @throws RuntimeException if the value cannot be stored; the operation fails with a {@link
   *     javax.cache.CacheException} and stores nothing. The message of a {@code CacheException}
   *     reaches the caller; it should name the class and the remedy, and never the value
   */
  byte[] encode(Object value);

  /**
   * The value of bytes that {@link #encode} returned.
   *
   * @param bytes a copy with exactly these bytes
   * @return the value; not null, and of the cache's configured value type
   * @throws RuntimeException if this JVM cannot decode the bytes. Then the entry is absent for this
   *     JVM and stays in Redis; Corral counts it, and logs the message of an {@link
   *     UndecodableValueException}, or else the class of the exception. The same holds for null,
   *     and for an {@code Error} that does not concern the JVM itself
   */
  Object decode(byte[] bytes);
}
