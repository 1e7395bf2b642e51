package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.ValueOptions;
import dev.corral.jcache.codec.EncryptionKeys;
import dev.corral.jcache.codec.ValueCodec;
import java.lang.invoke.MethodType;
import java.util.Objects;
import javax.cache.CacheException;
import javax.cache.configuration.Factory;
import org.jspecify.annotations.Nullable;

/**
 * Creates the stored form of the values of one cache: a codec, compression around it, and
 * encryption around both.
 *
 * @param keyPrefix the first part of the names of all caches in Redis
 * @param loader loads the classes of values and codecs
 * @param codes the class codes of the cache
 * @param maxDecodedBytes what decoding a short value may allocate; see {@link DecodingBudget}
 * @param compressAbove values of more bytes than this are compressed
 */
public record ValueFormats(
    String cacheName,
    String keyPrefix,
    ClassLoader loader,
    AllowList allowList,
    ClassCodes codes,
    long maxDecodedBytes,
    int compressAbove) {

  /**
   * The stored form by these options.
   *
   * @param valueType the configured type of the values
   * @throws CacheException if the codec or the keys cannot be created
   */
  public ValueFormat create(ValueOptions options, Class<?> valueType) {
    ValueFormat format = new CompressingCodec(codec(options, valueType), compressAbove);
    Factory<EncryptionKeys> encryption = options.encryption();
    return encryption == null
        ? format
        : new EncryptedFormat(
            format, created("encryption keys", encryption), keyPrefix + cacheName);
  }

  private ValueFormat codec(ValueOptions options, Class<?> valueType) {
    Factory<? extends ValueCodec> factory = options.codecFactory();
    if (factory != null) {
      return new UserCodecFormat(created("value codec", factory), maxDecodedBytes);
    }
    return switch (options.codec()) {
      case "kryo" -> new KryoValueCodec(loader, allowList, codes, maxDecodedBytes);
      case "java" -> new JavaValueCodec(loader, allowList, maxDecodedBytes);
      case "json" -> json(options.jsonType(), valueType);
      default -> new UserCodecFormat(named(options.codec()), maxDecodedBytes);
    };
  }

  /** Refers to Jackson only if the codec is configured, because Jackson may be missing. */
  private ValueFormat json(@Nullable String type, Class<?> valueType) {
    Class<?> wrapped = MethodType.methodType(valueType).wrap().returnType();
    try {
      return JsonValueCodec.create(
          JsonBinding.create(loader, allowList), type, wrapped, maxDecodedBytes);
    } catch (LinkageError e) {
      throw failure(
          "the value codec json needs Jackson 2.15 or later, which the class loader of Corral does"
              + " not find: add com.fasterxml.jackson.core:jackson-databind to the application",
          e);
    }
  }

  private <T> T created(String what, Factory<? extends T> factory) {
    T created;
    try {
      created = factory.create();
    } catch (RuntimeException | LinkageError e) {
      throw failure("the factory of its %s failed".formatted(what), e);
    }
    if (Objects.isNull(created)) {
      throw failure("the factory of its %s returned null".formatted(what), null);
    }
    return created;
  }

  private ValueCodec named(String className) {
    Object codec;
    try {
      codec = PlatformTypes.load(className, loader).getConstructor().newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      throw failure(
          ("its value codec %s cannot be created: it has to be a public class with a public"
                  + " constructor without parameters, which the class loader of the cache manager"
                  + " finds")
              .formatted(className),
          e);
    }
    if (!(codec instanceof ValueCodec valueCodec)) {
      throw failure(
          "its value codec %s does not implement %s"
              .formatted(className, ValueCodec.class.getName()),
          null);
    }
    return valueCodec;
  }

  private CacheException failure(String why, @Nullable Throwable cause) {
    return new CacheException("Cache '%s': %s".formatted(cacheName, why), cause);
  }
}
