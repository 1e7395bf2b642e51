package dev.corral.jcache;

import java.time.Duration;

/**
 * The near cache of this JVM: its size, and counters since the cache was opened. Immutable.
 *
 * @param entries current number of entries
 * @param reads how reads were answered
 * @param invalidations entries that were removed because of a change, in this JVM or in another one
 * @param droppedFills entries that were read from Redis and not stored, because they changed in
 *     between
 * @param gaps missing invalidations that were detected; each gap empties the near cache for one
 *     bucket
 */
public record NearCacheStatistics(
    long entries, Reads reads, long invalidations, long droppedFills, long gaps) {

  /**
   * How reads were answered.
   *
   * @param hits reads that the near cache answered; counted while statistics are enabled
   * @param misses reads that the near cache did not answer, including the bypasses
   * @param bypasses reads that went to Redis because no near-cache lease was valid
   * @param bypassed the time in which reads were bypasses, summed over all buckets
   */
  public record Reads(long hits, long misses, long bypasses, Duration bypassed) {}

  /** The statistics of a cache without a near cache. */
  public static final NearCacheStatistics NONE =
      new NearCacheStatistics(0, new Reads(0, 0, 0, Duration.ZERO), 0, 0, 0);

  /** Reads that the near cache answered; counted while statistics are enabled. */
  public long hits() {
    return reads.hits();
  }

  /** Reads that the near cache did not answer, including the bypasses. */
  public long misses() {
    return reads.misses();
  }

  /** Reads that went to Redis because no near-cache lease was valid. */
  public long bypasses() {
    return reads.bypasses();
  }

  /** The time in which reads were bypasses, summed over all buckets. */
  public Duration bypassed() {
    return reads.bypassed();
  }
}
