package dev.corral.jcache.internal.pipeline.loading;

import java.util.concurrent.atomic.LongAdder;

/** What was loaded, waited for and served instead, in this JVM since the cache was opened. */
public final class LoadStatistics {

  final LongAdder loads = new LongAdder();
  final LongAdder failures = new LongAdder();
  final LongAdder waitsInJvm = new LongAdder();
  final LongAdder waitsInCluster = new LongAdder();
  final LongAdder lockTimeouts = new LongAdder();
  final LongAdder earlyRefreshes = new LongAdder();
  final LongAdder staleServed = new LongAdder();
  final LongAdder negativeHits = new LongAdder();
  final LongAdder discardedLoads = new LongAdder();

  /** Keys that the loader was asked for. */
  public long loads() {
    return loads.sum();
  }

  /** Calls of the loader that failed. */
  public long failures() {
    return failures.sum();
  }

  /** Callers that waited for a load by another thread of this JVM. */
  public long waitsInJvm() {
    return waitsInJvm.sum();
  }

  /** Loads that were spared because another JVM had loaded the key meanwhile. */
  public long waitsInCluster() {
    return waitsInCluster.sum();
  }

  /** Loads that went ahead although another JVM seemed to load the key, or Redis had no lock. */
  public long lockTimeouts() {
    return lockTimeouts.sum();
  }

  /** Entries that were refreshed in the background before they expired, or while stale. */
  public long earlyRefreshes() {
    return earlyRefreshes.sum();
  }

  /** Expired values that were served. */
  public long staleServed() {
    return staleServed.sum();
  }

  /** Misses that were answered without the loader, because it is known to have no such key. */
  public long negativeHits() {
    return negativeHits.sum();
  }

  /** Loaded values that were not stored, because the key was written, removed or cleared since. */
  public long discardedLoads() {
    return discardedLoads.sum();
  }
}
