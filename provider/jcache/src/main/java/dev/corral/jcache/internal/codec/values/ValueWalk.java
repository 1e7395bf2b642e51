package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.internal.codec.values.MissingClasses.Place;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Visits the objects of a value, the nearest first, to find classes that are not allowed. It reads
 * fields, and collections of the JDK and of libraries; it never calls code of the application, or
 * loads anything. After 100,000 objects it stops.
 */
final class ValueWalk {

  private static final int MAX_OBJECTS = 100_000;

  private final FoundClasses found;
  private final Map<Class<?>, String> types = new LinkedHashMap<>();
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Step> steps = new ArrayDeque<>();

  /** An object to visit. */
  private record Step(Object object, String path) {}

  ValueWalk(AllowList allowList) {
    this.found = new FoundClasses(allowList);
  }

  List<Place> missing() {
    return found.missing();
  }

  List<Place> blocked() {
    return found.blocked();
  }

  /** The classes of the application whose fields were visited, and where each was first found. */
  Map<Class<?>, String> types() {
    return types;
  }

  void start(Object value) {
    add(value, "");
    while (!steps.isEmpty()) {
      Step step = steps.remove();
      visit(step.object(), step.path());
    }
  }

  private void add(@Nullable Object object, String path) {
    if (object != null
        && !(object instanceof String)
        && !(object instanceof Number number && PlatformTypes.isJdk(number.getClass()))
        && seen.size() < MAX_OBJECTS
        && seen.add(object)) {
      steps.add(new Step(object, path));
    }
  }

  private void visit(Object object, String path) {
    Class<?> type = object.getClass();
    try {
      Object content = LibraryContainers.contentOf(object);
      if (content != null) {
        if (LibraryContainers.isNamed(storedName(type))) {
          found.add(stored(type), path);
        }
        if (LibraryContainers.isProxy(type)) {
          add(content, path);
        } else {
          elements(content, path);
        }
        return;
      }
    } catch (RefusedClassException e) {
      found.block(String.valueOf(e.getMessage()), path);
      return;
    }
    found.add(object instanceof Class<?> value ? value : type, path);
    if (type.isHidden()
        || object instanceof Class
        || object instanceof Enum
        || LibraryContainers.isNamed(type.getName())) {
      return;
    }
    parts(object, path);
    fields(object, path);
  }

  private static Class<?> stored(Class<?> type) {
    Class<?> stored = LibraryContainers.storedAs(type);
    return stored == null ? type : stored;
  }

  private static String storedName(Class<?> type) {
    return stored(type).getName();
  }

  private void parts(Object object, String path) {
    if (object instanceof Object[] array) {
      for (int i = 0; i < array.length; i++) {
        add(Array.get(array, i), path + "[" + i + "]");
      }
    } else if ((object instanceof Map && isOfJdk(object, "entrySet"))
        || (object instanceof Collection && isOfJdk(object, "iterator"))) {
      elements(object, path);
    } else if (object instanceof Optional<?> optional) {
      add(optional.orElse(null), path + ".get()");
    } else if (object instanceof AtomicReference<?> reference) {
      add(reference.get(), path + ".get()");
    } else if (object instanceof Map.Entry<?, ?> entry && isOfJdk(object, "getKey")) {
      add(entry.getKey(), path + "{key}");
      add(entry.getValue(), path + "{value}");
    } else if (object instanceof Throwable failure && isOfJdk(object, "getCause")) {
      add(failure.getCause(), path + ".getCause()");
    }
    add(comparatorOf(object), path + ".comparator()");
  }

  private void elements(Object object, String path) {
    if (object instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        add(entry.getKey(), path + "{key}");
        add(entry.getValue(), path + "{value}");
      }
    } else if (object instanceof Collection<?> all) {
      int index = 0;
      for (Object each : all) {
        add(each, path + "[" + (object instanceof Set ? "" : index++) + "]");
      }
    }
  }

  private static @Nullable Comparator<?> comparatorOf(Object object) {
    if (!PlatformTypes.isJdk(object.getClass())) {
      return null;
    } else if (object instanceof SortedSet<?> set) {
      return set.comparator();
    } else if (object instanceof SortedMap<?, ?> map) {
      return map.comparator();
    }
    return object instanceof PriorityQueue<?> queue ? queue.comparator() : null;
  }

  /** Whether the JDK declares a method of the object's class, so that it can be called. */
  private static boolean isOfJdk(Object object, String name) {
    try {
      Method method = object.getClass().getMethod(name);
      return PlatformTypes.isJdk(method.getDeclaringClass());
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private void fields(Object object, String path) {
    Class<?> type = object.getClass();
    if (type.isArray() || PlatformTypes.isJdk(type)) {
      return;
    }
    types.putIfAbsent(type, path);
    boolean isStream = SerializationHooks.presentIn(type);
    for (Class<?> each = type;
        each != null && !PlatformTypes.isJdk(each);
        each = each.getSuperclass()) {
      if (isStream && each != type && Serializable.class.isAssignableFrom(each)) {
        found.add(each, path.isEmpty() ? "superclass" : path + ", superclass");
      }
      for (Field field : each.getDeclaredFields()) {
        boolean isStored = (field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0;
        if (isStored && !field.getType().isPrimitive() && field.trySetAccessible()) {
          add(
              valueOf(field, object),
              path.isEmpty() ? field.getName() : path + "." + field.getName());
        }
      }
    }
  }

  private static @Nullable Object valueOf(Field field, Object object) {
    try {
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("Cannot read " + field, e);
    }
  }
}
