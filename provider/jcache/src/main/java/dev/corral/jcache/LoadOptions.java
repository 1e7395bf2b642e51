package dev.corral.jcache;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a cache loads: what holds a stampede back, what is served meanwhile, and what is remembered.
 * Immutable; begin with {@link #DEFAULTS}.
 *
 * @param lockWait how long a load waits for a load of the same key in another JVM before it loads
 *     anyway; default 15 s, so that the lock of a JVM that died ends before
 * @param softTimeout after how long a stale value is served instead of waiting for the loader;
 *     default none
 * @param hardTimeout after how long a load that has nothing to serve instead fails with {@link
 *     javax.cache.integration.CacheLoaderException}; default none
 * @param earlyRefresh β of XFetch: how early an entry is refreshed before it expires; 1 is the
 *     published optimum, greater is earlier, and 0, the default, is off
 * @param grace how long after its expiry an entry is served while it is refreshed in the
 *     background; default zero
 * @param keep how long after expiry and grace an entry is served if the loader fails; default zero
 * @param retryInterval how long a loader that failed is left alone while a kept entry is served;
 *     default 1 s
 * @param negativeTimeToLive how long it is remembered that the loader knows no such key; default:
 *     not at all
 */
public record LoadOptions(
    Duration lockWait,
    @Nullable Duration softTimeout,
    @Nullable Duration hardTimeout,
    double earlyRefresh,
    Duration grace,
    Duration keep,
    Duration retryInterval,
    @Nullable Duration negativeTimeToLive)
    implements Serializable {

  /** One load per key in the cluster; nothing else is changed. */
  public static final LoadOptions DEFAULTS =
      new LoadOptions(
          Duration.ofSeconds(15),
          null,
          null,
          0,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofSeconds(1),
          null);

  /** Refuses negative times. */
  public LoadOptions {
    requireTime("lockWait", lockWait);
    requireTime("softTimeout", softTimeout);
    requireTime("hardTimeout", hardTimeout);
    requireTime("grace", grace);
    requireTime("keep", keep);
    requireTime("retryInterval", retryInterval);
    requireTime("negativeTimeToLive", negativeTimeToLive);
    if (!(earlyRefresh >= 0 && earlyRefresh <= 1_000)) {
      throw new IllegalArgumentException(
          "earlyRefresh: %s is not from 0 to 1000".formatted(earlyRefresh));
    }
  }

  private static void requireTime(String name, @Nullable Duration time) {
    if (time != null && time.isNegative()) {
      throw new IllegalArgumentException("%s: %s is negative".formatted(name, time));
    }
  }

  /** How long an entry is kept in Redis beyond its expiry. */
  public Duration retention() {
    return grace.plus(keep);
  }

  public LoadOptions withLockWait(Duration wait) {
    return new LoadOptions(
        wait,
        softTimeout,
        hardTimeout,
        earlyRefresh,
        grace,
        keep,
        retryInterval,
        negativeTimeToLive);
  }

  /** With both time-outs; either may be null for none. */
  public LoadOptions withTimeouts(@Nullable Duration soft, @Nullable Duration hard) {
    return new LoadOptions(
        lockWait, soft, hard, earlyRefresh, grace, keep, retryInterval, negativeTimeToLive);
  }

  public LoadOptions withEarlyRefresh(double beta) {
    return new LoadOptions(
        lockWait, softTimeout, hardTimeout, beta, grace, keep, retryInterval, negativeTimeToLive);
  }

  /** With stale values: served while refreshed, then served only if the loader fails. */
  public LoadOptions withStale(Duration servedWhileRefreshed, Duration servedOnFailure) {
    return new LoadOptions(
        lockWait,
        softTimeout,
        hardTimeout,
        earlyRefresh,
        servedWhileRefreshed,
        servedOnFailure,
        retryInterval,
        negativeTimeToLive);
  }

  public LoadOptions withRetryInterval(Duration interval) {
    return new LoadOptions(
        lockWait,
        softTimeout,
        hardTimeout,
        earlyRefresh,
        grace,
        keep,
        interval,
        negativeTimeToLive);
  }

  public LoadOptions withNegativeTimeToLive(Duration timeToLive) {
    return new LoadOptions(
        lockWait, softTimeout, hardTimeout, earlyRefresh, grace, keep, retryInterval, timeToLive);
  }
}
