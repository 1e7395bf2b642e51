package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Registration;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import com.esotericsoftware.kryo.kryo5.util.DefaultClassResolver;
import com.esotericsoftware.kryo.kryo5.util.IntMap;
import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.codec.values.ClassLayout.Kind;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of {@link KryoValueCodec} without the classes of the application, to show them:
 * objects become {@link StoredObject}s by the texts in the class table, collections become lists,
 * enum constants their names. It runs no code of the application, and loads only classes of the
 * JDK. For one thread and one value.
 */
@SuppressWarnings({"rawtypes", "unchecked", "NonApiType"})
final class TreeReader extends Kryo {

  /** As in {@link CheckedKryo}. */
  private static final int FIRST_NUMBER = 16;

  private final ClassCodes codes;
  private final StoredValues.ObjectStreams streams;
  private final JdkSerializers jdk;
  private final Map<Long, Registration> byCode = new HashMap<>();

  /** Represents a class that has references, as in {@link GraphReferences}. */
  private static final class Unknown {}

  /** Represents an enum, which has none. */
  private enum UnknownEnum {}

  TreeReader(ClassCodes codes, StoredValues.ObjectStreams streams) {
    this(codes, streams, new Resolver());
  }

  private TreeReader(ClassCodes codes, StoredValues.ObjectStreams streams, Resolver resolver) {
    super(resolver, new GraphReferences(type -> isValue(type)));
    ClassLoader platform = ClassLoader.getPlatformClassLoader();
    AllowList allowed = AllowList.of(List.of());
    this.codes = codes;
    this.streams = streams;
    this.jdk =
        new JdkSerializers(
            new ObjectStreamSerializer(platform, allowed), new ClassSerializer(platform, allowed));
    resolver.reader = this;
    setClassLoader(platform);
    setRegistrationRequired(false);
    setOptimizedGenerics(false);
    List<Class<?>> numbered = JdkSerializers.numbered();
    for (int i = 0; i < numbered.size(); i++) {
      register(numbered.get(i), FIRST_NUMBER + i);
    }
  }

  private static boolean isValue(Class<?> type) {
    return Values.JDK.isValue(type);
  }

  /** The tree of the bytes from an offset on. */
  @Nullable Object read(byte[] bytes, int offset) {
    BoundedInput input =
        new BoundedInput(
            new DecodingBudget(KryoValueCodec.DEFAULT_MAX_DECODED_BYTES), new HashingBudget());
    input.open(bytes, offset, bytes.length - offset);
    Object tree = readClassAndObject(input);
    if (input.position() != bytes.length) {
      throw new UndecodableValueException("The stored bytes are not exactly one value", null);
    }
    return tree;
  }

  @Override
  public Serializer getDefaultSerializer(Class type) {
    Serializer known = jdk.of(type);
    if (type.isEnum() || type == Class.class) {
      return reading(in -> in.readString());
    } else if (type == EnumSet.class) {
      return reading(this::enumSet);
    } else if (type == EnumMap.class) {
      return reading(this::enumMap);
    } else if (type.isArray() && !type.getComponentType().isPrimitive()) {
      return reading(in -> elements(in, /* hasHeader= */ false));
    } else if (isWrapper(type)) {
      return reading(this::readClassAndObject);
    } else if (isContainer(type) && (known != null || !Serializable.class.isAssignableFrom(type))) {
      boolean isMap = Map.class.isAssignableFrom(type) || Map.Entry.class.isAssignableFrom(type);
      return reading(in -> isMap ? map(in, hasHeader(type)) : list(in, type));
    }
    return known != null ? known : reading(in -> stream(in, type.getName()));
  }

  private static boolean isContainer(Class<?> type) {
    return Collection.class.isAssignableFrom(type)
        || Map.class.isAssignableFrom(type)
        || Map.Entry.class.isAssignableFrom(type);
  }

  private static boolean isWrapper(Class<?> type) {
    return type.getName().startsWith("java.util.Collections$Unmodifiable")
        || type.getName().startsWith("java.util.Collections$Synchronized");
  }

