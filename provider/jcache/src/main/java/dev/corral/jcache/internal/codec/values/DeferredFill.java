package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * A collection or map in a cycle, which finds its elements by hash code or comparison. They are
 * added, or checked, when all objects of the cycle are complete.
 */
@SuppressWarnings({"unchecked", "rawtypes"})
final class DeferredFill {

  private static final int MAX_ROUNDS = 3;
  private static final int IMMUTABLE = -1;

  private final int cycle;
  private final Object container;
  private final List<@Nullable Object> elements;
  private final int added;

  private DeferredFill(int cycle, Object container, List<@Nullable Object> elements, int added) {
    this.cycle = cycle;
    this.container = container;
    this.elements = elements;
    this.added = added;
  }

  /**
   * A container that needs some elements.
   *
   * @param cycle the number of the first object of the cycle
   * @param container a collection or map, with the elements that do not depend on the cycle
   * @param missing the other elements; of a map, keys and values alternate
   */
  static DeferredFill of(int cycle, Object container, List<@Nullable Object> missing) {
    List<@Nullable Object> elements = elementsOf(container);
    int added = elements.size();
    elements.addAll(missing);
    return new DeferredFill(cycle, container, elements, added);
  }

  /** A container that has its elements, and cannot get others. */
  static DeferredFill check(int cycle, Object container) {
    return new DeferredFill(cycle, container, elementsOf(container), IMMUTABLE);
  }

  /** The elements of a collection or map; of a map, keys and values alternate. */
  static List<@Nullable Object> elementsOf(Object container) {
    return new ArrayList<@Nullable Object>(
        container instanceof Map<?, ?> map
            ? Arrays.asList(CollectionSerializers.flatten(map))
            : (Collection<?>) container);
  }

  /** The same for a larger cycle. */
  DeferredFill until(int first) {
    return new DeferredFill(first, container, elements, added);
  }

  /** The number of the first object of the cycle. */
  int cycle() {
    return cycle;
  }

  /**
   * Adds the elements of all these containers. A hash code may depend on another container of the
   * same cycle, so it repeats until each container finds each of its elements.
   *
   * @param hashing the budget of the graph
   * @throws UndecodableValueException if that is not the case after some repetitions, or if the
   *     budget does not suffice
   */
  static void complete(List<DeferredFill> all, HashingBudget hashing) {
    charge(all, hashing);
    for (DeferredFill each : all) {
      if (each.added != IMMUTABLE) {
        each.addFrom(each.added, hashing);
      }
    }
    for (int round = 0; round < MAX_ROUNDS; round++) {
      boolean complete = true;
      for (DeferredFill each : all) {
        if (!each.findsAll()) {
          complete = false;
          each.refill(hashing);
        }
      }
      if (complete) {
        return;
      }
    }
    throw all.get(0).failure();
  }

  /** Charges the hash codes of all elements: for adding them, and for finding them. */
  private static void charge(List<DeferredFill> all, HashingBudget hashing) {
    CycleSteps steps = new CycleSteps();
    all.forEach(each -> steps.setElements(each.container, each.elements));
    for (DeferredFill each : all) {
      if (!isOrdered(each.container)) {
        int step = each.container instanceof Map ? 2 : 1;
        for (int i = 0; i < each.elements.size(); i += step) {
          hashing.charge(2 * steps.of(each.elements.get(i)));
        }
      }
    }
  }

  /** Whether a container compares its elements, and does not hash them. */
  private static boolean isOrdered(Object container) {
    return container instanceof SortedSet
        || container instanceof SortedMap
        || container instanceof Queue;
  }

  private void addFrom(int start, HashingBudget hashing) {
    long charged = 0;
    int to;
    for (int from = start; from < elements.size(); from = to) {
      to = Math.min(elements.size(), 2 * EqualHashes.nextCheck(from / 2));
      add(elements.subList(from, to));
      charged = hashing.chargeTable(container.getClass(), elements.subList(0, to), charged);
    }
  }

  private void add(List<@Nullable Object> some) {
    if (container instanceof Map map) {
      for (int i = 0; i < some.size(); i += 2) {
        map.put(some.get(i), some.get(i + 1));
      }
    } else {
      ((Collection) container).addAll(some);
    }
  }

  private void refill(HashingBudget hashing) {
    if (added == IMMUTABLE) {
      throw failure();
    }
    if (container instanceof Map map) {
      map.clear();
    } else {
      ((Collection) container).clear();
    }
    addFrom(0, hashing);
  }

  /** A queue only orders its elements; it does not find them by their order. */
  private boolean findsAll() {
    if (container instanceof Map<?, ?> map) {
      for (int i = 0; i < elements.size(); i += 2) {
        if (!map.containsKey(elements.get(i))) {
          return false;
        }
      }
      return true;
    }
    return container instanceof Queue
        || elements.stream().allMatch(((Collection<?>) container)::contains);
  }

  private UndecodableValueException failure() {
    return new UndecodableValueException(
        "An object of class "
            + container.getClass().getName()
            + " is part of a cycle, and the hash codes or the order of its elements depend on an"
            + " object that is created after it",
        null);
  }
}
