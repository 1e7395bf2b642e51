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
 * @param refresh when entries are refreshed before they expire. Default: not at all
 * @param stale how long expired entries are served. Default: not at all
 * @param negativeTimeToLive how long Corral remembers that the loader has no value for a key.
 *     Default: null, which is not at all
 * @param coalescing joins misses of single keys into one load. Default: off
 * @param budget limits the calls of the loader. Default: no limit
 */
public record LoadOptions(
    Duration lockWait,
    Timeouts timeouts,
    Refresh refresh,
    Stale stale,
    @Nullable Duration negativeTimeToLive,
    Coalescing coalescing,
    Budget budget)
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
      Checks.requireTime("softTimeout", softTimeout);
      Checks.requireTime("hardTimeout", hardTimeout);
    }
  }

  /**
   * When live entries are refreshed in the background.
   *
   * @param earlyRefresh β of XFetch, from 0 to 1000: how early entries are refreshed before they
   *     expire. 1 is the published optimum, greater is earlier; 0 is off
   * @param refreshInterval how long after its last load an entry is loaded again by one JVM of the
   *     cluster, while it is being read. From 100 ms to 1 day; zero is off
   * @param stopRefreshAfterLastAccess a JVM stops refreshing an entry this long after its own last
   *     read of it, but not before two intervals. Positive
   * @param maxRefreshedKeys how many keys a JVM remembers for this, from 1 to 1,000,000. If more
   *     are read, it keeps those that are read most often
   */
  public record Refresh(
      double earlyRefresh,
      Duration refreshInterval,
      Duration stopRefreshAfterLastAccess,
      int maxRefreshedKeys)
      implements Serializable {

    /** No refresh before the expiry; the other options have their defaults: 10 min, 10,000 keys. */
    public static final Refresh OFF = new Refresh(0, Duration.ZERO, Duration.ofMinutes(10), 10_000);

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Refresh {
      Checks.requireTime("refreshInterval", refreshInterval);
      boolean isShort = refreshInterval.compareTo(Duration.ofMillis(100)) < 0;
      boolean isLong = refreshInterval.compareTo(Duration.ofDays(1)) > 0;
      if (!(earlyRefresh >= 0 && earlyRefresh <= 1_000)) {
        throw new IllegalArgumentException(
            "earlyRefresh must be from 0 to 1000, not %s".formatted(earlyRefresh));
      }
      if (!refreshInterval.isZero() && (isShort || isLong)) {
        throw new IllegalArgumentException(
            "refreshInterval must be 0, or from 100 ms to 1 day, not %s"
                .formatted(refreshInterval));
      }
      if (stopRefreshAfterLastAccess.isNegative() || stopRefreshAfterLastAccess.isZero()) {
        throw new IllegalArgumentException(
            "stopRefreshAfterLastAccess must be positive, not %s"
                .formatted(stopRefreshAfterLastAccess));
      }
      if (maxRefreshedKeys < 1 || maxRefreshedKeys > 1_000_000) {
        throw new IllegalArgumentException(
            "maxRefreshedKeys must be from 1 to 1000000, not %d".formatted(maxRefreshedKeys));
      }
    }

    /** Whether entries are refreshed at an interval. */
    public boolean isPeriodic() {
      return !refreshInterval.isZero();
    }
  }

  /**
   * How long expired entries are served.
   *
   * @param grace how long after its expiry an entry is served while it is refreshed in the
   *     background
   * @param keep how long after expiry and grace an entry is served if the loader fails or is slow
   * @param retryInterval after a failed load, how long a stale entry is served without another load
   */
  public record Stale(Duration grace, Duration keep, Duration retryInterval)
      implements Serializable {

    /** Expired entries are not served; the retry interval is 1 s. */
    public static final Stale NONE = new Stale(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1));

    /**
     * Checks the times.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public Stale {
      Checks.requireTime("grace", grace);
      Checks.requireTime("keep", keep);
      Checks.requireTime("retryInterval", retryInterval);
    }
  }

  /**
   * Joins the misses of single keys by different threads into one call of {@code loadAll}.
   *
   * @param coalesceWindow how long the first miss waits for others; zero is off
   * @param coalesceMaxKeys with this number of keys, the load begins before the end of the window
   */
  public record Coalescing(Duration coalesceWindow, int coalesceMaxKeys) implements Serializable {

    /** Each miss is loaded by itself. */
    public static final Coalescing OFF = new Coalescing(Duration.ZERO, 1_000);

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if the window is negative, or the number not positive
     */
    public Coalescing {
      Checks.requireTime("coalesceWindow", coalesceWindow);
      if (coalesceMaxKeys < 1) {
        throw new IllegalArgumentException(
            "coalesceMaxKeys must be positive, not %d".formatted(coalesceMaxKeys));
      }
    }

    /** Whether misses wait for others. */
    public boolean isOn() {
      return !coalesceWindow.isZero();
    }
  }

  /** For which JVMs a load budget counts together. */
  public enum BudgetScope {
    /** Each JVM has the budget for itself. */
    JVM,

    /** All JVMs share the budget; it is kept in Redis. */
    CLUSTER
  }

  /**
   * Limits the calls of the loader, to protect the database. A call that has to wait longer than
   * {@code budgetWait} serves a stale value if there is one, and fails with {@link
   * javax.cache.integration.CacheLoaderException} if there is none. A loader that reads other keys
   * of the cache uses the permit of its own call.
   *
   * @param maxLoads maximum number of calls at a time; 0 for no limit, at most 5,000
   * @param maxLoadsPerSecond maximum number of calls that begin per second, at equal distances; 0
   *     for no limit, at most 1,000,000
   * @param budgetScope whose calls count together
   * @param budgetWait the longest wait for a call
   */
  public record Budget(
      int maxLoads, int maxLoadsPerSecond, BudgetScope budgetScope, Duration budgetWait)
      implements Serializable {

    /** No limit. */
    public static final Budget NONE = new Budget(0, 0, BudgetScope.JVM, Duration.ofSeconds(5));

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if one is negative, or the rate above 1,000,000
     */
    public Budget {
      Checks.requireTime("budgetWait", budgetWait);
      if (maxLoads < 0
          || maxLoads > 5_000
          || maxLoadsPerSecond < 0
          || maxLoadsPerSecond > 1_000_000) {
        throw new IllegalArgumentException(
            "maxLoads must be from 0 to 5000, and maxLoadsPerSecond from 0 to 1000000: %d, %d"
                .formatted(maxLoads, maxLoadsPerSecond));
      }
    }

    /** Whether there is a limit. */
    public boolean isOn() {
      return maxLoads > 0 || maxLoadsPerSecond > 0;
    }
  }

  /** One load per key in the cluster, and no other feature. */
  public static final LoadOptions DEFAULTS =
      new LoadOptions(
          Duration.ofSeconds(15),
          Timeouts.NONE,
          Refresh.OFF,
          Stale.NONE,
          null,
          Coalescing.OFF,
          Budget.NONE);

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if a time is negative
   */
  public LoadOptions {
    Checks.requireTime("lockWait", lockWait);
    Checks.requireTime("negativeTimeToLive", negativeTimeToLive);
  }

  /** Apart, because the constants of this class need the nested records before it is ready. */
  private static final class Checks {

    static void requireTime(String name, @Nullable Duration time) {
      if (time != null && time.isNegative()) {
        throw new IllegalArgumentException("%s must not be negative: %s".formatted(name, time));
      }
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

  /** β of XFetch; 0 is off. */
  public double earlyRefresh() {
    return refresh.earlyRefresh();
  }

  /** How long after its last load an entry that is being read is refreshed; zero is off. */
  public Duration refreshInterval() {
    return refresh.refreshInterval();
  }

  /** How long an expired entry is served while it is refreshed. */
  public Duration grace() {
    return stale.grace();
  }

  /** How long after expiry and grace an entry is served if the loader fails or is slow. */
  public Duration keep() {
    return stale.keep();
  }

  /** After a failed load, how long a stale entry is served without another load. */
  public Duration retryInterval() {
    return stale.retryInterval();
  }

  /** How long an entry remains in Redis after its expiry: grace and keep. */
  public Duration retention() {
    return grace().plus(keep());
  }

  /** These options with another maximum wait for a load in another JVM. */
  public LoadOptions withLockWait(Duration wait) {
    return new LoadOptions(wait, timeouts, refresh, stale, negativeTimeToLive, coalescing, budget);
  }

  /**
   * These options with other timeouts.
   *
   * @param soft null for no limit
   * @param hard null for no limit
   */
  public LoadOptions withTimeouts(@Nullable Duration soft, @Nullable Duration hard) {
    Timeouts other = new Timeouts(soft, hard);
    return new LoadOptions(lockWait, other, refresh, stale, negativeTimeToLive, coalescing, budget);
  }

  /** These options with another β of XFetch; 0 turns early refresh off. */
  public LoadOptions withEarlyRefresh(double beta) {
    return with(
        new Refresh(
            beta,
            refreshInterval(),
            refresh.stopRefreshAfterLastAccess(),
            refresh.maxRefreshedKeys()));
  }

  /**
   * These options with a refresh at an interval, of entries that are being read.
   *
   * @param interval how long after its last load an entry is refreshed; zero is off
   */
  public LoadOptions withRefreshInterval(Duration interval) {
    return with(
        new Refresh(
            earlyRefresh(),
            interval,
            refresh.stopRefreshAfterLastAccess(),
            refresh.maxRefreshedKeys()));
  }

  /**
   * These options with other limits of the refresh at an interval.
   *
   * @param stopAfterLastAccess a JVM stops refreshing an entry this long after its own last read of
   *     it, but not before two intervals. Positive
   * @param maxKeys how many keys a JVM remembers for this, from 1 to 1,000,000
   */
  public LoadOptions withRefreshLimits(Duration stopAfterLastAccess, int maxKeys) {
    return with(new Refresh(earlyRefresh(), refreshInterval(), stopAfterLastAccess, maxKeys));
  }

  private LoadOptions with(Refresh other) {
    return new LoadOptions(
        lockWait, timeouts, other, stale, negativeTimeToLive, coalescing, budget);
  }

  /**
   * These options with other times in which expired entries are served.
   *
   * @param grace how long an entry is served while it is refreshed
   * @param keep how long after that an entry is served if the loader fails or is slow
   */
  public LoadOptions withStale(Duration grace, Duration keep) {
    return with(new Stale(grace, keep, retryInterval()));
  }

  /** These options with another pause after a failed load. */
  public LoadOptions withRetryInterval(Duration interval) {
    return with(new Stale(grace(), keep(), interval));
  }

  private LoadOptions with(Stale other) {
    return new LoadOptions(
        lockWait, timeouts, refresh, other, negativeTimeToLive, coalescing, budget);
  }

  /** These options with another time for which a miss of the loader is remembered. */
  public LoadOptions withNegativeTimeToLive(Duration timeToLive) {
    return new LoadOptions(lockWait, timeouts, refresh, stale, timeToLive, coalescing, budget);
  }

  /**
   * These options with misses of single keys joined: those of different threads within the window
   * become one call of {@code loadAll}.
   *
   * @param window how long the first miss waits for others; zero is off
   * @param maxKeys with this number of keys, the load begins before the end of the window
   */
  public LoadOptions withCoalescing(Duration window, int maxKeys) {
    return new LoadOptions(
        lockWait,
        timeouts,
        refresh,
        stale,
        negativeTimeToLive,
        new Coalescing(window, maxKeys),
        budget);
  }

  /** These options with another limit for the calls of the loader. */
  public LoadOptions withBudget(Budget other) {
    return new LoadOptions(
        lockWait, timeouts, refresh, stale, negativeTimeToLive, coalescing, other);
  }
}
