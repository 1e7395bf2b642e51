package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.internal.codec.values.GeneratedGraph.Bean;
import dev.corral.jcache.internal.codec.values.GeneratedGraph.Hooked;
import dev.corral.jcache.internal.codec.values.GeneratedGraph.Keyed;
import dev.corral.jcache.internal.codec.values.GeneratedGraph.Names;
import dev.corral.jcache.internal.codec.values.GeneratedGraph.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;

/** Whether two graphs of {@link GeneratedGraph} have the same objects and the same references. */
@NullUnmarked
final class GraphComparison {

  private final IdentityHashMap<Object, Object> copies = new IdentityHashMap<>();
  private final IdentityHashMap<Object, Object> originals = new IdentityHashMap<>();

  /** Objects without identity that are being compared; a cycle through them ends here. */
  private final IdentityHashMap<Object, Object> untracked = new IdentityHashMap<>();

  private GraphComparison() {}

  /** The first difference; null if there is none. */
  static String differenceOf(Object original, Object copy) {
    try {
      new GraphComparison().compare("value", original, copy);
      return null;
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }

  private static void require(boolean condition, String path) {
    if (!condition) {
      throw new IllegalStateException("differs at " + path);
    }
  }

  private void compare(String path, Object original, Object copy) {
    if (original == null || copy == null) {
      require(original == copy, path);
      return;
    }
    String here = path + ":" + original.getClass().getSimpleName();
    require(original.getClass() == copy.getClass(), here);
    if (GeneratedGraph.isLeaf(original)) {
      require(original.equals(copy), here);
      return;
    }
    if (isTracked(original)) {
      if (copies.containsKey(original) || originals.containsKey(copy)) {
        require(
            copies.get(original) == copy && originals.get(copy) == original, here + " identity");
        return;
      }
      copies.put(original, copy);
      originals.put(copy, original);
    } else if (untracked.put(original, copy) != null) {
      return;
    }
    compareParts(here, original, copy);
    untracked.remove(original);
  }

  private void compareParts(String here, Object original, Object copy) {
    if (original instanceof Set<?> set) {
      require(((Set<?>) copy).stream().allMatch(((Set<?>) copy)::contains), here + " contains");
      compareAll(here, sorted(set), sorted((Set<?>) copy));
    } else if (original instanceof Map<?, ?> map) {
      compareMaps(here, map, (Map<?, ?>) copy);
    } else {
      compareAll(here, partsOf(original), partsOf(copy));
    }
  }

  /** Some collections replace themselves in Java serialization, so they are copied there. */
  private static boolean isTracked(Object object) {
    String type = object.getClass().getName();
    return !type.startsWith("java.util.ImmutableCollections") && !type.endsWith("RandomAccessList");
  }

  private void compareMaps(String path, Map<?, ?> original, Map<?, ?> copy) {
    List<?> keys = sorted(original.keySet());
    List<?> copiedKeys = sorted(copy.keySet());
    compareAll(path, keys, copiedKeys);
    for (int i = 0; i < keys.size(); i++) {
      require(copy.containsKey(copiedKeys.get(i)), path + " finds key");
      compare(
          path + "[" + keys.get(i) + "]", original.get(keys.get(i)), copy.get(copiedKeys.get(i)));
    }
  }

  private static List<?> sorted(Collection<?> keys) {
    List<Object> sorted = new ArrayList<>(keys);
    sorted.sort(Comparator.comparing((Object key) -> key.getClass().getName() + key));
    return sorted;
  }

  private void compareAll(String path, List<?> originals, List<?> copies) {
    require(originals.size() == copies.size(), path + " size");
    for (int i = 0; i < originals.size(); i++) {
      compare(path + "." + i, originals.get(i), copies.get(i));
    }
  }

  private static List<?> partsOf(Object object) {
    if (object instanceof Bean bean) {
      return Arrays.asList(bean.first, bean.list, bean.zLast);
    } else if (object instanceof Keyed keyed) {
      return Arrays.asList(keyed.friends, keyed.links, keyed.owner, keyed.zKey);
    } else if (object instanceof Pair pair) {
      return Arrays.asList(pair.first(), pair.second());
    } else if (object instanceof Hooked hooked) {
      return Arrays.asList(hooked.extra, hooked.content);
    } else if (object instanceof Names names) {
      List<Object> parts = new ArrayList<>(names);
      parts.add(names.extra);
      return parts;
    } else if (object instanceof Optional<?> optional) {
      return Arrays.asList(optional.orElse(null));
    } else if (object instanceof AtomicReference<?> reference) {
      return Arrays.asList(reference.get());
    } else if (object instanceof Object[] array) {
      return Arrays.asList(array);
    }
    return new ArrayList<>((Collection<?>) object);
  }
}
