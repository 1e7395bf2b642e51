package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.codec.ValueCodec;
import java.util.Arrays;
import javax.cache.CacheException;

/**
 * The format of a codec of the application: a tag and the bytes of the codec. Whatever the codec
 * throws is a refusal when it encodes, and an undecodable value when it decodes.
 */
final class UserCodecFormat implements ValueFormat {

  private final ValueCodec codec;
  private final String name;
  private final long maxDecodedBytes;

  /**
   * @param maxDecodedBytes the uncompressed length up to which a short compressed value is inflated
   */
  UserCodecFormat(ValueCodec codec, long maxDecodedBytes) {
    this.codec = codec;
    this.name = codec.getClass().getName();
    this.maxDecodedBytes = maxDecodedBytes;
  }

  @Override
  @SuppressWarnings("CatchingUnchecked")
  public byte[] encode(Object value) {
    byte[] bytes;
    try {
      bytes = codec.encode(value);
    } catch (Throwable e) {
      throw CodecFailures.encoding(value.getClass(), e, e);
    }
    if (isNull(bytes)) {
      throw new CacheException(
          "A value of %s cannot be stored: the codec %s returned null"
              .formatted(value.getClass(), name));
    }
    return FormatTag.USER.before(bytes);
  }

  @Override
  @SuppressWarnings("CatchingUnchecked")
  public Object decode(byte[] bytes, int offset, int storedBytes) {
    if (!FormatTag.USER.begins(bytes, offset)) {
      throw FormatTag.mismatch(bytes, offset, "the codec " + name);
    }
    Object value;
    try {
      value = codec.decode(Arrays.copyOfRange(bytes, offset + FormatTag.LENGTH, bytes.length));
    } catch (Throwable e) {
      throw CodecFailures.decoding(e, e);
    }
    if (isNull(value)) {
      throw new UndecodableValueException("The codec %s returned null".formatted(name), null);
    }
    return value;
  }

  /** The codec may have been compiled without checks for null. */
  private static boolean isNull(@org.jspecify.annotations.Nullable Object result) {
    return result == null;
  }

  @Override
  public long limit(int storedBytes) {
    return DecodingBudget.limit(storedBytes, maxDecodedBytes);
  }
}
