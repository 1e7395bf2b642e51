package dev.corral.jcache.internal.codec.values;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares a value with what was read from its JSON. Two objects are the same if they are equal, or
 * else if they are of one class and their fields are the same, since many classes inherit {@code
 * equals} from Object. Fields that are transient or have {@link JsonIgnore} are not compared.
 * Lists, sets and maps are compared by their elements, whatever their classes are. For one value.
 */
final class JsonRoundTrip {

  private final Set<Object> compared = Collections.newSetFromMap(new IdentityHashMap<>());

  /** What differs, for a message that has no value; null if nothing does. */
  @Nullable String difference(Object value, Object read) {
    return difference(value, read, "it");
  }

  private @Nullable String difference(@Nullable Object a, @Nullable Object b, String path) {
    if (Objects.deepEquals(a, b)) {
      return null;
    }
    if (a == null || b == null) {
      return path + " is read as " + (b == null ? "null" : b.getClass().getName());
    }
    if (!compared.add(a)) {
      return null;
    }
    if ((a instanceof List && b instanceof List) || (a instanceof Set && b instanceof Set)) {
      return ofElements((Collection<?>) a, (Collection<?>) b, path);
    }
    if (a instanceof Map<?, ?> map && b instanceof Map<?, ?> other) {
      return ofMaps(map, other, path);
    }
    if (a.getClass() != b.getClass()) {
      return "%s, of %s, is read as %s"
          .formatted(path, a.getClass().getName(), b.getClass().getName());
    }
    if (a.getClass().isArray()) {
      return ofArrays(a, b, path);
    } else if (a instanceof Collection<?> elements) {
      return ofElements(elements, (Collection<?>) b, path);
    } else if (a instanceof Optional<?> optional) {
      return difference(optional.orElse(null), ((Optional<?>) b).orElse(null), path);
    } else if (PlatformTypes.isJdk(a.getClass())) {
      boolean same = inheritsEquals(a.getClass()) && a.toString().equals(b.toString());
      return same ? null : unequal(a, path);
    }
    return ofFields(a, b, path);
  }

  private @Nullable String ofElements(Collection<?> a, Collection<?> b, String path) {
    Iterator<?> others = b.iterator();
    int position = 0;
    for (Object each : a) {
      if (!others.hasNext()) {
        return path + " loses elements";
      }
      String difference = difference(each, others.next(), path + "[" + position++ + "]");
      if (difference != null) {
        return difference;
      }
    }
    return others.hasNext() ? path + " gains elements" : null;
  }

  private @Nullable String ofMaps(Map<?, ?> a, Map<?, ?> b, String path) {
    if (a.size() != b.size()) {
      return path + " has another number of keys when it is read";
    }
    for (Map.Entry<?, ?> entry : a.entrySet()) {
      if (!b.containsKey(entry.getKey())) {
        return "a key of %s, of %s, is read as another object"
            .formatted(path, String.valueOf(classOf(entry.getKey())));
      }
      String difference = difference(entry.getValue(), b.get(entry.getKey()), path + "[]");
      if (difference != null) {
        return difference;
      }
    }
    return null;
  }

  private @Nullable String ofArrays(Object a, Object b, String path) {
    if (Array.getLength(a) != Array.getLength(b)) {
      return path + " is read with another length";
    }
    for (int i = 0; i < Array.getLength(a); i++) {
      String difference = difference(Array.get(a, i), Array.get(b, i), path + "[" + i + "]");
      if (difference != null) {
        return difference;
      }
    }
    return null;
  }

  private @Nullable String ofFields(Object a, Object b, String path) {
    int fields = 0;
    for (Class<?> type = a.getClass();
        type != null && !PlatformTypes.isJdk(type);
        type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) || isExcluded(field)) {
          continue;
        }
        fields++;
        String difference = ofField(field, a, b, path);
        if (difference != null) {
          return difference;
        }
      }
    }
    return fields == 0 ? unequal(a, path) : null;
  }

  private @Nullable String ofField(Field field, Object a, Object b, String path) {
    String inside =
        path.equals("it") ? "its field " + field.getName() : path + "." + field.getName();
    try {
      field.setAccessible(true);
      return difference(field.get(a), field.get(b), inside);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return unequal(a, path);
    }
  }

  private static boolean isExcluded(Field field) {
    JsonIgnore ignored = field.getAnnotation(JsonIgnore.class);
    return Modifier.isTransient(field.getModifiers()) || (ignored != null && ignored.value());
  }

  private static boolean inheritsEquals(Class<?> type) {
    try {
      return type.getMethod("equals", Object.class).getDeclaringClass() == Object.class;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private static @Nullable Class<?> classOf(@Nullable Object object) {
    return object == null ? null : object.getClass();
  }

  private static String unequal(Object a, String path) {
    return "%s, of %s, is read as an object that does not equal it"
        .formatted(path, a.getClass().getName());
  }
}
