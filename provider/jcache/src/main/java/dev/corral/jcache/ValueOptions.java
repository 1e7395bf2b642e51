package dev.corral.jcache;

import dev.corral.jcache.codec.EncryptionKeys;
import dev.corral.jcache.codec.ValueCodec;
import java.io.Serializable;
import java.util.List;
import javax.cache.configuration.Factory;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a cache are stored. All JVMs of the cache need the same codec: a value of
 * another one is a miss. Immutable.
 *
 * @param codec {@code kryo}, {@code json}, {@code java}, or the name of a class that implements
 *     {@link ValueCodec} and has a public constructor without parameters; {@code custom} if there
 *     is a factory
 * @param codecFactory creates the codec of the application; null if {@code codec} names one
 * @param jsonType the Java type of all values for the codec {@code json}, with its type arguments;
 *     null for the configured value type
 * @param encryption creates the keys that encrypt the values; null if they are not encrypted
 */
public record ValueOptions(
    String codec,
    @Nullable Factory<? extends ValueCodec> codecFactory,
    @Nullable String jsonType,
    @Nullable Factory<EncryptionKeys> encryption)
    implements Serializable {

  private static final List<String> NAMES = List.of("kryo", "json", "java");

  /** The name of a codec that a factory creates. */
  private static final String CUSTOM = "custom";

  /** The codec {@code kryo}, without encryption. */
  public static final ValueOptions DEFAULTS = new ValueOptions("kryo", null, null, null);

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if the codec is unknown, or if another codec has a JSON type
   */
  public ValueOptions {
    boolean known = codecFactory == null ? NAMES.contains(codec) : codec.equals(CUSTOM);
    if (!known && (codecFactory != null || codec.indexOf('.') < 0)) {
      throw new IllegalArgumentException(
          "There is no value codec '%s'; use kryo, json, java, or the name of a class with its"
                  .formatted(codec)
              + " package");
    }
    if (jsonType != null && !codec.equals("json")) {
      throw new IllegalArgumentException(
          "jsonType is for the value codec json, not for %s".formatted(codec));
    }
  }

  /**
   * These options with another codec, and without a JSON type.
   *
   * @param name {@code kryo}, {@code json}, {@code java}, or the name of a class
   * @throws IllegalArgumentException if the codec is unknown
   */
  public ValueOptions withCodec(String name) {
    return new ValueOptions(name, null, null, encryption);
  }

  /** These options with a codec of the application. The cache calls the factory once. */
  public ValueOptions withCodec(Factory<? extends ValueCodec> factory) {
    return new ValueOptions(CUSTOM, factory, null, encryption);
  }

  /**
   * These options with the type of all values, for the codec {@code json}.
   *
   * @param type such as {@code java.util.List<com.shop.Order>}
   * @throws IllegalArgumentException if the codec is another one
   */
  public ValueOptions withJsonType(String type) {
    return new ValueOptions(codec, codecFactory, type, encryption);
  }

  /**
   * These options with encryption by AES-GCM. The cache calls the factory once. Unencrypted values
   * are misses from then on.
   */
  public ValueOptions withEncryption(Factory<EncryptionKeys> keys) {
    return new ValueOptions(codec, codecFactory, jsonType, keys);
  }
}
