package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.util.MapReferenceResolver;
import com.esotericsoftware.kryo.kryo5.util.Util;
import dev.corral.jcache.codec.UndecodableValueException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The references between the objects of one graph, while it is written or read. Objects are
 * numbered in the order in which they begin, the same when writing and when reading.
 *
 * <p>It knows the path, which is the objects that have begun and not ended. A reference to one of
 * them closes a cycle. Cycles are where reading may fail although writing succeeds:
 *
 * <ul>
 *   <li>An object that is created from its parts, such as a record, does not exist yet when one of
 *       its parts refers to it. Writing refuses this.
 *   <li>A hash table needs the hash codes of its elements, which may depend on an object of the
 *       cycle that is not complete. Reading adds such elements when the cycle is complete.
 * </ul>
 *
 * <p>For one thread.
 */
final class GraphReferences extends MapReferenceResolver {

  private static final int NONE = Integer.MAX_VALUE;

  /** How an object is created and filled. */
  enum Kind {
    /** It is created before its parts are read, and runs no code that depends on them. */
    PLAIN,
    /** It is created first, but runs code of its parts: {@code hashCode}, {@code readObject}. */
    SENSITIVE,
    /** It is created from its parts. */
    LATE
  }

  private final Predicate<Class<?>> isValue;
  private @Nullable Class<?> lastType;
  private boolean lastHasIdentity;

  private int[] path = new int[32];
  private Kind[] kinds = new Kind[32];

  /** For each object of the path, the first incomplete one on which its parts depend so far. */
  private int[] dependsOn = new int[32];

  private int height;

  /** The same for the complete objects that depend on an incomplete one. */
  private final Map<Integer, Integer> waiting = new HashMap<>();

  private boolean hasCycle;
  private boolean hasSensitiveObject;
  private boolean hasDelicateCycle;
  private int lowest = NONE;
  private final BitSet closedCycles = new BitSet();
  private final List<DeferredFill> deferred = new ArrayList<>();
  private int lowestDeferred = NONE;

  /**
   * The references of one Kryo.
   *
   * @param isValue whether the instances of a class are immutable values without parts
   */
  GraphReferences(Predicate<Class<?>> isValue) {
    this.isValue = isValue;
  }

  /** Remembers the last result, because consecutive objects often have the same class. */
  @Override
  @SuppressWarnings("rawtypes")
  public boolean useReferences(Class type) {
    if (type != lastType) {
      lastHasIdentity = hasIdentity(type);
      lastType = type;
    }
    return lastHasIdentity;
  }

  private boolean hasIdentity(Class<?> type) {
    return !Util.isWrapperClass(type)
        && !type.isPrimitive()
        && !Util.isEnum(type)
        && !isValue.test(type);
  }

  // ---- The path.

  @Override
  public int addWrittenObject(Object object) {
    int id = super.addWrittenObject(object);
    push(id);
    return id;
  }

  @Override
  @SuppressWarnings("rawtypes")
  public int nextReadId(Class type) {
    int id = super.nextReadId(type);
    push(id);
    return id;
  }

  private void push(int id) {
    if (height == path.length) {
      path = Arrays.copyOf(path, 2 * height);
      kinds = Arrays.copyOf(kinds, 2 * height);
      dependsOn = Arrays.copyOf(dependsOn, 2 * height);
    }
    path[height] = id;
    dependsOn[height] = NONE;
    kinds[height++] = Kind.PLAIN;
  }

  /** The length of the path. */
  int height() {
    return height;
  }

  /** Ends the objects that have begun since the path had this length. */
  void leave(int height) {
    while (this.height > height) {
      this.height--;
      int first = dependsOn[this.height];
      if (first < path[this.height]) {
        waiting.put(path[this.height], first);
        dependOn(first);
      }
    }
  }

  /** The object that has begun last depends on an incomplete one. */
  private void dependOn(int first) {
    if (height > 0) {
      dependsOn[height - 1] = Math.min(dependsOn[height - 1], first);
    }
  }

  /** The number of the object that has begun last. */
  int current() {
    return path[height - 1];
  }

  /** States the kind of the object that has begun last. */
  void mark(Kind kind) {
    if (height > 0) {
      kinds[height - 1] = kind;
      hasSensitiveObject |= kind != Kind.PLAIN;
    }
  }

  /** The position in the path; negative if the object has ended. */
  private int positionOf(int id) {
    return Arrays.binarySearch(path, 0, height, id);
  }

  // ---- Writing.

