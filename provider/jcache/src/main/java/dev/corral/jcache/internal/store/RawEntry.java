package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.redis.Envelope;
import org.jspecify.annotations.Nullable;

/**
 * The stored bytes of an entry, read together with the generation of its bucket.
 *
 * @param generation of the bucket; 0 if there is none, and then there is no entry either
 * @param entry of this generation or another one; null if nothing is stored
 */
public record RawEntry(long generation, byte @Nullable [] entry) {

  public static final RawEntry NONE = new RawEntry(0, null);

  private static final byte[] NO_BYTES = {};

  /** The numbers from here on are damaged; numberAt in time.lua has the same limit. */
  private static final long TOO_LARGE = 9_000_000_000_000_000L;

  /** Whether bytes are stored that have tags. */
  boolean hasTags() {
    return entry != null && Envelope.hasTags(entry);
  }

  /** The bytes; empty if nothing is stored. */
  byte[] bytes() {
    return entry == null ? NO_BYTES : entry;
  }

  public static RawEntry of(byte @Nullable [] generation, byte @Nullable [] entry) {
    long number = generation == null || entry == null ? 0 : number(generation);
    return number == 0 ? NONE : new RawEntry(number, entry);
  }

  /** The number of a generation; 0 if it is damaged, so that it counts as missing. */
  public static long number(byte[] generation) {
    long number = 0;
    for (byte digit : generation) {
      if (digit < '0' || digit > '9') {
        return 0;
      }
      number = 10 * number + digit - '0';
      if (number >= TOO_LARGE) {
        return 0;
      }
    }
    return number;
  }
}
