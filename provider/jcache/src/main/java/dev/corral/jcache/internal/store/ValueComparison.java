package dev.corral.jcache.internal.store;

import dev.corral.jcache.VerifyOptions.Comparison;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compares a cached value with a loaded one, as it would be after it was stored. A result is only
 * given if equal values are known to be found equal. Safe for many threads.
 *
 * @param codec converts values to bytes and back
 */
public record ValueComparison<V>(EntryCodec<?, V> codec, Comparison comparison) {

  /** How often a value is encoded, to find out whether its bytes are always the same. */
  private static final int ROUNDS = 8;

  /** The result of a comparison. */
  public enum Result {
    SAME,
    DIFFERENT,
    /** Neither {@code equals} nor the bytes tell whether two values are the same. */
    UNKNOWN
  }

  /**
   * Compares two values.
   *
   * @param cached null for a negative entry
   * @param loaded null if the loader has no value for the key
   */
  public Result compare(@Nullable V cached, @Nullable V loaded) {
    if (cached == null || loaded == null) {
      return cached == null && loaded == null ? Result.SAME : Result.DIFFERENT;
    }
    byte[] bytes = codec.bytes(loaded);
    if (comparison == Comparison.EQUALS) {
      V stored = codec.value(bytes, 0);
      if (Objects.deepEquals(cached, loaded) || Objects.deepEquals(cached, stored)) {
        return Result.SAME;
      }
      if (Objects.deepEquals(stored, codec.value(bytes, 0))) {
        return Result.DIFFERENT;
      }
    }
    return compareBytes(codec.bytes(cached), bytes);
  }

  /**
   * A set of objects without {@code hashCode} may have another order in each copy, and an encrypted
   * value has other bytes each time. Then different bytes say nothing.
   */
  private Result compareBytes(byte[] ofCached, byte[] loaded) {
    byte[] first = ofLoaded(loaded);
    byte[] next = first;
    for (int i = 1; i < ROUNDS && !Arrays.equals(next, ofCached); i++) {
      next = ofLoaded(loaded);
      if (!Arrays.equals(next, first)) {
        return Result.UNKNOWN;
      }
    }
    if (Arrays.equals(next, ofCached)) {
      return Result.SAME;
    }
    return haveSameBytesInAnotherOrder(ofCached, first) ? Result.UNKNOWN : Result.DIFFERENT;
  }

  private byte[] ofLoaded(byte[] loaded) {
    return codec.bytes(codec.value(loaded, 0));
  }

  /** As those of two sets of the same elements, which were added in another order. */
  private static boolean haveSameBytesInAnotherOrder(byte[] one, byte[] other) {
    byte[] ofOne = one.clone();
    byte[] ofOther = other.clone();
    Arrays.sort(ofOne);
    Arrays.sort(ofOther);
    return Arrays.equals(ofOne, ofOther);
  }
}
