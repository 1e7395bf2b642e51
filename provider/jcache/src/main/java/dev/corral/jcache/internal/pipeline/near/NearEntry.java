package dev.corral.jcache.internal.pipeline.near;

import dev.corral.jcache.internal.feed.NearCacheLease;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it stood in Redis when it was read.
 *
 * @param <V> the type of the value
 */
final class NearEntry<V> {

  private final @Nullable V shared;
  private final byte[] bytes;
  private final int weight;
  private final NearCacheLease bucket;
  private final int epoch;
  private final long endNanos;
  private volatile boolean gone;

  /**
   * @param shared the value, if it can be handed out again and again
   * @param bytes the value as it stands in Redis; empty if it is shared
   * @param weight how many bytes it takes, roughly
   * @param endNanos until when it may be used, by the JVM's monotonic clock
   */
  NearEntry(
      @Nullable V shared,
      byte[] bytes,
      int weight,
      NearCacheLease bucket,
      int epoch,
      long endNanos) {
    this.shared = shared;
    this.bytes = bytes;
    this.weight = weight;
    this.bucket = bucket;
    this.epoch = epoch;
    this.endNanos = endNanos;
  }

  /** Null if each reader gets a value of his own, out of {@link #bytes}. */
  @Nullable V shared() {
    return shared;
  }

  byte[] bytes() {
    return bytes;
  }

  int weight() {
    return weight;
  }

  NearCacheLease bucket() {
    return bucket;
  }

  /**
   * Whether it is still what stands in Redis, provided that its bucket was found current first.
   * Whoever found the entry before it was forgotten, and its bucket current only after that, finds
   * out here.
   */
  boolean isValid(long nowNanos) {
    return epoch == bucket.epoch() && nowNanos - endNanos < 0 && !gone;
  }

  /** It is not to be used any more, even by those who found it already. */
  void forget() {
    gone = true;
  }
}
