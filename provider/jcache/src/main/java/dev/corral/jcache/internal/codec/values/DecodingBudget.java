package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;

/**
 * The heap that decoding one value may allocate: 64 bytes for each stored byte, or an absolute
 * number of bytes, whichever is larger. Every allocation is charged before it happens, with an
 * upper bound of its size. For one thread.
 *
 * <p>No charge exceeds 64 bytes for each byte that it consumes. So only a compressed value, whose
 * stored bytes are fewer than those that are decoded, can exhaust the budget; see {@link
 * CompressingCodec#encode}. An element takes at least one byte, so all element counts of a value
 * together are at most its length; that bounds the damage of forged counts.
 */
final class DecodingBudget {

  /** An object without its fields and elements. */
  static final int OBJECT_BYTES = 32;

  /** One field of an object. */
  static final int FIELD_BYTES = 8;

  /** What an empty container has in addition to an object, such as the table of a hash map. */
  private static final int CONTAINER_BYTES = 64;

  /** The share of one element in its container; the largest is that of a LinkedHashSet. */
  private static final int ELEMENT_BYTES = 56;

  private static final long BYTES_PER_STORED_BYTE = 64;

  private final long maxBytes;
  private long bytes;
  private long elements;

  /**
   * A budget for values that are decoded one after another.
   *
   * @param maxBytes what every value may allocate, however short it is
   */
  DecodingBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** What decoding a value of this stored length may allocate. */
  static long limit(long storedBytes, long maxBytes) {
    return Math.max(maxBytes, storedBytes * BYTES_PER_STORED_BYTE);
  }

  /**
   * Starts the budget of one value.
   *
   * @param storedBytes the length of the value in Redis
   * @param plainBytes the length of the value after decompression
   */
  void open(int storedBytes, int plainBytes) {
    bytes = limit(storedBytes, maxBytes);
    elements = plainBytes;
    if (plainBytes > storedBytes) {
      allocate(plainBytes);
    }
  }

  /**
   * Charges an allocation that follows.
   *
   * @throws UndecodableValueException if the budget is exhausted
   */
  void allocate(long size) {
    bytes -= size;
    if (bytes < 0) {
      throw new UndecodableValueException(
          "Decoding a stored value would allocate too much memory; if the value is not damaged,"
              + " increase defaults.max-decoded-size",
          null);
    }
  }

  /**
   * Charges a container that is about to be created.
   *
   * @param count the number of its elements
   * @throws UndecodableValueException if the budget is exhausted, or if the value is too short for
   *     the elements of all its containers
   */
  void addContainer(int count) {
    elements -= count;
    if (elements < 0) {
      throw new UndecodableValueException("The stored lengths exceed the stored bytes", null);
    }
    allocate(CONTAINER_BYTES + (long) count * ELEMENT_BYTES);
  }
}
