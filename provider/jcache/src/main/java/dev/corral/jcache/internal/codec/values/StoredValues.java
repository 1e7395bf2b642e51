package dev.corral.jcache.internal.codec.values;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.codec.EncryptionKeys;
import dev.corral.jcache.codec.UndecodableValueException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the stored values of one cache without the classes of the application, whatever codec has
 * written them. For one thread.
 */
public final class StoredValues {

  private final ClassCodes codes;
  private final ObjectStreams streams;
  private final ValueFormat format;
  private final ValueFormat encrypted;

  /**
   * A value.
   *
   * @param codec {@code kryo}, {@code json}, {@code java} or {@code user}
   * @param tree scalars, lists, {@link StoredObject}s and {@link StoredMap}s; for {@code json} its
   *     text; for {@code user} the bytes
   */
  public record Value(String codec, @Nullable Object tree) {}

  /** Reads a Java object stream without its classes. */
  public interface ObjectStreams {

    /**
     * The tree of a stream.
     *
     * @param parts reads the next object that is stored outside of the stream; null if there is
     *     none
     */
    @Nullable Object read(byte[] stream, @Nullable Parts parts);
  }

  /** The objects that are stored outside of a stream, in their order. */
  public interface Parts {
    @Nullable Object next();
  }

  /**
   * Values of one cache.
   *
   * @param cacheName the name in Redis, with the key prefix
   * @param codes the class table of the cache
   * @param keys decrypts values; null if none are encrypted
   */
  public StoredValues(
      String cacheName, ClassCodes codes, @Nullable EncryptionKeys keys, ObjectStreams streams) {
    this.codes = codes;
    this.streams = streams;
    this.format = new CompressingCodec(new AnyFormat(), Integer.MAX_VALUE);
    this.encrypted = keys == null ? format : new EncryptedFormat(format, keys, cacheName);
  }

  /** Whether the bytes from an offset on are encrypted. */
  public static boolean isEncrypted(byte[] bytes, int offset) {
    return FormatTag.ENCRYPTED.begins(bytes, offset);
  }

  /** Whether the bytes from an offset on are compressed, as far as they are not encrypted. */
  public static boolean isCompressed(byte[] bytes, int offset) {
    return bytes.length > offset && bytes[offset] == 0 && !FormatTag.isAt(bytes, offset);
  }

  /**
   * The value of the bytes from an offset on.
   *
   * @throws UndecodableValueException if they cannot be read; the message has the reason
   */
  public Value read(byte[] bytes, int offset) {
    if (isEncrypted(bytes, offset)) {
      if (encrypted == format) {
        throw new UndecodableValueException(
            "The value is encrypted; its key is missing in the settings of the cache"
                + " (encryption.keys)",
            null);
      }
      return (Value) encrypted.decode(bytes, offset);
    }
    return (Value) format.decode(bytes, offset);
  }

  /** Recognizes the codec by the first bytes. */
  private final class AnyFormat implements ValueFormat {

    @Override
    public byte[] encode(Object value) {
      throw new UnsupportedOperationException("Values are only read");
    }

    @Override
    public Object decode(byte[] bytes, int offset, int storedBytes) {
      int start = offset + FormatTag.LENGTH;
      if (FormatTag.JSON.begins(bytes, offset) || FormatTag.JSON_WITH_TYPE.begins(bytes, offset)) {
        return new Value("json", new String(bytes, start, bytes.length - start, UTF_8));
      } else if (FormatTag.JAVA.begins(bytes, offset)) {
        byte[] stream = Arrays.copyOfRange(bytes, start, bytes.length);
        return new Value("java", guarded(() -> streams.read(stream, null)));
      } else if (FormatTag.USER.begins(bytes, offset)) {
        return new Value("user", Arrays.copyOfRange(bytes, start, bytes.length));
      }
      return new Value("kryo", guarded(() -> new TreeReader(codes, streams).read(bytes, offset)));
    }

    @Override
    public long limit(int storedBytes) {
      return DecodingBudget.limit(storedBytes, KryoValueCodec.DEFAULT_MAX_DECODED_BYTES);
    }
  }

  /** Reads one tree. */
  private interface Reading {
    @Nullable Object read();
  }

  private static @Nullable Object guarded(Reading reading) {
    try {
      return reading.read();
    } catch (Exception | LinkageError | StackOverflowError e) {
      UndecodableValueException known = UserErrors.findIn(e, UndecodableValueException.class);
      if (known != null) {
        throw known;
      }
      throw new UndecodableValueException(
          "The stored bytes cannot be read: " + UserErrors.rootOf(e).getClass().getName(), e);
    }
  }
}
