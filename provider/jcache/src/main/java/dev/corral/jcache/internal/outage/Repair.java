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
   * A change that the database has. Both times are those of {@link
   * dev.corral.jcache.internal.store.ChangeOrder}.
   *
   * @param value the stored bytes; empty for a removal
   * @param begunNanos a time at which the writer was not called yet
   * @param number the number of the change, taken after the writer returned
   */
  public record Written(boolean removal, byte[] value, long begunNanos, long number) {}

  int bytes() {
    return written == null ? 0 : written.value().length;
  }

  /** This repair and another one of the same key, as one repair: the later change counts. */
  Repair mergedWith(Repair other) {
    if (written == null) {
      return other;
    }
    return other.written == null || other.written.number() < written.number() ? this : other;
  }
}
