package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.codec.ValueCodec;
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
 * preserved, with three exceptions: immutable values; objects inside and outside of a Java object
 * stream; records and immutable collections, which cannot contain themselves.
 */
public final class KryoValueCodec implements ValueCodec {

  private static final int INITIAL_BYTES = 256;
  private static final int MAX_POOLED_BYTES = 64 * 1024;
  private static final int MAX_CAUSES = 100;

  private final ClassLoader loader;
  private final AllowList allowList;
  private final ClassCodes codes;
  private final StripedPool<Coder> pool = new StripedPool<>();

  /**
   * A codec for the allowed classes.
   *
   * @param loader loads the classes
   * @param codes the class codes of the cache
   */
  public KryoValueCodec(ClassLoader loader, AllowList allowList, ClassCodes codes) {
    this.loader = loader;
    this.allowList = allowList;
    this.codes = codes;
  }

  @Override
  public byte[] encode(Object value) {
    byte[] text = value instanceof String string ? AsciiText.encode(string) : null;
    return text != null ? text : encodeByKryo(value);
  }

  private byte[] encodeByKryo(Object value) {
    Coder coder = acquire();
    byte[] bytes;
    try {
      coder.output.reset();
      coder.kryo.writeClassAndObject(coder.output, value);
      bytes = coder.output.toBytes();
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw encodingFailure(value.getClass(), e);
    }
    pool.release(bytes.length <= MAX_POOLED_BYTES ? coder : new Coder(coder.kryo));
    return bytes;
  }

  @Override
  public Object decode(byte[] bytes, int offset) {
    String text = AsciiText.decode(bytes, offset);
    return text != null ? text : decodeByKryo(bytes, offset);
  }

  private Object decodeByKryo(byte[] bytes, int offset) {
    Coder coder = acquire();
    @Nullable Object value;
    try {
      BoundedInput input = coder.input;
      input.open(bytes, offset);
      value = coder.kryo.readClassAndObject(input);
      if (value == null || input.position() != bytes.length) {
        throw new UndecodableValueException("The stored bytes are not exactly one value", null);
      }
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw decodingFailure(e);
    }
    coder.input.release();
    pool.release(bytes.length <= MAX_POOLED_BYTES ? coder : new Coder(coder.kryo));
    return value;
  }

  /** After a failure, a coder is not released, because it may refer to an incomplete graph. */
  private Coder acquire() {
    Coder coder = pool.acquire();
    return coder != null ? coder : new Coder(CheckedKryo.create(loader, allowList, codes));
  }

  private static CacheException encodingFailure(Class<?> type, Throwable failure) {
    CacheException known = findIn(failure, CacheException.class);
    if (known != null) {
      return known;
    }
    rethrowFatal(failure);
    if (findIn(failure, StackOverflowError.class) != null) {
      return new CacheException("A value of " + type + " is nested too deeply", failure);
    }
    return new CacheException(
        "A value of " + type + " cannot be serialized: " + rootOf(failure).getClass().getName(),
        failure);
  }

  private static UndecodableValueException decodingFailure(Throwable failure) {
    UndecodableValueException known = findIn(failure, UndecodableValueException.class);
    if (known != null) {
      return known;
    }
    RedisUnavailableException unavailable = findIn(failure, RedisUnavailableException.class);
    if (unavailable != null) {
      throw unavailable;
    }
    rethrowFatal(failure);
    CacheException refused = findIn(failure, CacheException.class);
    if (refused != null) {
      return new UndecodableValueException(String.valueOf(refused.getMessage()), failure);
    }
    return new UndecodableValueException(
        "This JVM cannot decode the stored bytes: " + rootOf(failure).getClass().getName(),
        failure);
  }

  private static void rethrowFatal(Throwable failure) {
    VirtualMachineError error = findIn(failure, VirtualMachineError.class);
    if (error != null && !(error instanceof StackOverflowError)) {
      throw error;
    }
  }

  private static <T> @Nullable T findIn(Throwable failure, Class<T> type) {
    Throwable each = failure;
    for (int i = 0; each != null && i < MAX_CAUSES; i++) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
      each = each.getCause();
    }
    return null;
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    for (int i = 0; root.getCause() != null && i < MAX_CAUSES; i++) {
      root = root.getCause();
    }
    return root;
  }

  /** A Kryo with its buffers, for one thread at a time. */
  private record Coder(CheckedKryo kryo, TextOutput output, BoundedInput input) {

    Coder(CheckedKryo kryo) {
      this(kryo, new TextOutput(INITIAL_BYTES), new BoundedInput());
    }
  }
}
