package dev.corral.jcache;

import java.time.Duration;

/**
 * What the near cache of this JVM did since the cache was opened.
 *
 * @param entries how many it keeps now
 * @param hits reads that it answered, as long as statistics are enabled
 * @param misses reads of what it did not have, or might not use
 * @param bypasses reads of what it had but might not use, because it could not tell in time whether
 *     that had changed
 * @param invalidations entries that it forgot because they changed
 * @param droppedFills entries that were read and not kept, because they changed meanwhile
 * @param gaps how often news of changes were missing, so that all of a bucket was forgotten
 * @param bypassed how long reads were {@code bypasses}, summed over the buckets
 */
public record NearCacheStatistics(
    long entries,
    long hits,
    long misses,
    long bypasses,
    long invalidations,
    long droppedFills,
    long gaps,
    Duration bypassed) {

  /** There is no near cache. */
  public static final NearCacheStatistics NONE =
      new NearCacheStatistics(0, 0, 0, 0, 0, 0, 0, Duration.ZERO);
}
