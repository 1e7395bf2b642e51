package dev.corral.jcache.internal.codec.keys;

import com.esotericsoftware.kryo.kryo5.objenesis.strategy.StdInstantiatorStrategy;
import dev.corral.jcache.internal.codec.values.JdkForms;
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
 * The form of an id class of an application within a key of Hibernate: its class and its fields,
 * sorted by name. Hibernate demands that such ids are equal if their persistent fields are.
 */
record ObjectKeyForm(KeyClasses classes) implements KeyForm {

  private static final ClassValue<List<Field>> FIELDS =
      new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
          return fieldsOf(type);
        }
      };

  /** Whether all that makes up an object of the class can be seen. */
  static boolean fits(Class<?> type) {
    if (!Serializable.class.isAssignableFrom(type) || JdkForms.isJdk(type) || type.isHidden()) {
      return false;
    }
    Set<String> names = new HashSet<>();
    for (Class<?> each = type; each != Object.class; each = each.getSuperclass()) {
      for (Field field : each.getDeclaredFields()) {
        boolean counts = (field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0;
        if (counts && (JdkForms.isJdk(each) || !names.add(field.getName()))) {
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
        if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0) {
          field.setAccessible(true);
          fields.add(field);
        }
      }
    }
    fields.sort(Comparator.comparing(Field::getName));
    return fields;
  }

  @Override
  public String name() {
    return "object";
  }

  @Override
  public void write(Object key, KeyWriter out) {
    List<Field> fields = FIELDS.get(key.getClass());
    @Nullable Object[] parts = new Object[fields.size()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = get(fields.get(i), key);
    }
    out.head(key.getClass().getName());
    out.parts(parts);
  }

  static @Nullable Object get(Field field, Object object) {
    try {
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException("Cannot read " + field, e);
    }
  }

  @Override
  public Object read(KeyReader in) {
    Class<?> type = classes.load(in.head());
    @Nullable Object[] parts = in.parts();
    if (!fits(type) || FIELDS.get(type).size() != parts.length) {
      throw new IllegalArgumentException("The fields of a key have changed: " + type.getName());
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
