package dev.corral.jcache.internal.pipeline.near;

import dev.corral.jcache.internal.feed.NearCacheLease;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the near cache, as it was read from Redis.
 *
 * @param <V> the type of the value
 */
final class NearEntry<V> {

  private final @Nullable V shared;
  private final byte[] bytes;
  private final int weight;
  private final NearCacheLease lease;
  private final int epoch;
  private final long endNanos;
  private volatile boolean invalidated;

  /**
   * @param shared the value if it is immutable, so that all readers can share it; otherwise null
   * @param bytes the bytes of the value; empty if the value is shared
   * @param weight the approximate size in bytes
   * @param lease the lease of the bucket
   * @param epoch the epoch of the bucket before the entry was read
   * @param endNanos when the entry must no longer be used, by the JVM's monotonic clock
   */
  NearEntry(
      @Nullable V shared,
      byte[] bytes,
      int weight,
      NearCacheLease lease,
      int epoch,
      long endNanos) {
    this.shared = shared;
    this.bytes = bytes;
    this.weight = weight;
    this.lease = lease;
    this.epoch = epoch;
    this.endNanos = endNanos;
  }

  /** The value that all readers share; null if each reader decodes its own from the bytes. */
  @Nullable V shared() {
    return shared;
  }

  byte[] bytes() {
    return bytes;
  }

  int weight() {
    return weight;
  }

  NearCacheLease lease() {
    return lease;
  }

  /**
   * Whether the entry may be used now. To be called after {@link NearCacheLease#isValid}: since the
   * reader found the entry, it may have been invalidated, and the lease renewed after that.
   */
  boolean isUsable(long nowNanos) {
    return epoch == lease.epoch() && nowNanos - endNanos < 0 && !invalidated;
  }

  /** Makes the entry unusable, also for readers that have found it already. */
  void invalidate() {
    invalidated = true;
  }
}