  /**
   * The number of an object that was written before; -1 if it was not.
   *
   * @throws CacheException if the reference cannot be read
   */
  @Override
  public int getWrittenId(Object object) {
    int id = super.getWrittenId(object);
    int position = id < 0 ? -1 : positionOf(id);
    if (position >= 0) {
      checkCycle(position, object);
    }
    return id;
  }

  private void checkCycle(int position, Object object) {
    if (kinds[position] == Kind.LATE) {
      throw new CacheException(
          "An object of class "
              + object.getClass().getName()
              + " cannot be stored: it contains itself, but it has to be created after its parts,"
              + " as records, immutable collections and replaced objects are");
    }
    hasCycle = true;
    for (int i = position; i < height; i++) {
      hasDelicateCycle |= kinds[i] != Kind.PLAIN;
    }
  }

  /**
   * Whether a cycle was written that is only known to be readable after it was read: one with a
   * sensitive object, or one whose objects may occur again in such an object.
   */
  boolean hasDelicateCycle() {
    return hasDelicateCycle || (hasCycle && hasSensitiveObject);
  }

  // ---- Reading.

  @Override
  @SuppressWarnings("rawtypes")
  public Object getReadObject(Class type, int id) {
    @Nullable Object known = super.getReadObject(type, id);
    if (known == null) {
      throw new UndecodableValueException(
          "A stored record or immutable collection contains itself", null);
    }
    if (positionOf(id) >= 0) {
      lowest = Math.min(lowest, id);
      dependOn(id);
      closedCycles.set(id);
    } else {
      lowest = Math.min(lowest, lowestDeferred);
      int first = waiting.getOrDefault(id, NONE);
      if (first != NONE && positionOf(first) >= 0) {
        dependOn(first);
      }
    }
    return known;
  }

  /** Whether a cycle was closed by a reference. */
  boolean hasCycle() {
    return !closedCycles.isEmpty();
  }

  /** Whether a cycle was closed by a reference to this object. */
  boolean closesCycle(int id) {
    return closedCycles.get(id);
  }

  /**
   * Begins to watch for references to objects of the path.
   *
   * @return what {@link #endScope} needs
   */
  int beginScope() {
    int outer = lowest;
    lowest = NONE;
    return outer;
  }

  /**
   * The number of the first incomplete object to which there was a reference since {@link
   * #beginScope}, or on which the parts of the current object depend; if there is none, larger than
   * every number. The hash codes of the parts may change until that object is complete.
   */
  int firstIncomplete() {
    return height == 0 ? lowest : Math.min(lowest, dependsOn[height - 1]);
  }

  /** Whether there is an object of {@link #firstIncomplete}. */
  boolean dependsOnIncomplete() {
    return firstIncomplete() != NONE;
  }

  /**
   * The number of the first incomplete object to which there was a reference since {@link
   * #beginScope}; if there is none, larger than every number.
   */
  int firstReferred() {
    return lowest;
  }

  void endScope(int outer) {
    lowest = Math.min(lowest, outer);
  }

  /** Adds the elements of a container when the cycle around it is complete. */
  void defer(DeferredFill fill) {
    deferred.add(fill);
    lowestDeferred = Math.min(lowestDeferred, fill.cycle());
  }

  /** The number of containers whose elements have not been added. */
  int deferredFills() {
    return deferred.size();
  }

  /**
   * Adds elements after an object has ended, unless it depends on an incomplete one.
   *
   * @param before the number of such containers before these objects began
   * @param hashing the budget of the graph
   */
  void completeCycles(int before, HashingBudget hashing) {
    int last = height == 0 ? -1 : path[height - 1];
    List<DeferredFill> recent = deferred.subList(before, deferred.size());
    List<DeferredFill> due = new ArrayList<>();
    for (DeferredFill each : recent) {
      if (each.cycle() > last) {
        due.add(each);
      }
    }
    if (due.isEmpty()) {
      return;
    }
    recent.removeIf(each -> each.cycle() > last);
    lowestDeferred = deferred.isEmpty() ? NONE : lowestDeferred;
    int first = waiting.getOrDefault(path[height], NONE);
    if (first <= last) {
      due.forEach(each -> defer(each.until(first)));
    } else {
      DeferredFill.complete(due, hashing);
    }
  }

  @Override
  public void reset() {
    super.reset();
    height = 0;
    lowest = NONE;
    closedCycles.clear();
    waiting.clear();
    deferred.clear();
    lowestDeferred = NONE;
  }

  /** Forgets what was found in the graphs that were written before. */
  void beginWriting() {
    hasCycle = false;
    hasSensitiveObject = false;
    hasDelicateCycle = false;
  }
}