  private static boolean hasHeader(Class<?> type) {
    return SortedSet.class.isAssignableFrom(type)
        || SortedMap.class.isAssignableFrom(type)
        || List.<Class<?>>of(
                PriorityQueue.class,
                PriorityBlockingQueue.class,
                LinkedBlockingQueue.class,
                LinkedBlockingDeque.class)
            .contains(type);
  }

  private List<@Nullable Object> list(Input input, Class<?> type) {
    List<@Nullable Object> elements = elements(input, hasHeader(type));
    int last = elements.size() - 1;
    if (type.getName().startsWith("java.util.ImmutableCollections$List")
        && last >= 0
        && elements.get(last) == null) {
      elements.remove(last); // the mark of a list that accepts null
    }
    return elements;
  }

  private StoredMap map(Input input, boolean hasHeader) {
    List<@Nullable Object> flat = new ArrayList<>();
    StoredMap map = new StoredMap(flat);
    reference(map);
    fill(input, hasHeader, flat);
    if (flat.size() % 2 == 1) {
      flat.remove(flat.size() - 1); // the mark of a map in access order
    }
    return map;
  }

  private List<@Nullable Object> elements(Input input, boolean hasHeader) {
    List<@Nullable Object> elements = new ArrayList<>();
    reference(elements);
    fill(input, hasHeader, elements);
    return elements;
  }

  private void fill(Input input, boolean hasHeader, List<@Nullable Object> to) {
    if (hasHeader) {
      Object unused = readClassAndObject(input);
    }
    int size = ((BoundedInput) input).bounded(input.readVarInt(/* optimizePositive= */ true));
    for (int i = 0; i < size; i++) {
      to.add(readClassAndObject(input));
    }
  }

  private List<@Nullable Object> enumSet(Input input) {
    Registration constants = readClass(input);
    int size = ((BoundedInput) input).bounded(input.readInt(/* optimizePositive= */ true));
    List<@Nullable Object> names = new ArrayList<>();
    for (int i = 0; i < size && constants != null; i++) {
      names.add(constants.getSerializer().read(this, input, constants.getType()));
    }
    return names;
  }

  private Object enumMap(Input input) {
    List<@Nullable Object> flat = new ArrayList<>();
    int size = ((BoundedInput) input).bounded(input.readVarInt(/* optimizePositive= */ true));
    if (size == 0) {
      Object unused = stream(input, EnumMap.class.getName());
    }
    for (int i = 0; i < size; i++) {
      flat.add(readClassAndObject(input));
    }
    return new StoredMap(flat);
  }

  /** The form of {@link ObjectStreamSerializer}. */
  private @Nullable Object stream(Input input, String className) {
    int length = input.readInt();
    int start = input.position();
    if (length < 0 || length > input.limit() - start) {
      throw new UndecodableValueException("A stored length exceeds the stored bytes", null);
    }
    StoredObject early = new StoredObject(className);
    reference(early);
    input.setPosition(start + length);
    byte[] bytes = input.readBytes(input.readVarInt(/* optimizePositive= */ true));
    int end = input.position();
    input.setPosition(start);
    Object tree = streams.read(bytes, () -> readClassAndObject(input));
    input.setPosition(end);
    if (tree instanceof StoredObject object) {
      object.fields().forEach(early::add);
      return new StoredObject(object.className(), early.fields());
    }
    return tree;
  }

  private Object object(Input input, StoredLayout layout) {
    StoredObject object = new StoredObject(layout.className());
    reference(object);
    for (StoredLayout.Part part : layout.parts()) {
      object.add(
          part.name(),
          layout.kind() == Kind.RECORD ? component(input, part) : field(input, part.type()));
    }
    return object;
  }

  /** As in {@link ReflectiveSerializer}. */
  private @Nullable Object field(Input input, String typeName) {
    return switch (typeName) {
      case "int" -> input.readVarInt(/* optimizePositive= */ false);
      case "long" -> input.readVarLong(/* optimizePositive= */ false);
      case "boolean" -> input.readBoolean();
      case "java.lang.String" -> input.readString();
      default -> {
        Class<?> primitive = PlatformTypes.primitive(typeName);
        yield primitive != null ? readObject(input, primitive) : readClassAndObject(input);
      }
    };
  }

