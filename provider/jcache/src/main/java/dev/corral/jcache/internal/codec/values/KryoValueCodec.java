package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Encodes values by Kryo, restricted to the classes of an {@link AllowList}.
 *
 * <p>The stored form of an object is the first of these that fits its class:
 *
 * <ol>
 *   <li>a compact form, for values and collections of the JDK;
 *   <li>the name, for an enum constant;
 *   <li>its own Java serialization, if the class or a superclass {@linkplain SerializationHooks
 *       customizes} it;
 *   <li>the components, for a record;
 *   <li>the fields, whether the class is Serializable or not, see {@link ReflectiveSerializer}.
 * </ol>
 *
 * <p>Classes are loaded only by the given class loader. Identity and cycles of a graph are
 * preserved, with three exceptions: immutable values; objects that replace themselves inside of a
 * Java object stream; records and immutable collections, which cannot contain themselves.
 *
 * <p>What it encodes, it can decode. A value whose form does not prove this is decoded once before
 * it is returned: the first of each class, and every value with a cycle that runs code of its
 * objects. The depth of a value is limited by {@link NestingLimit}.
 */
public final class KryoValueCodec implements ValueFormat {

  /** The default of {@code maxDecodedBytes}: 64 MiB. */
  public static final long DEFAULT_MAX_DECODED_BYTES = 64L << 20;

  private static final int INITIAL_BYTES = 256;
  private static final int MAX_POOLED_BYTES = 64 * 1024;

  private final ClassLoader loader;
  private final AllowList allowList;
  private final ClassCodes codes;
  private final long maxDecodedBytes;
  private final StripedPool<Coder> pool = new StripedPool<>();

  /** A codec for the allowed classes, with the default {@code maxDecodedBytes}. */
  public KryoValueCodec(ClassLoader loader, AllowList allowList, ClassCodes codes) {
    this(loader, allowList, codes, DEFAULT_MAX_DECODED_BYTES);
  }

  /**
   * A codec for the allowed classes.
   *
   * @param loader loads the classes
   * @param codes the class codes of the cache
   * @param maxDecodedBytes what decoding a short value may allocate; see {@link DecodingBudget}
   */
  public KryoValueCodec(
      ClassLoader loader, AllowList allowList, ClassCodes codes, long maxDecodedBytes) {
    this.loader = loader;
    this.allowList = allowList;
    this.codes = codes;
    this.maxDecodedBytes = maxDecodedBytes;
  }

  @Override
  public byte[] encode(Object value) {
    byte[] text = value instanceof String string ? AsciiText.encode(string) : null;
    return text != null ? text : encodeByKryo(value);
  }

  private byte[] encodeByKryo(Object value) {
    try {
      return NestingLimit.apply(maxLevels -> encodeByKryo(value, maxLevels));
    } catch (NestingLimit.ExceededException | StackOverflowError e) {
      throw new CacheException(
          "A value of "
              + value.getClass()
              + " is nested too deeply: it has more than "
              + NestingLimit.MAX_LEVELS
              + " levels of objects, or its code uses too much stack",
          e);
    }
  }

  private byte[] encodeByKryo(Object value, int maxLevels) {
    Coder coder = acquire();
    byte[] bytes;
    try {
      coder.output.reset();
      coder.kryo.begin(maxLevels);
      coder.kryo.hashing().openForWriting();
      coder.kryo.writeClassAndObject(coder.output, value);
      coder.kryo.end();
      bytes = coder.output.toBytes();
      if (!coder.kryo.hashing().suffices(bytes.length)) {
        throw new CacheException(
            "A value of %s cannot be stored: its sets and maps contain each other, so their hash"
                    .formatted(value.getClass())
                + " codes take too long to compute");
      }
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      rethrowNesting(coder.kryo, e);
      throw encodingFailure(value, e);
    }
    coder.kryo.hashing().release();
    if (coder.kryo.shouldBeRead()) {
      requireReadable(bytes, value.getClass());
    }
    pool.release(bytes.length <= MAX_POOLED_BYTES ? coder : newCoder(coder.kryo));
    return bytes;
  }

  @Override
  public Object decode(byte[] bytes, int offset, int storedBytes) {
    String text = AsciiText.decode(bytes, offset);
    return text != null ? text : decodeByKryo(bytes, offset, storedBytes);
  }

  @Override
  public long limit(int storedBytes) {
    return DecodingBudget.limit(storedBytes, maxDecodedBytes);
  }

