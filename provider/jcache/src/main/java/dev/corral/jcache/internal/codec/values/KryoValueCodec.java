package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.codec.ValueCodec;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Values as Kryo writes them, restricted to the classes of an {@link AllowList}.
 *
 * <p>A class takes the first form that fits: a compact one for values and collections of the JDK;
 * the name of an enum constant; its own Java serialization if it declares one of its hooks, or
 * extends a class that does; the components of a record; otherwise its fields (see {@link
 * FieldForm}), whether it is Serializable or not. Classes are loaded by the given loader, and by no
 * other. Identity and cycles are kept, except of immutable values, across Java serialization, and
 * around records and immutable collections, which cannot contain themselves.
 */
public final class KryoValueCodec implements ValueCodec {

  private static final int INITIAL_BYTES = 256;
  private static final int KEPT_BYTES = 64 * 1024;
  private static final int LONGEST_CAUSE_CHAIN = 100;

  private final ClassLoader loader;
  private final AllowList allowList;
  private final ClassCodes codes;
  private final StripedPool<Coder> idle = new StripedPool<>();

  /**
   * A codec of the allowed classes, as this loader finds them.
   *
   * @param codes what stands for their names
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
    Coder coder = take();
    byte[] bytes;
    try {
      coder.output.reset();
      coder.kryo.writeClassAndObject(coder.output, value);
      bytes = coder.output.toBytes();
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw unwritable(value.getClass(), e);
    }
    idle.giveBack(bytes.length <= KEPT_BYTES ? coder : new Coder(coder.kryo));
    return bytes;
  }

  @Override
  public Object decode(byte[] bytes, int offset) {
    String text = AsciiText.decode(bytes, offset);
    return text != null ? text : decodeByKryo(bytes, offset);
  }

  private Object decodeByKryo(byte[] bytes, int offset) {
    Coder coder = take();
    @Nullable Object value;
    try {
      BoundedInput input = coder.input;
      input.open(bytes, offset);
      value = coder.kryo.readClassAndObject(input);
      if (value == null || input.position() != bytes.length) {
        throw new UndecodableValueException("The stored bytes do not end with the value", null);
      }
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw undecodable(e);
    }
    coder.input.release();
    idle.giveBack(bytes.length <= KEPT_BYTES ? coder : new Coder(coder.kryo));
    return value;
  }

  /** One that failed is not given back, because a failure may leave half a graph in it. */
  private Coder take() {
    Coder coder = idle.take();
    return coder != null ? coder : new Coder(CheckedKryo.create(loader, allowList, codes));
  }

  private static CacheException unwritable(Class<?> type, Throwable failure) {
    CacheException known = findIn(failure, CacheException.class);
    if (known != null) {
      return known;
    }
    rethrowFatal(failure);
    if (findIn(failure, StackOverflowError.class) != null) {
      return new CacheException("A value of " + type + " is nested too deeply", failure);
    }
    return new CacheException(
        "A value of " + type + " cannot be written: " + rootOf(failure).getClass().getName(),
        failure);
  }

  private static UndecodableValueException undecodable(Throwable failure) {
    UndecodableValueException known = findIn(failure, UndecodableValueException.class);
    if (known != null) {
      return known;
    }
    RedisUnavailableException away = findIn(failure, RedisUnavailableException.class);
    if (away != null) {
      throw away;
    }
    rethrowFatal(failure);
    CacheException refused = findIn(failure, CacheException.class);
    if (refused != null) {
      return new UndecodableValueException(String.valueOf(refused.getMessage()), failure);
    }
    return new UndecodableValueException(
        "The stored bytes have no value in this JVM: " + rootOf(failure).getClass().getName(),
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
    for (int i = 0; each != null && i < LONGEST_CAUSE_CHAIN; i++) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
      each = each.getCause();
    }
    return null;
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    for (int i = 0; root.getCause() != null && i < LONGEST_CAUSE_CHAIN; i++) {
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
