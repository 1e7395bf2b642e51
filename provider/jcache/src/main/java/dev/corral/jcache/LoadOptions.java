package dev.corral.jcache;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The options of a cache with a loader. Immutable; start with {@link #DEFAULTS}.
 *
 * <p>No time may be negative. {@code null} turns an option off where this page says so.
 *
 * @param lockWait maximum wait for a load of the same key in another JVM; then this JVM loads the
 *     key, too. Default: 15 s, longer than the lease of the load lock of a JVM that has died
 * @param timeouts how long callers wait for the loader. Default: no limit
 * @param earlyRefresh β of XFetch, from 0 to 1000: how early entries are refreshed before they
 *     expire. 1 is the published optimum, greater is earlier. Default: 0, which is off
 * @param grace how long after its expiry an entry is served while it is refreshed in the
 *     background. Default: zero
 * @param keep how long after expiry and grace an entry is served if the loader fails or is slow.
 *     Default: zero
 * @param retryInterval after a failed load, how long a stale entry is served without another load.
 *     Default: 1 s
 * @param negativeTimeToLive how long Corral remembers that the loader has no value for a key.
 *     Default: null, which is not at all
 */
public record LoadOptions(
    Duration lockWait,
    Timeouts timeouts,
    double earlyRefresh,
    Duration grace,
    Duration keep,
    Duration retryInterval,
    @Nullable Duration negativeTimeToLive)
    implements Serializable {

  /**
   * How long callers wait for the loader. The load continues in the background.
   *
   * @param softTimeout maximum wait, after which a stale value is served; null for no limit
   * @param hardTimeout maximum wait, after which a call without a stale value fails with {@link
   *     javax.cache.integration.CacheLoaderException}; null for no limit
   */
  public record Timeouts(@Nullable Duration softTimeout, @Nullable Duration hardTimeout)
      implements Serializable {

    /** Callers wait until the loader returns. */
    public static final Timeouts NONE = new Timeouts(null, null);

    /**
     * Checks the timeouts.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public Timeouts {
      requireTime("softTimeout", softTimeout);
      requireTime("hardTimeout", hardTimeout);
    }
  }

  /** One load per key in the cluster, and no other feature. */
  public static final LoadOptions DEFAULTS =
      new LoadOptions(
          Duration.ofSeconds(15),
          Timeouts.NONE,
          0,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofSeconds(1),
          null);

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if a time is negative or {@code earlyRefresh} is out of range
   */
  public LoadOptions {
    requireTime("lockWait", lockWait);
    requireTime("grace", grace);
    requireTime("keep", keep);
    requireTime("retryInterval", retryInterval);
    requireTime("negativeTimeToLive", negativeTimeToLive);
    if (!(earlyRefresh >= 0 && earlyRefresh <= 1_000)) {
      throw new IllegalArgumentException(
          "earlyRefresh must be from 0 to 1000, not %s".formatted(earlyRefresh));
    }
  }

  private static void requireTime(String name, @Nullable Duration time) {
    if (time != null && time.isNegative()) {
      throw new IllegalArgumentException("%s must not be negative: %s".formatted(name, time));
    }
  }

  /** The soft timeout; null for no limit. */
  public @Nullable Duration softTimeout() {
    return timeouts.softTimeout();
  }

  /** The hard timeout; null for no limit. */
  public @Nullable Duration hardTimeout() {
    return timeouts.hardTimeout();
  }

  /** How long an entry remains in Redis after its expiry: grace and keep. */
  public Duration retention() {
    return grace.plus(keep);
  }

  /** These options with another maximum wait for a load in another JVM. */
  public LoadOptions withLockWait(Duration wait) {
    return new LoadOptions(
        wait, timeouts, earlyRefresh, grace, keep, retryInterval, negativeTimeToLive);
  }

  /**
   * These options with other timeouts.
   *
   * @param soft null for no limit
   * @param hard null for no limit
   */
  public LoadOptions withTimeouts(@Nullable Duration soft, @Nullable Duration hard) {
    Timeouts other = new Timeouts(soft, hard);
    return new LoadOptions(
        lockWait, other, earlyRefresh, grace, keep, retryInterval, negativeTimeToLive);
  }

  /** These options with another β of XFetch; 0 turns early refresh off. */
  public LoadOptions withEarlyRefresh(double beta) {
    return new LoadOptions(
        lockWait, timeouts, beta, grace, keep, retryInterval, negativeTimeToLive);
  }

  /**
   * These options with other times in which expired entries are served.
   *
   * @param grace how long an entry is served while it is refreshed
   * @param keep how long after that an entry is served if the loader fails or is slow
   */
  public LoadOptions withStale(Duration grace, Duration keep) {
    return new LoadOptions(
        lockWait, timeouts, earlyRefresh, grace, keep, retryInterval, negativeTimeToLive);
  }

  /** These options with another pause after a failed load. */
  public LoadOptions withRetryInterval(Duration interval) {
    return new LoadOptions(
        lockWait, timeouts, earlyRefresh, grace, keep, interval, negativeTimeToLive);
  }

  /** These options with another time for which a miss of the loader is remembered. */
  public LoadOptions withNegativeTimeToLive(Duration timeToLive) {
    return new LoadOptions(
        lockWait, timeouts, earlyRefresh, grace, keep, retryInterval, timeToLive);
  }
}
