package dev.corral.jcache.internal.outage;

import org.jspecify.annotations.Nullable;

/**
 * The repair of one key after an outage: its entry is removed from Redis.
 *
 * @param key the canonical key text
 * @param written the change that the database got; an older queued write of the key must not be
 *     written after it. Null if the database got none, or if the cache has no queue
 */
public record Repair(String key, @Nullable Written written) {

  /**
   * A change that the database has.
   *
   * @param value the stored bytes; empty for a removal
   * @param nanos a time by which the database had it, of the JVM's monotonic clock
   */
  public record Written(boolean removal, byte[] value, long nanos) {}

  int bytes() {
    return written == null ? 0 : written.value().length;
  }

  /** This repair and an earlier one of the same key, as one repair. */
  Repair after(@Nullable Repair earlier) {
    return written == null && earlier != null ? earlier : this;
  }
}
