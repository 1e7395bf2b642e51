package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The work of hash codes and comparisons while one Java object stream is read, with the limit of a
 * {@link HashingBudget}. A set, a map or a priority queue costs the steps of its parts, where an
 * object counts as often as it is reachable. For one thread.
 *
 * <p>The stream reports an object when it is complete. A container that repeats an earlier object
 * hashes it before the container itself is complete; so each repetition since then is charged with
 * the steps of the largest object so far.
 */
final class StreamHashing {

  /** Repetitions times steps, far above what a container without others inside ever has. */
  private static final long REPEATED_LIMIT = 1_000_000_000;

  private final IdentityHashMap<Object, Long> stepsOf = new IdentityHashMap<>();
  private final long limit;
  private long rest;
  private long largest = 1;
  private long repetitions;

  /** The work for a stream of this many bytes. */
  StreamHashing(long bytes) {
    limit = HashingBudget.limit(bytes);
    rest = limit;
  }

  /**
   * The stream refers to an earlier object or class.
   *
   * @throws UndecodableValueException if the work may exceed the limit
   */
  void repeated() {
    repetitions++;
    if (repetitions > REPEATED_LIMIT / largest) {
      throw HashingBudget.exceeded();
    }
  }

  /**
   * An object is complete.
   *
   * @throws UndecodableValueException if the work exceeds the limit
   */
  void complete(Object object) {
    repetitions = 0;
    if (object instanceof Map<?, ?> map) {
      requireSize(map.size());
      long keys = 0;
      long all = 1;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        keys += steps(entry.getKey());
        all = added(all, steps(entry.getKey()) + steps(entry.getValue()));
      }
      record(object, all, keys);
    } else if (object instanceof Collection<?> elements) {
      requireSize(elements.size());
      long all = 1;
      for (Object element : elements) {
        all = added(all, steps(element));
      }
      boolean hashes = object instanceof Set || object instanceof PriorityQueue;
      record(object, all, hashes ? all : 0);
    } else if (object instanceof Map.Entry<?, ?> entry) {
      record(object, 1 + steps(entry.getKey()) + steps(entry.getValue()), 0);
    } else if (object instanceof Optional<?> optional) {
      record(object, 1 + steps(optional.orElse(null)), 0);
    } else if (object instanceof Record) {
      record(object, stepsOfComponents(object), 0);
    }
  }

  private long stepsOfComponents(Object object) {
    long all = 1;
    for (Field field : object.getClass().getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
        try {
          field.setAccessible(true);
          all = added(all, steps(field.get(object)));
        } catch (ReflectiveOperationException | RuntimeException e) {
          all = added(all, largest);
        }
      }
    }
    return all;
  }

  /** A list may repeat one element without storing it again. */
  private void requireSize(int size) {
    if (size > limit) {
      throw HashingBudget.exceeded();
    }
  }

  private void record(Object object, long steps, long work) {
    if (steps > 1) {
      stepsOf.put(object, steps);
      largest = Math.max(largest, steps);
    }
    rest -= work;
    if (rest < 0) {
      throw HashingBudget.exceeded();
    }
  }

  private long steps(@Nullable Object part) {
    Long steps = part == null ? null : stepsOf.get(part);
    return steps == null ? 1 : steps;
  }

  /** Far below an overflow. */
  private static long added(long steps, long more) {
    return Math.min(CycleSteps.INFINITE, steps + more);
  }
}
