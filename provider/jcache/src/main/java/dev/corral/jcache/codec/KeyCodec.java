package dev.corral.jcache.codec;

/**
 * The canonical text form of the keys of one type, as it stands in the Redis key.
 *
 * <p>Two keys that are equal must have the same text, in every JVM and for ever, and two that are
 * not equal must have different texts. Given by {@code CorralConfiguration.keyCodec}, or found in
 * {@code META-INF/services} by the class loader of the manager. Implementations are stateless and
 * safe for many threads.
 *
 * @param <K> the type of the keys
 */
public interface KeyCodec<K> {

  /**
   * A short name, {@code [a-z][a-z0-9-]*}, unique among the codecs of a cache. It becomes part of
   * every Redis key, so it must never change.
   */
  String name();

  /** Whether instances of this class are encoded by this codec. */
  boolean handles(Class<?> type);

  /** The text of a key; any characters may occur in it. */
  String encode(K key);

  /**
   * The key of a text that {@link #encode} made.
   *
   * @throws IllegalArgumentException if the text is not one of this codec's
   */
  K decode(String text);
}
