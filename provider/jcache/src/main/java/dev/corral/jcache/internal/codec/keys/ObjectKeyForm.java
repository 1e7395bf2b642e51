package dev.corral.jcache.internal.codec.keys;

import com.esotericsoftware.kryo.kryo5.objenesis.strategy.StdInstantiatorStrategy;
import dev.corral.jcache.internal.codec.values.PlatformTypes;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The form of an application's id class within a key of Hibernate: its class and its fields, sorted
 * by name. Hibernate requires that two such ids are equal if their persistent fields are.
 */
final class ObjectKeyForm {

  private static final ClassValue<List<Field>> FIELDS =
      new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
          return fieldsOf(type);
        }
      };

  private ObjectKeyForm() {}

  /** The form of all id classes that {@linkplain #fits fit}. */
  static KeyForm create(KeyClasses classes) {
    return KeyForm.typed(
        "object", classes, Object::getClass, ObjectKeyForm::values, ObjectKeyForm::instance);
  }

  /** Whether the fields that {@link #create} writes are the whole state of an object. */
  static boolean fits(Class<?> type) {
    return Serializable.class.isAssignableFrom(type) && hasOwnStateOnly(type);
  }

  /** Whether all fields belong to classes of the application and have different names. */
  static boolean hasOwnStateOnly(Class<?> type) {
    if (PlatformTypes.isJdk(type) || type.isHidden()) {
      return false;
    }
    Set<String> names = new HashSet<>();
    for (Class<?> each = type; each != Object.class; each = each.getSuperclass()) {
      for (Field field : each.getDeclaredFields()) {
        if (isState(field) && (PlatformTypes.isJdk(each) || !names.add(field.getName()))) {
          return false;
        }
      }
    }
    return true;
  }

  private static List<Field> fieldsOf(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
      for (Field field : each.getDeclaredFields()) {
        if (isState(field)) {
          field.setAccessible(true);
          fields.add(field);
        }
      }
    }
    fields.sort(Comparator.comparing(Field::getName));
    return fields;
  }

  private static boolean isState(Field field) {
    return (field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0;
  }

  /** The values of the fields, in the order of their names. */
  static @Nullable Object[] values(Object key) {
    return FIELDS.get(key.getClass()).stream().map(field -> get(field, key)).toArray();
  }

  static @Nullable Object get(Field field, Object object) {
    try {
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException("Cannot read " + field, e);
    }
  }

  static Object required(Field field, Object object) {
    Object value = get(field, object);
    if (value == null) {
      throw new IllegalArgumentException(field + " is null");
    }
    return value;
  }

  private static Object instance(Class<?> type, @Nullable Object[] parts) {
    if (!fits(type)) {
      throw changed(type);
    }
    return create(type, parts);
  }

  private static IllegalArgumentException changed(Class<?> type) {
    return new IllegalArgumentException(
        "The fields of class " + type.getName() + " have changed since the key was stored");
  }

  /**
   * An object with these values of its fields; no constructor runs.
   *
   * @throws IllegalArgumentException if the class does not have such fields
   */
  static Object create(Class<?> type, @Nullable Object[] parts) {
    if (FIELDS.get(type).size() != parts.length) {
      throw changed(type);
    }
    Object key = new StdInstantiatorStrategy().newInstantiatorOf(type).newInstance();
    for (int i = 0; i < parts.length; i++) {
      try {
        FIELDS.get(type).get(i).set(key, parts[i]);
      } catch (IllegalAccessException e) {
        throw new IllegalArgumentException("Cannot set a field of " + type.getName(), e);
      }
    }
    return key;
  }
}
