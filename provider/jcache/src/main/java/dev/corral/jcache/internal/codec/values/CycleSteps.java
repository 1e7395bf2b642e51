package dev.corral.jcache.internal.codec.values;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts the steps of hash codes in a graph whose objects are complete, except for containers that
 * wait for their elements. An object counts as often as it is reachable. The hash code of an object
 * that depends on itself has no end. For one thread.
 */
final class CycleSteps {

  /** More steps than any budget has. */
  static final long INFINITE = 1L << 60;

  private final IdentityHashMap<Object, Long> stepsOf = new IdentityHashMap<>();
  private final IdentityHashMap<Object, List<@Nullable Object>> waiting = new IdentityHashMap<>();

  /** States the elements that a container will have; of a map, keys and values alternate. */
  void setElements(Object container, List<@Nullable Object> elements) {
    waiting.put(container, elements);
  }

  /** The steps of an object's hash code; {@link #INFINITE} if it depends on itself. */
  long of(@Nullable Object object) {
    if (object == null || !hashesItsParts(object)) {
      return 1;
    }
    Long known = stepsOf.putIfAbsent(object, INFINITE);
    if (known != null) {
      return known;
    }
    long steps = 1;
    for (Object part : partsOf(object)) {
      steps = Math.min(INFINITE, steps + of(part));
    }
    stepsOf.put(object, steps);
    return steps;
  }

  private Collection<? extends @Nullable Object> partsOf(Object object) {
    List<@Nullable Object> elements = waiting.get(object);
    if (elements != null) {
      return elements;
    } else if (object instanceof Map.Entry<?, ?> entry) {
      return Arrays.asList(entry.getKey(), entry.getValue());
    } else if (object instanceof Optional<?> optional) {
      return optional.stream().toList();
    }
    if (LibraryHashCodes.includeParts(object)) {
      return LibraryHashCodes.partsOf(object);
    }
    return object instanceof Record
        ? ComponentSerializer.valuesOf(object)
        : DeferredFill.elementsOf(object);
  }

  /**
   * Whether the hash code is that of the JDK, or of a library that every cache allows. A class of
   * the application may define another one, such as that of an id; in a record, a method that the
   * compiler has generated is final.
   */
  private static boolean hashesItsParts(Object object) {
    if (LibraryHashCodes.includeParts(object)) {
      return true;
    }
    Method hashCode = hashCodeOf(object.getClass());
    if (object instanceof Record) {
      return Modifier.isFinal(hashCode.getModifiers());
    }
    boolean hasParts =
        object instanceof List
            || object instanceof Set
            || (object instanceof Map && !(object instanceof IdentityHashMap))
            || object instanceof Map.Entry
            || object instanceof Optional;
    return hasParts && PlatformTypes.isJdk(hashCode.getDeclaringClass());
  }

  private static Method hashCodeOf(Class<?> type) {
    try {
      return type.getMethod("hashCode");
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }
}
