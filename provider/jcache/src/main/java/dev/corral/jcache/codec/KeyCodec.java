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
   * A codec for a plain class whose {@code equals} and {@code hashCode} compare all its fields and
   * nothing else, such as one with Lombok's {@code @Value}. Its text is the class name and the
   * fields that are neither static nor transient; the fields are of types that are keys themselves.
   *
   * <pre>{@code
   * CorralConfiguration.builder(ProductKey.class, Product.class)
   *     .keyCodec(() -> KeyCodec.ofFields(ProductKey.class))
   * }</pre>
   *
   * <p>An {@code equals} that ignores case, or a field, would give equal keys different texts: use
   * a codec of your own then. Corral checks once that a copy of a key is equal to it.
   *
   * @throws IllegalArgumentException if the class does not declare {@code equals} and {@code
   *     hashCode}
   */
  static <K> KeyCodec<K> ofFields(Class<K> type) {
    return new FieldsKeyCodec<>(type);
  }

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
