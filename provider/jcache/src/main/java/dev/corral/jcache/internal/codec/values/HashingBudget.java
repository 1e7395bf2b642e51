package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;

/**
 * The work of hash codes and comparisons while one object graph is written or read. A collection
 * computes the hash codes of all its elements, so 60 sets of which each contains the next two take
 * 2^60 steps. The budget counts the steps before they happen: each part of a set, a map or a
 * priority queue costs as many steps as it has objects, where an object counts as often as it is
 * reachable. For one thread.
 *
 * <p>Writing and reading the same graph cost the same, so {@code put} refuses what {@code get}
 * refuses. In a cycle the steps are counted when its objects are complete; see {@link CycleSteps}.
 * A cycle that hashes its objects is therefore read once when it is written. Objects of the
 * application's own classes, except for records, count as one, whatever their {@code hashCode}
 * does: most hash an id.
 */
final class HashingBudget {

  /** What every value may cost; about a tenth of a second. */
  private static final long MIN_LIMIT = 5_000_000;

  /** A comparison without a hash code is this much faster than a step. */
  private static final int COMPARISONS_PER_STEP = 4;

  /** A comparison of elements with equal hash codes: they are far apart in memory. */
  private static final int STEPS_PER_EQUAL_HASH = 4;

  private static final long STEPS_PER_BYTE = 64;

  /** Objects with at most this number of steps are not recorded. */
  private static final long SMALL = 8;

  /** The {@link #comparisons} of a map, whose parts are keys and values in turn. */
  private static final long NEXT_IS_KEY = -1;

  private static final long NEXT_IS_VALUE = -2;

  /** Added to the {@link #comparisons} of an object whose parts are its elements. */
  private static final long COUNTED = 1L << 40;

  private static final int MAX_REUSED_RECORDS = 1_000;

  /** How many steps the hash codes of the complete objects take. */
  private IdentityHashMap<Object, Long> stepsOf = new IdentityHashMap<>();

  private long limit;
  private long work;

  /** The steps of the parts of the current object so far. */
  private long steps;

  /**
   * How often the current object hashes or compares its next part; 0 if it does not. A map hashes
   * its keys, and not its values.
   */
  private long comparisons;

  private boolean comparesAllPairs;

  /** Whether the parts of the current object are its elements. Those of a wrapper are not. */
  private boolean counted;

  private boolean cyclic;

  /** The steps that reading this many bytes may cost. */
  static long limit(long bytes) {
    return MIN_LIMIT + bytes * STEPS_PER_BYTE;
  }

  /** The failure of a value that would cost more. */
  static UndecodableValueException exceeded() {
    return new UndecodableValueException(
        "The hash codes of the sets and maps in a stored value would take too long to compute",
        null);
  }

  /** Starts the budget of a graph that is read from this many bytes. */
  void open(long bytes) {
    limit = limit(bytes);
    work = 0;
    steps = 0;
    comparisons = 0;
    comparesAllPairs = false;
    counted = false;
    cyclic = false;
    if (stepsOf.size() > MAX_REUSED_RECORDS) {
      stepsOf = new IdentityHashMap<>();
    } else if (!stepsOf.isEmpty()) {
      stepsOf.clear();
    }
  }

  /** Starts counting for a graph that is written, of which nothing is compared now. */
  void openForWriting() {
    open(0);
    limit = Long.MAX_VALUE;
  }

  /** Whether a graph that was written to this many bytes can be read. */
  boolean suffices(long bytes) {
    return work <= limit(bytes);
  }

  /** Drops the references to the graph. */
  void release() {
    open(0);
  }

  /** How often the current object hashes or compares its next part, for {@link #end}. */
  long comparisons() {
    return counted ? comparisons + COUNTED : comparisons;
  }

