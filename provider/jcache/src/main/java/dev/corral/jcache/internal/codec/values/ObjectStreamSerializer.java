package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.codec.values.ObjectStreamParts.Content;
import dev.corral.jcache.internal.codec.values.ObjectStreamParts.HookFailure;
import dev.corral.jcache.internal.codec.values.ObjectStreamParts.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter.FilterInfo;
import java.io.ObjectInputFilter.Status;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.lang.invoke.SerializedLambda;
import java.util.Map;
import java.util.Set;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The serializer of classes with their own Java serialization. The stored form is a length, the
 * objects to which the object refers, another length, and a Java object stream with the object.
 *
 * <p>These objects have the forms that they have anywhere else in the value, so they need not be
 * Serializable, and references between them and the rest of the value are preserved. Exceptions are
 * strings, boxed numbers, enum constants and the like, which are in the Java object stream; and
 * objects with a method {@code writeReplace}, which are copied: Java replaces them before this
 * class sees them.
 *
 * <p>Writing and reading check every class against the {@link AllowList}.
 */
final class ObjectStreamSerializer extends Serializer<Object> {

  /** What the object, its fields and their small parts need. */
  private static final int MAX_DEPTH = 16;

  private final ClassLoader loader;
  private final AllowList allowList;

  ObjectStreamSerializer(ClassLoader loader, AllowList allowList) {
    this.loader = loader;
    this.allowList = allowList;
  }

  @Override
  public void write(Kryo kryo, Output output, Object object) {
    CheckedKryo.references(kryo).mark(GraphReferences.Kind.SENSITIVE);
    ((CheckedKryo) kryo).hashing().setUnordered();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    int start = output.position();
    output.writeInt(0);
    try (PartsOutput stream = new PartsOutput(bytes, kryo, output, object)) {
      stream.writeObject(new Content(object));
      stream.end();
    } catch (HookFailure e) {
      throw refusal(object, e.failure());
    } catch (IOException e) {
      throw refusal(object, e);
    }
    int end = output.position();
    output.setPosition(start);
    output.writeInt(end - start - Integer.BYTES);
    output.setPosition(end);
    output.writeVarInt(bytes.size(), /* optimizePositive= */ true);
    output.writeBytes(bytes.toByteArray());
  }

  private static CacheException refusal(Object object, Throwable failure) {
    String type = object.getClass().getName();
    return new CacheException(
        failure instanceof NotSerializableException
            ? "An object of class "
                + type
                + " cannot be stored: its Java serialization refuses class "
                + failure.getMessage()
            : "An object of class "
                + type
                + " cannot be stored: its Java serialization fails with "
                + failure.getClass().getName(),
        failure);
  }

  @Override
  public Object read(Kryo kryo, Input input, Class<? extends Object> type) {
    GraphReferences references = CheckedKryo.references(kryo);
    ((CheckedKryo) kryo).hashing().setUnordered();
    int outer = references.beginScope();
    int deferredBefore = references.deferredFills();
    int length = input.readInt();
    int start = input.position();
    if (length < 0 || length > input.limit() - start) {
      throw new UndecodableValueException("A stored length exceeds the stored bytes", null);
    }
    input.setPosition(start + length);
    byte[] bytes = input.readBytes(input.readVarInt(/* optimizePositive= */ true));
    int end = input.position();
    input.setPosition(start);
    @Nullable Object object;
    try (PartsInput stream = new PartsInput(bytes, kryo, input)) {
      object = ((Content) stream.readObject()).object();
      stream.end(object);
    } catch (IOException | ClassNotFoundException e) {
      if (e.getCause() instanceof UndecodableValueException refused) {
        throw refused;
      }
      throw new UndecodableValueException(
          "A stored object of " + type + " cannot be deserialized", e);
    }
    if (object == null || input.position() != start + length) {
      throw new UndecodableValueException("A stored object of " + type + " is damaged", null);
    }
    input.setPosition(end);
    if (references.dependsOnIncomplete()) {
      checkCycle(references, deferredBefore, object);
    }
    references.endScope(outer);
    return object;
  }

  /**
   * The object's own code has run before the objects of the cycle were complete. The JDK's code
   * does no more than add elements, which is checked when they are complete.
   */
  private static void checkCycle(GraphReferences references, int deferredBefore, Object object) {
    if (references.deferredFills() > deferredBefore
        && SerializationHooks.ofApplicationIn(object.getClass())) {
      throw new UndecodableValueException(
          "An object of class "
              + object.getClass().getName()
              + " is part of a cycle, and its Java serialization would see collections without"
              + " elements",
          null);
    }
    if (object instanceof Map || object instanceof Set) {
      references.defer(DeferredFill.check(references.firstIncomplete(), object));
    }
  }

  /** An object stream with one object, which writes all others to the value around it. */
  private final class PartsOutput extends ObjectOutputStream {

    private final Kryo kryo;
    private final Output parts;
    private final Object object;
    private @Nullable Object written;
    private boolean partIsMissing;

