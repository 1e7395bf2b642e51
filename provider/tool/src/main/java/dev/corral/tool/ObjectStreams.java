package dev.corral.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.codec.values.StoredObject;
import dev.corral.jcache.internal.codec.values.StoredValues;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectStreamConstants;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Java object stream without its classes: its grammar contains the names of classes and
 * fields. It loads no class that the stream names, and runs no code of it.
 */
final class ObjectStreams implements StoredValues.ObjectStreams {

  @Override
  public @Nullable Object read(byte[] stream, StoredValues.@Nullable Parts parts) {
    try {
      return new Parser(stream, parts).read();
    } catch (IOException | IndexOutOfBoundsException e) {
      throw new UndecodableValueException("A Java object stream is damaged", e);
    }
  }

  /**
   * A class in the stream.
   *
   * @param superclass null if it has none that is Serializable
   */
  private record Description(
      String name, int flags, List<Field> fields, @Nullable Description superclass) {

    boolean has(int flag) {
      return (flags & flag) != 0;
    }
  }

  private record Field(char type, String name) {}

  /** One stream. */
  private static final class Parser implements ObjectStreamConstants {

    /** The classes of the provider's own form, whose descriptions are numbers. */
    private static final Description CONTENT =
        new Description("", SC_SERIALIZABLE | SC_WRITE_METHOD, List.of(), null);

    private static final Description PART =
        new Description("", SC_SERIALIZABLE, List.of(new Field('L', "owner")), null);

    private static final int MAX_LEVELS = 1_000;
    private static final Object END = new Object();

    private final DataInputStream in;
    private final StoredValues.@Nullable Parts parts;
    private final List<@Nullable Object> handles = new ArrayList<>();
    private int levels;

    Parser(byte[] stream, StoredValues.@Nullable Parts parts) {
      this.in = new DataInputStream(new ByteArrayInputStream(stream));
      this.parts = parts;
    }

    @Nullable Object read() throws IOException {
      if (in.readShort() != STREAM_MAGIC || in.readShort() != STREAM_VERSION) {
        throw new IOException("no Java object stream");
      }
      return content(in.readByte());
    }

    private @Nullable Object next() throws IOException {
      return content(in.readByte());
    }

    private @Nullable Object content(byte code) throws IOException {
      if (++levels > MAX_LEVELS) {
        throw new IOException("too many levels");
      }
      try {
        return switch (code) {
          case TC_NULL -> null;
          case TC_REFERENCE -> handles.get(in.readInt() - baseWireHandle);
          case TC_CLASSDESC -> description();
          case TC_PROXYCLASSDESC -> proxy();
          case TC_OBJECT -> object();
          case TC_STRING -> remembered(in.readUTF());
          case TC_LONGSTRING -> remembered(new String(bytes(in.readLong()), UTF_8));
          case TC_ARRAY -> array();
          case TC_CLASS -> remembered("class " + describedBy(next()).name());
          case TC_ENUM -> constant();
          case TC_BLOCKDATA -> bytes(in.readUnsignedByte());
          case TC_BLOCKDATALONG -> bytes(in.readInt());
          case TC_ENDBLOCKDATA -> END;
          default -> throw new IOException("unknown code " + code);
        };
      } finally {
        levels--;
      }
    }

    private byte[] bytes(long length) throws IOException {
      if (length < 0 || length > in.available()) {
        throw new EOFException();
      }
      byte[] bytes = new byte[(int) length];
      in.readFully(bytes);
      return bytes;
    }

    private <T> T remembered(T object) {
      handles.add(object);
      return object;
    }

    private int reserve(@Nullable Object early) {
      handles.add(early);
      return handles.size() - 1;
    }

    private Description description() throws IOException {
      if (parts != null) {
        int number = in.readByte();
        if (number != 0) {
          Description own = remembered(number == 1 ? CONTENT : PART);
          List<@Nullable Object> unused = annotation();
          Object unusedParent = next();
          return own;
        }
        return description(reserve(null), in.readUTF());
      }
      String name = in.readUTF();
      return description(reserve(null), name);
    }

