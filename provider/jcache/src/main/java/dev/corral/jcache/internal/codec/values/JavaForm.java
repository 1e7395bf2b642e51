package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import dev.corral.jcache.codec.UndecodableValueException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter.FilterInfo;
import java.io.ObjectInputFilter.Status;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The form of classes with their own Java serialization: a length and a Java object stream.
 *
 * <p>Every class is checked against the {@link AllowList}, on writing as on reading. Identity is
 * kept inside the stream, not between the stream and the graph around it.
 */
final class JavaForm extends Serializer<Object> {

  private final ClassLoader loader;
  private final AllowList allowList;

  JavaForm(ClassLoader loader, AllowList allowList) {
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
              + " cannot be stored, because it contains one that is not Serializable: "
              + e.getMessage(),
          e);
    } catch (IOException e) {
      throw new CacheException("An object of " + object.getClass() + " cannot be written", e);
    }
    output.writeVarInt(bytes.size(), true);
    output.writeBytes(bytes.toByteArray());
  }

  @Override
  public Object read(Kryo kryo, Input input, Class<? extends Object> type) {
    byte[] bytes = input.readBytes(input.readVarInt(true));
    Object object;
    try (ObjectInputStream stream = new CheckedInput(bytes)) {
      object = stream.readObject();
    } catch (IOException | ClassNotFoundException e) {
      if (e.getCause() instanceof UndecodableValueException refused) {
        throw refused;
      }
      throw new UndecodableValueException(
          "A stored object of " + type + " cannot be read by its Java serialization", e);
    }
    if (object == null) {
      throw new UndecodableValueException("A stored object of " + type + " is null", null);
    }
    return object;
  }

  /** An object stream that writes allowed classes only. */
  private final class CheckedOutput extends ObjectOutputStream {

    CheckedOutput(OutputStream out) throws IOException {
      super(out);
    }

    @Override
    protected void annotateClass(Class<?> type) {
      if (!allowList.allows(type)) {
        throw new CacheException(allowList.refusal(type));
      }
    }

    @Override
    protected void annotateProxyClass(Class<?> type) {
      throw new CacheException(allowList.refusal(type));
    }
  }

  /** An object stream that loads allowed classes only, by the manager's class loader. */
  private final class CheckedInput extends ObjectInputStream {

    private final long longestArray;

    CheckedInput(byte[] bytes) throws IOException {
      this(new ByteArrayInputStream(bytes), bytes.length);
    }

    private CheckedInput(InputStream in, int length) throws IOException {
      super(in);
      // A hash table claims up to 8/3 slots per entry, and an entry takes at least two bytes.
      this.longestArray = 4L * length + 1024;
      setObjectInputFilter(this::check);
    }

    private Status check(FilterInfo info) {
      Class<?> type = info.serialClass();
      if (info.arrayLength() > longestArray) {
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
      @Nullable Class<?> primitive = AllowedClassResolver.primitive(description.getName());
      return primitive != null ? primitive : Class.forName(description.getName(), false, loader);
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces) throws IOException {
      throw new InvalidClassException("A dynamic proxy cannot be stored");
    }
  }
}
