package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter.FilterInfo;
import java.io.ObjectInputFilter.Status;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamException;
import java.io.OutputStream;
import java.lang.invoke.SerializedLambda;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Encodes values by Java serialization, restricted to the classes of an {@link AllowList}. The
 * stored form is a tag and one Java object stream.
 *
 * <p>An {@link java.io.ObjectInputFilter} checks every class, the depth, and the memory of arrays
 * and objects against a {@link DecodingBudget}; {@link StreamHashing} bounds the work of hash
 * codes. Each value is read once before it is stored, so what it encodes, it can decode.
 */
final class JavaValueCodec implements ValueFormat {

  private final ClassLoader loader;
  private final AllowList allowList;
  private final long maxDecodedBytes;

  JavaValueCodec(ClassLoader loader, AllowList allowList, long maxDecodedBytes) {
    this.loader = loader;
    this.allowList = allowList;
    this.maxDecodedBytes = maxDecodedBytes;
  }

  @Override
  public byte[] encode(Object value) {
    byte[] bytes;
    try {
      bytes = NestingLimit.apply(levels -> written(value));
    } catch (StackOverflowError e) {
      throw new CacheException(
          "A value of %s cannot be stored: it is nested too deeply for Java serialization"
              .formatted(value.getClass()),
          e);
    }
    try {
      Object unused = decode(bytes, 0);
    } catch (UndecodableValueException e) {
      throw CodecFailures.unreadable(value.getClass(), String.valueOf(e.getMessage()), e);
    }
    return bytes;
  }

  @SuppressWarnings("CatchingUnchecked")
  private byte[] written(Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    bytes.writeBytes(FormatTag.JAVA.before(new byte[0]));
    try (Output stream = new Output(bytes)) {
      stream.writeObject(value);
    } catch (Throwable e) {
      rethrowOverflow(e);
      throw CodecFailures.encoding(value.getClass(), e, e);
    }
    return bytes.toByteArray();
  }

  @Override
  public Object decode(byte[] bytes, int offset, int storedBytes) {
    if (!FormatTag.JAVA.begins(bytes, offset)) {
      throw FormatTag.mismatch(bytes, offset, "the codec java");
    }
    try {
      return NestingLimit.apply(levels -> read(bytes, offset + FormatTag.LENGTH, storedBytes));
    } catch (StackOverflowError e) {
      throw new UndecodableValueException("A stored value is nested too deeply", e);
    }
  }

  @SuppressWarnings("CatchingUnchecked")
  private Object read(byte[] bytes, int start, int storedBytes) {
    int length = bytes.length - start;
    DecodingBudget budget = new DecodingBudget(maxDecodedBytes);
    budget.open(storedBytes, length);
    ByteArrayInputStream in = new ByteArrayInputStream(bytes, start, length);
    @Nullable Object value;
    try (Input stream = new Input(in, length, budget)) {
      value = stream.readObject();
    } catch (Throwable e) {
      rethrowOverflow(e);
      throw CodecFailures.decoding(e, e);
    }
    if (value == null || in.available() > 0) {
      throw new UndecodableValueException("The stored bytes are not exactly one value", null);
    }
    return value;
  }

  /** The caller may try again with a larger stack. */
  private static void rethrowOverflow(Throwable failure) {
    StackOverflowError overflow = UserErrors.findIn(failure, StackOverflowError.class);
    if (overflow != null) {
      throw overflow;
    }
  }

  @Override
  public long limit(int storedBytes) {
    return DecodingBudget.limit(storedBytes, maxDecodedBytes);
  }

  private static CacheException refused(ObjectStreamException failure) {
    return new CacheException(
        failure instanceof NotSerializableException
            ? "The codec java cannot store class %s, which is not Serializable"
                .formatted(failure.getMessage())
            : "Java serialization failed with " + failure.getClass().getName(),
        failure);
  }

  /**
   * A stream that writes only allowed classes. Java writes the IOException that ends a stream to
   * the stream itself, before it throws it.
   */
  private final class Output extends ObjectOutputStream {

    Output(OutputStream out) throws IOException {
      super(out);
      enableReplaceObject(true);
    }

    @Override
    protected @Nullable Object replaceObject(@Nullable Object each) {
      if (each instanceof SerializedLambda lambda) {
        throw new CacheException(
            "A lambda cannot be stored: one of " + lambda.getCapturingClass().replace('/', '.'));
      }
      if (each instanceof ObjectStreamException failure) {
        throw refused(failure);
      }
      return each;
    }

    @Override
    protected void annotateClass(Class<?> type) {
      if (IOException.class.isAssignableFrom(type) && !allowList.allows(type)) {
        throw new CacheException(
            "Java serialization failed with %s, or the value contains one; its class is not allowed"
                .formatted(type.getName()));
      }
      if (!allowList.allows(type)) {
        throw new CacheException(allowList.refusal(type));
      }
      OwnClasses.require(type, loader);
    }

    @Override
    protected void annotateProxyClass(Class<?> type) {
      throw new CacheException(allowList.refusal(type));
    }
  }

  /** A stream that reads only allowed classes, within its limits. */
  private final class Input extends ObjectInputStream {

    private final StreamLimits limits;
    private final StreamHashing hashing;

    Input(ByteArrayInputStream in, int length, DecodingBudget budget) throws IOException {
      super(in);
      this.limits = new StreamLimits(length, budget);
      this.hashing = new StreamHashing(length);
      enableResolveObject(true);
      setObjectInputFilter(this::check);
    }

    private Status check(FilterInfo info) {
      if (!limits.allow(info)) {
        return Status.REJECTED;
      }
      Class<?> type = info.serialClass();
      if (type == null) {
        hashing.repeated();
        return Status.UNDECIDED;
      }
      if (!allowList.allows(type)) {
        throw new UndecodableValueException(allowList.refusal(type), null);
      }
      return Status.ALLOWED;
    }

    /** Gets every object when it is complete, before the object around it uses it. */
    @Override
    protected @Nullable Object resolveObject(@Nullable Object each) {
      if (each != null) {
        hashing.complete(each);
      }
      return each;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      return allowList.load(description.getName(), loader);
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces) throws IOException {
      throw new InvalidClassException("A dynamic proxy cannot be stored");
    }
  }
}