    private Description description(int handle, String name) throws IOException {
      long unusedVersion = in.readLong();
      int flags = in.readByte();
      int count = in.readUnsignedShort();
      List<Field> fields = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        char type = (char) in.readByte();
        fields.add(new Field(type, in.readUTF()));
        if (type == 'L' || type == '[') {
          Object unusedType = next();
        }
      }
      List<@Nullable Object> unusedAnnotation = annotation();
      // An object may refer to the description before its superclass is known.
      Object parent = next();
      Description description =
          new Description(name, flags, fields, parent == null ? null : describedBy(parent));
      handles.set(handle, description);
      return description;
    }

    private Description proxy() throws IOException {
      int handle = reserve(null);
      int count = in.readInt();
      List<String> interfaces = new ArrayList<>();
      for (int i = 0; i < count && i < 100; i++) {
        interfaces.add(in.readUTF());
      }
      List<@Nullable Object> unused = annotation();
      Object parent = next();
      Description description =
          new Description(
              "proxy of " + String.join(", ", interfaces),
              SC_SERIALIZABLE,
              List.of(),
              parent == null ? null : describedBy(parent));
      handles.set(handle, description);
      return description;
    }

    private static Description describedBy(@Nullable Object object) throws IOException {
      if (object instanceof Description description) {
        return description;
      }
      throw new IOException("no class where one is expected");
    }

    private List<@Nullable Object> annotation() throws IOException {
      List<@Nullable Object> all = new ArrayList<>();
      for (Object each = next(); each != END; each = next()) {
        all.add(each);
      }
      return all;
    }

    private @Nullable Object constant() throws IOException {
      Description unused = describedBy(next());
      int handle = reserve(null);
      Object name = next();
      handles.set(handle, name);
      return name;
    }

    private @Nullable Object array() throws IOException {
      Description type = describedBy(next());
      int handle = reserve(null);
      int size = in.readInt();
      char element = type.name().length() > 1 ? type.name().charAt(1) : 'L';
      Object array;
      if (element == 'B') {
        array = bytes(size);
        handles.set(handle, array);
      } else {
        List<@Nullable Object> list = new ArrayList<>();
        handles.set(handle, list);
        for (int i = 0; i < size; i++) {
          list.add(value(element));
        }
        array = list;
      }
      return array;
    }

    private @Nullable Object value(char type) throws IOException {
      return switch (type) {
        case 'B' -> in.readByte();
        case 'C' -> String.valueOf(in.readChar());
        case 'D' -> in.readDouble();
        case 'F' -> in.readFloat();
        case 'I' -> in.readInt();
        case 'J' -> in.readLong();
        case 'S' -> in.readShort();
        case 'Z' -> in.readBoolean();
        case 'L', '[' -> next();
        default -> throw new IOException("unknown type " + type);
      };
    }

    private @Nullable Object object() throws IOException {
      Description type = describedBy(next());
      StoredObject object = new StoredObject(type.name(), new java.util.LinkedHashMap<>());
      int handle = reserve(object);
      List<@Nullable Object> data = new ArrayList<>();
      readClasses(type, object, data);
      Object result;
      if (type.equals(CONTENT)) {
        result = data.isEmpty() ? null : data.get(0);
      } else if (type.equals(PART) && parts != null) {
        result = parts.next();
      } else {
        result = KnownClasses.simplified(object, data);
      }
      handles.set(handle, result);
      return result;
    }

    /** The data of the superclasses come first. */
    private void readClasses(Description type, StoredObject object, List<@Nullable Object> data)
        throws IOException {
      if (type.superclass() != null) {
        readClasses(type.superclass(), object, data);
      }
      if (type.has(SC_EXTERNALIZABLE) && !type.has(SC_BLOCK_DATA)) {
        throw new IOException("the form of " + type.name() + " is known only to its class");
      }
      if (type.has(SC_SERIALIZABLE)) {
        for (Field field : type.fields()) {
          String name =
              object.fields().containsKey(field.name())
                  ? type.name() + "." + field.name()
                  : field.name();
          object.fields().put(name, value(field.type()));
        }
      }
      if (type.has(SC_WRITE_METHOD) || type.has(SC_EXTERNALIZABLE)) {
        data.addAll(annotation());
      }
    }
  }
}
