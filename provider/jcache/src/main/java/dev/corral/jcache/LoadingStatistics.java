package dev.corral.jcache;

/**
 * The counters of the loader, in this JVM since the cache was opened. Immutable.
 *
 * @param loads keys that the loader was called for
 * @param failures calls of the loader that failed
 * @param waitsInJvm callers that waited for a load by another thread of this JVM
 * @param waitsInCluster loads that were not necessary, because another JVM had loaded the key
 * @param lockTimeouts loads that ran without the load lock of their key: another JVM held it longer
 *     than {@code lockWait}, or Redis did not grant it
 * @param earlyRefreshes entries that were refreshed in the background, before their expiry or after
 * @param staleServed expired values that were served
 * @param negativeHits misses that a negative entry answered without the loader
 * @param discardedLoads loaded values that were not stored, because the key was written, removed or
 *     cleared in between
 * @param pending keys that running {@code loadAll} calls have not processed yet
 */
public record LoadingStatistics(
    long loads,
    long failures,
    long waitsInJvm,
    long waitsInCluster,
    long lockTimeouts,
    long earlyRefreshes,
    long staleServed,
    long negativeHits,
    long discardedLoads,
    long pending) {

  /** The statistics of a cache without a loader. */
  public static final LoadingStatistics NONE = new LoadingStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
