package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
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
import java.io.OutputStream;
import javax.cache.CacheException;

/**
 * The serializer of classes with their own Java serialization: a length and a Java object stream.
 *
 * <p>Writing and reading check every class against the {@link AllowList}. Identity is preserved
 * within the stream, but not between the stream and the objects around it.
 */
final class ObjectStreamSerializer extends Serializer<Object> {

  private final ClassLoader loader;
  private final AllowList allowList;

  ObjectStreamSerializer(ClassLoader loader, AllowList allowList) {
    this.loader = loader;
    this.allowList = allowList;
  }

  @Override
  public void write(Kryo kryo, Output output, Object object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (ObjectOutputStream stream = new CheckedOutput(bytes)) {
      stream.writeObject(object);
    } catch (NotSerializableException e) {
      throw new CacheException(
          "An object of "
              + object.getClass()
              + " cannot be stored: it contains an object that is not Serializable, of class "
              + e.getMessage(),
          e);
    } catch (IOException e) {
      throw new CacheException("An object of " + object.getClass() + " cannot be serialized", e);
    }
    output.writeVarInt(bytes.size(), true);
    output.writeBytes(bytes.toByteArray());
  }

  @Override
  public Object read(Kryo kryo, Input input, Class<? extends Object> type) {
    byte[] bytes = input.readBytes(input.readVarInt(true));
    Object object;
    StreamLimits limits = new StreamLimits(bytes.length, ((BoundedInput) input).budget());
    try (ObjectInputStream stream = new CheckedInput(bytes, limits)) {
      object = stream.readObject();
    } catch (IOException | ClassNotFoundException e) {
      if (e.getCause() instanceof UndecodableValueException refused) {
        throw refused;
      }
      throw new UndecodableValueException(
          "A stored object of " + type + " cannot be deserialized", e);
    }
    if (object == null) {
      throw new UndecodableValueException("A stored object of " + type + " is null", null);
    }
    return object;
  }

  /** An object stream that refuses to write classes that are not allowed. */
  private final class CheckedOutput extends ObjectOutputStream {

    CheckedOutput(OutputStream out) throws IOException {
      super(out);
    }

    @Override
    protected void annotateClass(Class<?> type) {
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

  /** An object stream that loads allowed classes, by the cache manager's class loader. */
  private final class CheckedInput extends ObjectInputStream {

    private final StreamLimits limits;

    CheckedInput(byte[] bytes, StreamLimits limits) throws IOException {
      super(new ByteArrayInputStream(bytes));
      this.limits = limits;
      setObjectInputFilter(this::check);
    }

    private Status check(FilterInfo info) {
      Class<?> type = info.serialClass();
      if (!limits.allow(info)) {
        return Status.REJECTED;
      }
      if (type == null) {
        return Status.UNDECIDED;
      }
      if (!allowList.allows(type)) {
        throw new UndecodableValueException(allowList.refusal(type), null);
      }
      return Status.ALLOWED;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      String name = description.getName();
      if (PlatformTypes.primitive(name) == null && !allowList.mayAllow(name)) {
        throw new UndecodableValueException(allowList.refusal(name), null);
      }
      return PlatformTypes.load(name, loader);
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces) throws IOException {
      throw new InvalidClassException("A dynamic proxy cannot be stored");
    }
  }
}
