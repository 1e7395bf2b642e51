package dev.corral.jcache;

import java.time.Duration;

/**
 * The counters of the loader, in this JVM since the cache was opened. Immutable.
 *
 * @param calls the calls of the loader
 * @param waits loads that waited for another thread or JVM
 * @param withoutLoad reads that were answered without a load
 * @param earlyRefreshes entries that were refreshed in the background, before their expiry or after
 * @param discardedLoads loaded values that were not stored, because the key was written, removed or
 *     cleared in between
 * @param pending keys that running {@code loadAll} calls have not processed yet
 */
public record LoadingStatistics(
    Calls calls,
    Waits waits,
    WithoutLoad withoutLoad,
    long earlyRefreshes,
    long discardedLoads,
    long pending) {

  /**
   * The calls of the loader.
   *
   * @param keys keys that the loader was called for
   * @param failures calls that failed
   * @param time the time of all calls, summed over all threads
   */
  public record Calls(long keys, long failures, Duration time) {}

  /**
   * Loads that waited.
   *
   * @param inJvm callers that waited for a load by another thread of this JVM
   * @param inCluster loads that were not necessary, because another JVM had loaded the key
   * @param lockTimeouts loads that ran without the load lock of their key: another JVM held it
   *     longer than {@code lockWait}, or Redis did not grant it
   * @param joint misses that were loaded together with other ones; see {@link
   *     LoadOptions.Coalescing}
   * @param overBudget calls of the loader that did not happen, because they had waited too long for
   *     the {@link LoadOptions.Budget}
   */
  public record Waits(long inJvm, long inCluster, long lockTimeouts, long joint, long overBudget) {}

  /**
   * Reads that were answered without a load.
   *
   * @param stale expired values that were served
   * @param negative misses that a negative entry answered
   */
  public record WithoutLoad(long stale, long negative) {}

  /** The statistics of a cache without a loader. */
  public static final LoadingStatistics NONE =
      new LoadingStatistics(
          new Calls(0, 0, Duration.ZERO), new Waits(0, 0, 0, 0, 0), new WithoutLoad(0, 0), 0, 0, 0);

  /** Keys that the loader was called for. */
  public long loads() {
    return calls.keys();
  }

  /** Calls of the loader that failed. */
  public long failures() {
    return calls.failures();
  }

  /** The time of all calls of the loader, summed over all threads. */
  public Duration loadTime() {
    return calls.time();
  }

  /** Callers that waited for a load by another thread of this JVM. */
  public long waitsInJvm() {
    return waits.inJvm();
  }

  /** Loads that were not necessary, because another JVM had loaded the key. */
  public long waitsInCluster() {
    return waits.inCluster();
  }

  /** Loads that ran without the load lock of their key. */
  public long lockTimeouts() {
    return waits.lockTimeouts();
  }

  /** Misses that were loaded together with other ones. */
  public long jointLoads() {
    return waits.joint();
  }

  /** Calls of the loader that did not happen, because of the load budget. */
  public long overBudget() {
    return waits.overBudget();
  }

  /** Expired values that were served. */
  public long staleServed() {
    return withoutLoad.stale();
  }

  /** Misses that a negative entry answered without the loader. */
  public long negativeHits() {
    return withoutLoad.negative();
  }
}