  /** As in {@link ComponentSerializer}. */
  private @Nullable Object component(Input input, StoredLayout.Part part) {
    Class<?> primitive = PlatformTypes.primitive(part.type());
    if (primitive != null) {
      return readObject(input, primitive);
    } else if (part.code() == null) {
      return readClassAndObject(input);
    }
    Registration type = registration(part.code(), part.type());
    return readObjectOrNull(input, type.getType(), type.getSerializer());
  }

  /**
   * What reads the objects of a class.
   *
   * @param name null if only the class table has it
   */
  private Registration registration(long code, @Nullable String name) {
    Registration known = byCode.get(code);
    if (known == null) {
      String text = codes.nameOf(code);
      if (text == null && name == null) {
        throw new UndecodableValueException(
            "The class table of the cache has no class for a code in a stored value", null);
      }
      known = registration(StoredLayout.of(text != null ? text : String.valueOf(name)));
      byCode.put(code, known);
    }
    return known;
  }

  private Registration registration(StoredLayout layout) {
    String name = layout.className();
    if (layout.kind() != null) {
      return switch (layout.kind()) {
        case ENUM -> registration(UnknownEnum.class, reading(Input::readString));
        case STREAM -> registration(Unknown.class, reading(in -> stream(in, name)));
        case RECORD, FIELDS -> registration(Unknown.class, reading(in -> object(in, layout)));
      };
    }
    if (LibraryContainers.isNamed(name)) {
      return registration(Unknown.class, reading(this::readClassAndObject));
    }
    try {
      return getRegistration(PlatformTypes.load(name, ClassLoader.getPlatformClassLoader()));
    } catch (ClassNotFoundException | LinkageError e) {
      if (name.startsWith("[")) {
        return registration(Unknown.class, reading(in -> elements(in, /* hasHeader= */ false)));
      }
      throw new UndecodableValueException(
          "The class table has no fields of class "
              + name
              + "; a JVM of the application publishes them when it stores such a value",
          e);
    }
  }

  private static Registration registration(Class<?> standIn, Serializer<?> serializer) {
    return new Registration(standIn, serializer, DefaultClassResolver.NAME);
  }

  private static Serializer<Object> reading(Step step) {
    return new Serializer<>() {
      @Override
      public void write(Kryo kryo, Output output, Object object) {
        throw new UnsupportedOperationException("A tree is only read");
      }

      @Override
      @SuppressWarnings("NullAway") // an object of the tree may be null
      public Object read(Kryo kryo, Input input, Class<? extends Object> type) {
        return step.read(input);
      }
    };
  }

  /** Reads one object, whose class was read before. */
  private interface Step {
    @Nullable Object read(Input input);
  }

  /** Holds the serializers by which {@link #isValue} knows values. */
  private static final class Values {
    static final JdkSerializers JDK =
        new JdkSerializers(
            new ObjectStreamSerializer(
                ClassLoader.getPlatformClassLoader(), AllowList.of(List.of())),
            new ClassSerializer(ClassLoader.getPlatformClassLoader(), AllowList.of(List.of())));
  }

  /** Finds what reads the objects of a class code. */
  private static final class Resolver extends DefaultClassResolver {

    private @Nullable TreeReader reader;
    private final IntMap<Registration> byId = new IntMap<>();

    @Override
    protected Registration readName(Input input) {
      int id = input.readVarInt(/* optimizePositive= */ true);
      Registration known = byId.get(id);
      if (known == null) {
        long code = input.readLong();
        String name = code < 0 ? input.readString() : null;
        TreeReader all = reader;
        if (all == null) {
          throw new IllegalStateException("The reader is not complete");
        }
        known = all.registration(code < 0 ? ~code : code, name);
        byId.put(id, known);
      }
      return known;
    }
  }
}
