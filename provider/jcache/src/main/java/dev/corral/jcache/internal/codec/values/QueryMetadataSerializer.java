package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.KryoException;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import dev.corral.jcache.codec.UndecodableValueException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The serializer of what Hibernate adds to the cached results of a native query: the names of the
 * columns and their types.
 *
 * <p>A basic type of Hibernate consists of a Java type and a JDBC type. Those of Hibernate itself
 * are constants, {@code INSTANCE} of their classes in two packages, and only these are stored, by
 * the simple names of their classes. So stored bytes can name no other class, and create no object
 * that an application could not get from Hibernate's constants. Other types are refused.
 */
final class QueryMetadataSerializer extends Serializer<Object> {

  private static final String BASIC_TYPE = "org.hibernate.type.BasicType";
  private static final String TYPES = "org.hibernate.type.internal.";
  private static final String JAVA_TYPES = "org.hibernate.type.descriptor.java.";
  private static final String JDBC_TYPES = "org.hibernate.type.descriptor.jdbc.";
  private static final Set<String> KINDS =
      Set.of(
          "BasicTypeImpl",
          "PrimitiveBasicTypeImpl",
          "NamedBasicTypeImpl",
          "ImmutableNamedBasicTypeImpl");
  private static final Pattern SIMPLE_NAME = Pattern.compile("\\w{1,100}");

  private final Class<?> type;
  private final Constructor<?> constructor;
  private final ClassLoader loader;

  /**
   * A serializer for the class of the metadata.
   *
   * @throws IllegalStateException if the class is that of an unknown release of Hibernate
   */
  QueryMetadataSerializer(Class<?> type) {
    this.type = type;
    this.constructor = type.getConstructors()[0];
    this.loader = type.getClassLoader();
    List<Class<?>> parameters = List.of(constructor.getParameterTypes());
    boolean isKnown =
        parameters.size() >= 2
            && parameters.size() <= 3
            && parameters.get(0) == String[].class
            && parameters.get(1).getComponentType() != null
            && parameters.get(1).getComponentType().getName().equals(BASIC_TYPE)
            && (parameters.size() == 2 || parameters.get(2) == int[].class);
    if (!isKnown) {
      throw new IllegalStateException("Corral does not support this release of " + type.getName());
    }
  }

  @Override
  public void write(Kryo kryo, Output output, Object metadata) {
    @Nullable String[] names = (@Nullable String[]) field(metadata, "columnNames");
    @Nullable Object[] types = (@Nullable Object[]) field(metadata, "types");
    output.writeVarInt(names.length, /* optimizePositive= */ true);
    for (int i = 0; i < names.length; i++) {
      output.writeString(names[i]);
      writeType(output, types[i]);
    }
    if (constructor.getParameterCount() > 2) {
      int[] indexes = (int[]) field(metadata, "valueIndexesToCacheIndexes");
      output.writeVarInt(indexes.length, /* optimizePositive= */ true);
      output.writeInts(indexes, 0, indexes.length);
    }
  }

  private void writeType(Output output, @Nullable Object basicType) {
    if (basicType == null) {
      output.writeString("");
      return;
    }
    Object java = LibraryContainers.call(basicTypes(), basicType, "getJavaTypeDescriptor");
    Object jdbc = LibraryContainers.call(basicTypes(), basicType, "getJdbcType");
    String kind = basicType.getClass().getSimpleName();
    boolean isBuiltIn =
        basicType.getClass().getName().equals(TYPES + kind)
            && KINDS.contains(kind)
            && isConstant(java, JAVA_TYPES)
            && isConstant(jdbc, JDBC_TYPES);
    if (!isBuiltIn) {
      throw new CacheException(
          ("The result of this native query of Hibernate cannot be stored, because it has a column"
                  + " of a type that is not Hibernate's own (%s): use setCacheable(false), or cache"
                  + " what the method returns")
              .formatted(basicType));
    }
    output.writeString(kind);
    output.writeString(java.getClass().getSimpleName());
    output.writeString(jdbc.getClass().getSimpleName());
    output.writeString((String) LibraryContainers.call(basicTypes(), basicType, "getName"));
  }

  @Override
  public Object read(Kryo kryo, Input input, Class<? extends Object> concrete) {
    BoundedInput bounded = (BoundedInput) input;
    int length = bounded.bounded(input.readVarInt(/* optimizePositive= */ true));
    @Nullable String[] names = new String[length];
    @Nullable Object[] types = (@Nullable Object[]) Array.newInstance(basicTypes(), length);
    for (int i = 0; i < length; i++) {
      names[i] = input.readString();
      types[i] = readType(input);
    }
    if (constructor.getParameterCount() == 2) {
      return create(constructor, names, types);
    }
    int[] indexes = input.readInts(input.readVarInt(/* optimizePositive= */ true));
    if (Arrays.stream(indexes).anyMatch(it -> it < -1 || it >= length)) {
      throw new KryoException("A stored column does not exist");
    }
    return create(constructor, names, types, indexes);
  }

  private @Nullable Object readType(Input input) {
    String kind = input.readString();
    if (kind == null || kind.isEmpty()) {
      return null;
    }
    if (!KINDS.contains(kind)) {
      throw new UndecodableValueException("A stored type of Hibernate is unknown", null);
    }
    Object java = constant(JAVA_TYPES, input.readString());
    Object jdbc = constant(JDBC_TYPES, input.readString());
    String name = input.readString();
    Constructor<?> typeConstructor = named(TYPES, kind).getConstructors()[0];
    return typeConstructor.getParameterCount() == 2
        ? create(typeConstructor, java, jdbc)
        : create(typeConstructor, java, jdbc, name);
  }

  private Class<?> basicTypes() {
    return constructor.getParameterTypes()[1].getComponentType();
  }

  private boolean isConstant(Object descriptor, String packageName) {
    Class<?> declared = descriptor.getClass();
    if (!declared.getName().equals(packageName + declared.getSimpleName())) {
      return false;
    }
    try {
      return constant(packageName, declared.getSimpleName()) == descriptor;
    } catch (UndecodableValueException e) {
      return false;
    }
  }

  /** The constant of a class, whose name may come from stored bytes. */
  private Object constant(String packageName, @Nullable String simpleName) {
    Class<?> declared = named(packageName, simpleName);
    try {
      Field field = declared.getField("INSTANCE");
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == declared) {
        return field.get(null);
      }
    } catch (ReflectiveOperationException e) {
      throw new UndecodableValueException("A stored type of Hibernate is no constant", e);
    }
    throw new UndecodableValueException("A stored type of Hibernate is no constant", null);
  }

  private Class<?> named(String packageName, @Nullable String simpleName) {
    try {
      if (simpleName != null && SIMPLE_NAME.matcher(simpleName).matches()) {
        return Class.forName(packageName + simpleName, /* initialize= */ false, loader);
      }
    } catch (ClassNotFoundException | LinkageError e) {
      throw new UndecodableValueException(
          "This release of Hibernate does not have a stored type", e);
    }
    throw new UndecodableValueException("A stored type of Hibernate is unknown", null);
  }

  private static Object create(Constructor<?> constructor, @Nullable Object... arguments) {
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException | IllegalArgumentException e) {
      throw new UndecodableValueException("Stored types of Hibernate do not match", e);
    } catch (InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException("Corral does not support this release of Hibernate", e);
    }
  }

  private Object field(Object metadata, String name) {
    try {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field.get(metadata);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Corral does not support this release of " + type.getName(), e);
    }
  }
}
