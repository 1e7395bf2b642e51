package dev.corral.jcache;

/**
 * What was loaded, waited for and served instead, in this JVM since the cache was opened.
 *
 * @param loads keys that the loader was asked for
 * @param failures calls of the loader that failed
 * @param waitsInJvm callers that waited for a load by another thread of this JVM
 * @param waitsInCluster loads that were spared because another JVM had loaded the key meanwhile
 * @param lockTimeouts loads that went ahead although another JVM seemed to load the key, or Redis
 *     had no lock to give
 * @param earlyRefreshes entries that were refreshed in the background, before their expiry or after
 * @param staleServed expired values that were served
 * @param negativeHits misses that were answered without the loader, because it is known to have no
 *     such key
 * @param discardedLoads loaded values that were not stored, because the key was written, removed or
 *     cleared since
 * @param pending keys of {@code loadAll} that are still to be looked at: how far those calls are
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

  /** Nothing was loaded: a cache without a loader. */
  public static final LoadingStatistics NONE = new LoadingStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
