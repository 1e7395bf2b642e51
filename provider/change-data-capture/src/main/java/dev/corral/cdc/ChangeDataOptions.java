package dev.corral.cdc;

import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * How the log of PostgreSQL is followed. Immutable; start with {@link #DEFAULTS}.
 *
 * @param slot name of the replication slot, which belongs to all JVMs of one application with one
 *     database and one Redis: another application, database or Redis needs another one. Lower-case
 *     letters, digits and underscores. Default: {@code corral}
 * @param publication name of the publication, which has the tables; of the same characters.
 *     Default: {@code corral}
 * @param leaseTime after which another JVM follows the log if this one dies; from 1 s to 1 min. The
 *     database drops the connection of a JVM that does not answer for twice this time, and at least
 *     5 s. Default: 5 s
 * @param checkInterval how often it is checked that tables, publication and slot are as they were,
 *     and that Redis has not lost its data; from 100 ms to 1 min. Default: 5 s
 * @param clearAbove above how many changes in one transaction a cache is cleared, instead of
 *     invalidating single keys; at least 1. Default: 100,000
 */
public record ChangeDataOptions(
    String slot, String publication, Duration leaseTime, Duration checkInterval, int clearAbove) {

  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** The defaults. */
  public static final ChangeDataOptions DEFAULTS =
      new ChangeDataOptions(
          "corral", "corral", Duration.ofSeconds(5), Duration.ofSeconds(5), 100_000);

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ChangeDataOptions {
    requireName("slot", slot);
    requireName("publication", publication);
    requireBetween("leaseTime", leaseTime, Duration.ofSeconds(1));
    requireBetween("checkInterval", checkInterval, Duration.ofMillis(100));
    if (clearAbove < 1) {
      throw new IllegalArgumentException("clearAbove has to be at least 1, not " + clearAbove);
    }
  }

  private static void requireName(String what, String name) {
    if (!NAME.matcher(Objects.requireNonNull(name, what)).matches()) {
      throw new IllegalArgumentException(
          "%s has to consist of up to 63 lower-case letters, digits and underscores, not '%s'"
              .formatted(what, name));
    }
  }

  private static void requireBetween(String what, Duration time, Duration shortest) {
    if (time.compareTo(shortest) < 0 || time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "%s has to be from %s to %s, not %s".formatted(what, shortest, LONGEST, time));
    }
  }

  /** The same with another slot. */
  public ChangeDataOptions withSlot(String name) {
    return new ChangeDataOptions(name, publication, leaseTime, checkInterval, clearAbove);
  }

  /** The same with another publication. */
  public ChangeDataOptions withPublication(String name) {
    return new ChangeDataOptions(slot, name, leaseTime, checkInterval, clearAbove);
  }

  /** The same with another time after which another JVM takes over. */
  public ChangeDataOptions withLeaseTime(Duration time) {
    return new ChangeDataOptions(slot, publication, time, checkInterval, clearAbove);
  }

  /** The same with another interval of the checks. */
  public ChangeDataOptions withCheckInterval(Duration interval) {
    return new ChangeDataOptions(slot, publication, leaseTime, interval, clearAbove);
  }

  /** The same with another limit for the keys of a transaction. */
  public ChangeDataOptions withClearAbove(int keys) {
    return new ChangeDataOptions(slot, publication, leaseTime, checkInterval, keys);
  }
}
