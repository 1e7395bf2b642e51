package dev.corral.jcache.internal.codec.values;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** Preserves whether the order of a {@link LinkedHashMap} is that of the last accesses. */
@SuppressWarnings("NonApiType")
final class AccessOrder {

  private static final int INITIAL_CAPACITY = 16;
  private static final float LOAD_FACTOR = 0.75f;

  private AccessOrder() {}

  /** The keys and values of a map, alternating, and null after them if it is in access order. */
  static @Nullable Object[] flatten(LinkedHashMap<?, ?> map) {
    @Nullable Object[] flat = CollectionSerializers.flatten(map);
    return isIn(map) ? Arrays.copyOf(flat, flat.length + 1) : flat;
  }

  /** An empty map for the result of {@link #flatten}. */
  static LinkedHashMap<?, ?> empty(int length) {
    return length % 2 == 0
        ? new LinkedHashMap<>(length / 2)
        : new LinkedHashMap<>(INITIAL_CAPACITY, LOAD_FACTOR, /* accessOrder= */ true);
  }

  /** No method returns the order, so this reads the first entry of a copy. */
  private static boolean isIn(LinkedHashMap<?, ?> map) {
    @SuppressWarnings("unchecked")
    LinkedHashMap<@Nullable Object, @Nullable Object> copy =
        (LinkedHashMap<@Nullable Object, @Nullable Object>) map.clone();
    while (copy.size() < 2) {
      copy.put(new Object(), null);
    }
    Object first = firstKey(copy);
    copy.get(first);
    return firstKey(copy) != first;
  }

  private static @Nullable Object firstKey(LinkedHashMap<@Nullable Object, ?> map) {
    Iterator<@Nullable Object> keys = map.keySet().iterator();
    return keys.next();
  }
}
