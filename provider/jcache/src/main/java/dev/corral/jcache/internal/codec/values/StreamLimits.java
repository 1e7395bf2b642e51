package dev.corral.jcache.internal.codec.values;

import java.io.ObjectInputFilter.FilterInfo;

/**
 * The limits of one Java object stream: its depth, the slots of all its arrays and hash tables
 * together, and the {@link DecodingBudget} of the value around it. For one thread.
 */
final class StreamLimits {

  /** Far deeper than the stack of any thread allows to write. */
  private static final int MAX_DEPTH = 10_000;

  /** A hash table allocates up to 8/3 slots per entry, and an entry has at least two bytes. */
  private static final long SLOTS_PER_BYTE = 4;

  private static final int MIN_SLOTS = 1024;

  /** An object and its lock, node or empty table. */
  private static final int OBJECT_BYTES = 128;

  private final DecodingBudget budget;
  private long slots;

  /**
   * The limits of a stream.
   *
   * @param length its number of bytes
   */
  StreamLimits(int length, DecodingBudget budget) {
    this.budget = budget;
    this.slots = SLOTS_PER_BYTE * length + MIN_SLOTS;
  }

  /**
   * Whether the stream may go on, before it creates an object or an array.
   *
   * @throws dev.corral.jcache.codec.UndecodableValueException if the budget is exhausted
   */
  boolean allow(FilterInfo info) {
    if (info.depth() > MAX_DEPTH) {
      return false;
    }
    long length = info.arrayLength();
    if (length < 0) {
      budget.allocate(OBJECT_BYTES);
      return true;
    }
    slots -= length;
    if (slots < 0) {
      return false;
    }
    budget.allocate(length * Long.BYTES);
    return true;
  }
}
