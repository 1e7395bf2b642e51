package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import dev.corral.jcache.codec.UndecodableValueException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The serializer of an ordinary class: the values of its fields, in the order of their names. The
 * names are not stored; {@link ClassLayout} detects that the fields of a class have changed.
 *
 * <p>Kryo's own {@code FieldSerializer} is not used, because it sets fields by {@code Unsafe}. With
 * damaged bytes it stores a value of a wrong class in a field; reflection refuses it. Transient
 * fields are not stored. After decoding they have the values that the constructor without
 * parameters sets, or zero or null if there is no such constructor.
 */
final class ReflectiveSerializer extends Serializer<Object> {

  private final List<Field> fields;
  private boolean canCreate;

  /**
   * A serializer for one class.
   *
   * @throws RuntimeException if reflection cannot access a field
   */
  ReflectiveSerializer(Class<?> type) {
    this.fields = fieldsOf(type);
  }

  /**
   * The stored fields of a class, in their order, accessible.
   *
   * @throws RuntimeException if reflection cannot access a field
   */
  static List<Field> fieldsOf(Class<?> type) {
    List<Field> found = new ArrayList<>();
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      for (Field field : each.getDeclaredFields()) {
        if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0) {
          field.setAccessible(true);
          found.add(field);
        }
      }
    }
    found.sort(
        Comparator.comparing(Field::getName)
            .thenComparing(field -> field.getDeclaringClass().getName()));
    return List.copyOf(found);
  }

  @Override
  public void write(Kryo kryo, Output output, Object object) {
    if (!canCreate) {
      requireCreation(kryo, object.getClass());
      canCreate = true;
    }
    for (Field field : fields) {
      try {
        writeField(kryo, output, field, object);
      } catch (IllegalAccessException e) {
        throw new CacheException("Cannot read " + field, e);
      }
    }
  }

  /** Creates an object as reading does, to find out whether the class allows it. */
  private static void requireCreation(Kryo kryo, Class<?> type) {
    try {
      Object unused = kryo.newInstance(type);
    } catch (UndecodableValueException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new CacheException(
          "An object of class "
              + type.getName()
              + " cannot be stored: reading would call its constructor without parameters, which"
              + " fails with "
              + cause.getClass().getName(),
          cause);
    }
  }

  private static void writeField(Kryo kryo, Output output, Field field, Object object)
      throws IllegalAccessException {
    Class<?> type = field.getType();
    if (type == int.class) {
      output.writeVarInt(field.getInt(object), /* optimizePositive= */ false);
    } else if (type == long.class) {
      output.writeVarLong(field.getLong(object), /* optimizePositive= */ false);
    } else if (type == boolean.class) {
      output.writeBoolean(field.getBoolean(object));
    } else if (type == String.class) {
      output.writeString((String) field.get(object));
    } else if (type.isPrimitive()) {
      kryo.writeObject(output, field.get(object));
    } else {
      kryo.writeClassAndObject(output, field.get(object));
    }
  }

  @Override
  public Object read(Kryo kryo, Input input, Class<? extends Object> type) {
    ((BoundedInput) input).budget().allocate((long) fields.size() * DecodingBudget.FIELD_BYTES);
    Object object = kryo.newInstance(type);
    kryo.reference(object);
    for (Field field : fields) {
      try {
        field.set(object, readField(kryo, input, field.getType()));
      } catch (IllegalAccessException e) {
        throw new CacheException("Cannot set " + field, e);
      }
    }
    return object;
  }

  private static @Nullable Object readField(Kryo kryo, Input input, Class<?> type) {
    if (type == int.class) {
      return input.readVarInt(/* optimizePositive= */ false);
    } else if (type == long.class) {
      return input.readVarLong(/* optimizePositive= */ false);
    } else if (type == boolean.class) {
      return input.readBoolean();
    } else if (type == String.class) {
      return input.readString();
    } else if (type.isPrimitive()) {
      return kryo.readObject(input, type);
    } else {
      return kryo.readClassAndObject(input);
    }
  }
}
