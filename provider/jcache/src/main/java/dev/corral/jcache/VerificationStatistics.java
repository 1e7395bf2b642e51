package dev.corral.jcache;

import java.time.Duration;
import java.util.List;

/**
 * What this JVM has found by comparing hits with the loader, since the cache was opened. Immutable.
 *
 * @param compared hits of the sample whose comparison has ended with a result
 * @param stale how many of them were stale, by age: one element for each age, the shortest first,
 *     which is the {@code delay}; empty if the cache is not verified
 * @param unknown hits of the sample without a result: the entry was gone, the loader failed, the
 *     values cannot be compared, changes of the key did not end, or a stale entry was changed at
 *     about the time of the hit
 * @param skipped hits of the sample that were not compared, because too many were waiting
 * @param inFlight differences that did not last: a change was in flight
 * @param loaderBehind stale hits for which the loader later returned the value of the entry, also
 *     after its repair: it may read from a replica that is behind
 * @param repaired entries that were removed
 */
public record VerificationStatistics(
    long compared,
    List<Stale> stale,
    long unknown,
    long skipped,
    long inFlight,
    long loaderBehind,
    long repaired) {

  /** The statistics of a cache that is not verified. */
  public static final VerificationStatistics NONE =
      new VerificationStatistics(0, List.of(), 0, 0, 0, 0, 0);

  /** Copies the list. */
  public VerificationStatistics {
    stale = List.copyOf(stale);
  }

  /**
   * How many compared hits were at least this old.
   *
   * @param age for how long at least the loader had another value
   * @param hits their number, with those that were older still
   */
  public record Stale(Duration age, long hits) {}

  /** The number of compared hits that were stale for at least the {@code delay}. */
  public long staleHits() {
    return stale.isEmpty() ? 0 : stale.get(0).hits();
  }

  /**
   * The part of the compared hits that were fresher than an age, from 0 to 1: the measure of an
   * objective such as "99.99 % of the reads are fresher than 1 s".
   *
   * @param age the greatest age of {@link #stale} that is not above it counts
   * @return NaN if nothing was compared
   * @throws IllegalArgumentException if the age is below the {@code delay}, since shorter
   *     differences are not counted
   */
  public double fresherThan(Duration age) {
    Stale counted = null;
    for (Stale each : stale) {
      if (each.age().compareTo(age) <= 0) {
        counted = each;
      }
    }
    if (counted == null && !stale.isEmpty()) {
      throw new IllegalArgumentException(
          "differences shorter than the delay of %s are not counted, so none of %s are"
              .formatted(stale.get(0).age(), age));
    }
    return counted == null || compared == 0 ? Double.NaN : 1 - (double) counted.hits() / compared;
  }
}