  private Object decodeByKryo(byte[] bytes, int offset, int storedBytes) {
    try {
      return NestingLimit.apply(maxLevels -> decodeByKryo(bytes, offset, storedBytes, maxLevels));
    } catch (NestingLimit.ExceededException | StackOverflowError e) {
      throw new UndecodableValueException(
          "A stored value is nested too deeply: it has more than "
              + NestingLimit.MAX_LEVELS
              + " levels of objects, or their code uses too much stack",
          e);
    }
  }

  /**
   * Every kind of failure is an undecodable value, also an Error of a user's class and a stack
   * overflow. Other errors of the JVM, such as OutOfMemoryError, are rethrown.
   */
  @SuppressWarnings("CatchingUnchecked")
  private Object decodeByKryo(byte[] bytes, int offset, int storedBytes, int maxLevels) {
    Coder coder = acquire();
    @Nullable Object value;
    try {
      BoundedInput input = coder.input;
      input.open(bytes, offset, storedBytes);
      coder.kryo.begin(maxLevels);
      value = coder.kryo.readClassAndObject(input);
      coder.kryo.end();
      if (value == null && FormatTag.isAt(bytes, offset)) {
        throw FormatTag.mismatch(bytes, offset, "the codec kryo");
      }
      if (value == null || input.position() != bytes.length) {
        throw new UndecodableValueException("The stored bytes are not exactly one value", null);
      }
    } catch (Throwable e) {
      rethrowNesting(coder.kryo, e);
      throw decodingFailure(e);
    }
    coder.kryo.hashing().release();
    coder.input.release();
    pool.release(bytes.length <= MAX_POOLED_BYTES ? coder : newCoder(coder.kryo));
    return value;
  }

  /** Refuses a value that was written and cannot be read. */
  private void requireReadable(byte[] bytes, Class<?> type) {
    try {
      Object unused = decodeByKryo(bytes, 0, bytes.length);
    } catch (UndecodableValueException e) {
      throw new CacheException(
          "A value of " + type + " cannot be stored, because it cannot be read: " + e.getMessage(),
          e);
    }
  }

  /** The caller may try again with more levels and a larger stack. */
  private static void rethrowNesting(CheckedKryo kryo, Throwable failure) {
    StackOverflowError overflow = UserErrors.findIn(failure, StackOverflowError.class);
    if (kryo.exceedsLevels()) {
      throw new NestingLimit.ExceededException();
    } else if (overflow != null) {
      throw overflow;
    }
  }

  /** After a failure, a coder is not released, because it may refer to an incomplete graph. */
  private Coder acquire() {
    Coder coder = pool.acquire();
    return coder != null ? coder : newCoder(CheckedKryo.create(loader, allowList, codes));
  }

  private Coder newCoder(CheckedKryo kryo) {
    BoundedInput input = new BoundedInput(new DecodingBudget(maxDecodedBytes), kryo.hashing());
    return new Coder(kryo, new TextOutput(INITIAL_BYTES), input);
  }

  private CacheException encodingFailure(Object value, Throwable failure) {
    RefusedClassException refused = UserErrors.findIn(failure, RefusedClassException.class);
    if (refused != null) {
      return allowList.refuse(value, refused);
    }
    CacheException known = UserErrors.findIn(failure, CacheException.class);
    if (known != null) {
      return known;
    }
    UserErrors.rethrowFatal(failure);
    return new CacheException(
        "A value of "
            + value.getClass()
            + " cannot be serialized: "
            + UserErrors.rootOf(failure).getClass().getName(),
        failure);
  }

  private static UndecodableValueException decodingFailure(Throwable failure) {
    UserErrors.rethrowFatal(failure);
    UndecodableValueException known = UserErrors.findIn(failure, UndecodableValueException.class);
    if (known != null) {
      return known;
    }
    RedisUnavailableException unavailable =
        UserErrors.findIn(failure, RedisUnavailableException.class);
    if (unavailable != null) {
      throw unavailable;
    }
    CacheException refused = UserErrors.findIn(failure, CacheException.class);
    if (refused != null) {
      return new UndecodableValueException(String.valueOf(refused.getMessage()), failure);
    }
    return new UndecodableValueException(
        "This JVM cannot decode the stored bytes: "
            + UserErrors.rootOf(failure).getClass().getName(),
        failure);
  }

  /** A Kryo with its buffers, for one thread at a time. */
  private record Coder(CheckedKryo kryo, TextOutput output, BoundedInput input) {}
}
