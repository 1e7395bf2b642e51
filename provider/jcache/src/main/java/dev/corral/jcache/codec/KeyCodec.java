package dev.corral.jcache.codec;

/**
 * The canonical text of the keys of one type, as it occurs in Redis keys.
 *
 * <p>Equal keys must have equal texts, in every JVM and for all time; different keys must have
 * different texts. Configure a codec by {@code CorralConfiguration.keyCodec}, or list it in {@code
 * META-INF/services}, where the class loader of the cache manager finds it. Implementations are
 * stateless and safe for many threads.
 *
 * @param <K> the type of the keys
 */
public interface KeyCodec<K> {

  /**
   * A short name, {@code [a-z][a-z0-9-]*}, unique among the codecs of a cache. It is part of every
   * Redis key, so it must never change.
   */
  String name();

  /** Whether this codec encodes the instances of a class. */
  boolean handles(Class<?> type);

  /** The text of a key; it may contain any characters. */
  String encode(K key);

  /**
   * The key of a text that {@link #encode} returned, in this or another JVM.
   *
   * @throws IllegalArgumentException if the text is malformed
   */
  K decode(String text);
}