    PartsOutput(OutputStream out, Kryo kryo, Output parts, Object object) throws IOException {
      super(out);
      this.kryo = kryo;
      this.parts = parts;
      this.object = object;
      enableReplaceObject(true);
    }

    /** Gets every object at its first occurrence, after its method {@code writeReplace}. */
    @Override
    protected @Nullable Object replaceObject(@Nullable Object each) {
      if (each == null || each instanceof Content) {
        return each;
      } else if (each instanceof SerializedLambda lambda) {
        throw new RefusedClassException(
            SerializedLambda.class,
            "A lambda cannot be stored: one of " + lambda.getCapturingClass().replace('/', '.'));
      } else if (written == null) {
        written = each;
        if (each != object || each.getClass().isRecord()) {
          CheckedKryo.references(kryo).mark(GraphReferences.Kind.LATE);
        }
        return each;
      } else if (ObjectStreamParts.isInline(each)) {
        return each;
      }
      partIsMissing = true;
      kryo.writeClassAndObject(parts, each);
      partIsMissing = false;
      return new Part(written == object ? object : null);
    }

    /** A class may catch an exception of one of its parts, but the part would be incomplete. */
    void end() throws IOException {
      if (written == null || partIsMissing) {
        throw new InvalidObjectException("A part was not written");
      }
    }

    @Override
    protected void writeClassDescriptor(ObjectStreamClass description) throws IOException {
      int own = ObjectStreamParts.numberOf(description.forClass());
      writeByte(own);
      if (own == 0) {
        super.writeClassDescriptor(description);
      }
    }

    @Override
    protected void annotateClass(Class<?> type) {
      if (ObjectStreamParts.numberOf(type) != 0) {
        return;
      }
      if (!allowList.allows(type)) {
        throw new RefusedClassException(type, allowList.refusal(type));
      }
      OwnClasses.require(type, loader);
    }

    @Override
    protected void annotateProxyClass(Class<?> type) {
      throw new RefusedClassException(type, allowList.refusal(type));
    }
  }

  /** An object stream with one object, which reads all others from the value around it. */
  private final class PartsInput extends ObjectInputStream {

    private final StreamLimits limits;
    private final Kryo kryo;
    private final Input parts;
    private final GraphReferences references;
    private int id = -1;
    private @Nullable Object early;
    private @Nullable Object content;
    private @Nullable Class<?> partType;
    private boolean partIsMissing;

    PartsInput(byte[] bytes, Kryo kryo, Input parts) throws IOException {
      super(new ByteArrayInputStream(bytes));
      this.kryo = kryo;
      this.parts = parts;
      this.references = CheckedKryo.references(kryo);
      this.limits = new StreamLimits(bytes.length, ((BoundedInput) parts).budget());
      enableResolveObject(true);
      setObjectInputFilter(this::check);
    }

    private Status check(FilterInfo info) {
      Class<?> type = info.serialClass();
      if (type != null && type == partType) {
        partType = null;
        return Status.ALLOWED;
      }
      if (!limits.allow(info) || info.depth() > MAX_DEPTH) {
        return Status.REJECTED;
      }
      if (type == null) {
        return Status.UNDECIDED;
      }
      if (ObjectStreamParts.numberOf(type) == 0 && !allowList.allows(type)) {
        throw new UndecodableValueException(allowList.refusal(type), null);
      }
      return Status.ALLOWED;
    }

    /** Gets every object after its fields; refuses those that are never written. */
    @Override
    protected @Nullable Object resolveObject(@Nullable Object each) throws IOException {
      partType = null;
      if (each instanceof Part part) {
        begin(part.owner());
        partIsMissing = true;
        Object object = kryo.readClassAndObject(parts);
        partIsMissing = false;
        partType = object == null ? null : object.getClass();
        return object;
      } else if (each == null || each instanceof Content || ObjectStreamParts.isInline(each)) {
        return each;
      } else if (content != null) {
        throw new InvalidObjectException("The object stream has more than one object");
      }
      content = each;
      return each;
    }

    /** Parts may refer to the object, although it is not complete. */
    private void begin(@Nullable Object owner) {
      if (owner != null && early == null) {
        early = owner;
        id = references.current();
        kryo.reference(owner);
      }
    }

    void end(@Nullable Object object) throws IOException {
      if (partIsMissing) {
        throw new InvalidObjectException("A part was not read");
      }
      if (early != null && object != null && object != early) {
        if (references.closesCycle(id)) {
          throw new InvalidObjectException("An object in a cycle has replaced itself");
        }
        references.setReadObject(id, object);
      }
    }

    @Override
    protected ObjectStreamClass readClassDescriptor() throws IOException, ClassNotFoundException {
      Class<?> own = ObjectStreamParts.typeOf(readByte());
      return own != null ? ObjectStreamClass.lookup(own) : super.readClassDescriptor();
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      Class<?> type = description.forClass();
      if (type != null && ObjectStreamParts.numberOf(type) != 0) {
        return type;
      }
      return allowList.load(description.getName(), loader);
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces) throws IOException {
      throw new InvalidClassException("A dynamic proxy cannot be stored");
    }
  }
}
