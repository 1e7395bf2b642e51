package dev.corral.jcache.internal.codec.values;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The comparisons in a hash table whose elements have equal hash codes: each element is compared
 * with all of them, so their number grows with the square. Stateless.
 */
final class EqualHashes {

  /** Smaller tables are not checked: they compare too little, however their elements are chosen. */
  static final int MIN_SIZE = 128;

  /** They arrange elements with equal hash codes in a tree, if these have an order. */
  private static final Set<Class<?>> WITH_TREES =
      Set.of(
          HashMap.class,
          LinkedHashMap.class,
          HashSet.class,
          LinkedHashSet.class,
          ConcurrentHashMap.class);

  private EqualHashes() {}

  /** The size at which a table that grows is to be checked after it had this size. */
  static int nextCheck(int size) {
    return Math.max(MIN_SIZE, size + size / 2);
  }

  /** Whether a container finds its elements by hash code, as far as its class shows. */
  static boolean isTable(Class<?> type) {
    return (Set.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type))
        && !SortedSet.class.isAssignableFrom(type)
        && !SortedMap.class.isAssignableFrom(type);
  }

  /**
   * The number of comparisons that a table needs to get these elements.
   *
   * @param type the class of the table
   * @param elements of a map, keys and values alternate
   */
  static long comparisons(Class<?> type, List<? extends @Nullable Object> elements) {
    int step = Map.class.isAssignableFrom(type) ? 2 : 1;
    int size = elements.size() / step;
    if (size < MIN_SIZE || !isTable(type)) {
      return 0;
    } else if (WITH_TREES.contains(type) && isOrdered(elements, step)) {
      return 0;
    }
    int[] hashes = new int[size];
    for (int i = 0; i < size; i++) {
      hashes[i] = Objects.hashCode(elements.get(i * step));
    }
    Arrays.sort(hashes);
    long comparisons = 0;
    int equal = 0;
    for (int i = 1; i < size; i++) {
      equal = hashes[i] == hashes[i - 1] ? equal + 1 : 0;
      comparisons += equal;
    }
    return comparisons;
  }

  /** Whether all elements can be compared with each other. */
  private static boolean isOrdered(List<? extends @Nullable Object> elements, int step) {
    Object first = elements.get(0);
    if (!(first instanceof Comparable)) {
      return false;
    }
    for (int i = step; i < elements.size(); i += step) {
      Object element = elements.get(i);
      if (element == null || element.getClass() != first.getClass()) {
        return false;
      }
    }
    return true;
  }
}