  /** The class of the current object is known, and its parts follow. */
  void setType(Class<?> type) {
    counted = false;
    if (type == IdentityHashMap.class) {
      comparisons = 0;
    } else if (Map.class.isAssignableFrom(type)) {
      comparisons = NEXT_IS_KEY;
    } else {
      boolean compares =
          Set.class.isAssignableFrom(type) || PriorityQueue.class.isAssignableFrom(type);
      comparisons = compares ? 1 : 0;
    }
    comparesAllPairs = type == CopyOnWriteArraySet.class;
  }

  /** The number of the parts of the current object is known, and only they follow. */
  void setCount(int count) {
    counted = true;
    if (comparesAllPairs) {
      comparisons = 1L + count / (2 * COMPARISONS_PER_STEP);
    } else if (comparisons == NEXT_IS_VALUE) {
      comparisons = NEXT_IS_KEY;
    }
  }

  /**
   * An object of the graph refers to one that is not complete. From now on the steps of a part are
   * counted anew, because they were not known when it ended. Counting is no more work than hashing.
   */
  void setCyclic() {
    cyclic = true;
  }

  /** The parts of the current object follow in an unknown order. If it is a map, any is a key. */
  void setUnordered() {
    if (comparisons < 0) {
      comparisons = 1;
    }
  }

  /**
   * A part of the current object begins, and becomes the current object.
   *
   * @return the steps of the parts before it, for {@link #end}
   */
  long begin() {
    long before = steps;
    steps = 0;
    return before;
  }

  /**
   * The current object is complete, or was complete before; its container becomes the current
   * object.
   *
   * @param object the object; null for null
   * @param before the result of {@link #begin}
   * @param compared the {@link #comparisons} of its container
   * @throws UndecodableValueException if the budget is exhausted
   */
  void end(@Nullable Object object, long before, long compared) {
    long own = object != null && hashesItsParts(object) ? stepsOf(object) : 1;
    steps = Math.min(CycleSteps.INFINITE, before + own);
    comparesAllPairs = false;
    counted = compared > COUNTED / 2;
    comparisons = counted ? compared - COUNTED : compared;
    if (comparisons == NEXT_IS_VALUE) {
      comparisons = NEXT_IS_KEY;
      return;
    } else if (comparisons == 0) {
      return;
    }
    if (cyclic && counted) {
      own = Math.max(own, new CycleSteps().of(object));
    }
    if (comparisons == NEXT_IS_KEY) {
      comparisons = NEXT_IS_VALUE;
      charge(own);
    } else {
      boolean isEndless = own > CycleSteps.INFINITE / comparisons;
      charge(isEndless ? CycleSteps.INFINITE : own * comparisons);
    }
  }

  /** An object without parts is empty, or a repetition, or incomplete. */
  private long stepsOf(Object object) {
    if (steps == 0) {
      Long recorded = stepsOf.get(object);
      return recorded == null ? SMALL : recorded;
    }
    long own = Math.min(CycleSteps.INFINITE, 1 + steps);
    if (own > SMALL) {
      stepsOf.put(object, own);
    }
    return own;
  }

  /**
   * Charges the comparisons of a hash table whose elements have equal hash codes.
   *
   * @param type the class of the table
   * @param elements those that it has or will get; of a map, keys and values alternate
   * @param charged what was charged for this table before
   * @return what has been charged for this table by now
   * @throws UndecodableValueException if the budget is exhausted
   */
  long chargeTable(Class<?> type, List<? extends @Nullable Object> elements, long charged) {
    long all = EqualHashes.comparisons(type, elements) * STEPS_PER_EQUAL_HASH;
    charge(Math.max(0, all - charged));
    return Math.max(all, charged);
  }

  /**
   * Charges steps that follow.
   *
   * @throws UndecodableValueException if the budget is exhausted
   */
  void charge(long more) {
    work = Math.min(CycleSteps.INFINITE, work + more);
    if (work > limit) {
      throw exceeded();
    }
  }

  /** Whether the hash code of an object includes those of its parts. */
  static boolean hashesItsParts(Object object) {
    return object instanceof Collection
        || object instanceof Map
        || object instanceof Record
        || object instanceof Optional
        || object instanceof Map.Entry
        || LibraryHashCodes.includeParts(object);
  }
}
