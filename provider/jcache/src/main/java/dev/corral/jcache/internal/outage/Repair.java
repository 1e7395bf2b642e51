package dev.corral.jcache.internal.outage;

import org.jspecify.annotations.Nullable;

/**
 * What is to be put right under one key when Redis is back: its entry is removed.
 *
 * @param key as a text
 * @param written a change that the database got while an older one of the key may have waited in
 *     Redis, and must not come after it; null if there is none, or no such queue
 */
public record Repair(String key, @Nullable Written written) {

  /**
   * A change that the database has.
   *
   * @param value as it is stored; empty if it is a removal
   * @param nanos a time at which the database had it, of the JVM's monotonic clock
   */
  public record Written(boolean removal, byte[] value, long nanos) {}

  int bytes() {
    return written == null ? 0 : written.value().length;
  }

  /** What is left to do if this comes after another one of the same key. */
  Repair after(@Nullable Repair earlier) {
    return written == null && earlier != null ? earlier : this;
  }
}
