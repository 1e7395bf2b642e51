package dev.corral.jcache;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * How a cache compares its entries with the loader, see {@link CorralCache#verificationStatistics}.
 * Immutable; start with {@link #ofSample}.
 *
 * @param sample the part of the hits that are compared, chosen at random; above 0, at most 1
 * @param delay how long a difference has to last, while nothing writes the entry, before it counts;
 *     from 10 ms to 1 min. Longer than an update takes to reach the cache, and than the lag of a
 *     replica from which the loader reads. Default: 1 s
 * @param maxPerSecond maximum number of comparisons that begin per second in this JVM; positive.
 *     Default: 100
 * @param comparison when two values are the same. Default: {@link Comparison#EQUALS}
 * @param repair whether an entry that differs is removed, unless it was written meanwhile. Default:
 *     false
 * @param dryRun whether the loader answers all reads, though the cache is filled, so that every hit
 *     is compared. Needs read-through, and is impossible with write-behind. Default: false
 */
public record VerifyOptions(
    double sample,
    Duration delay,
    int maxPerSecond,
    Comparison comparison,
    boolean repair,
    boolean dryRun)
    implements Serializable {

  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** When a cached value and a loaded one are the same. */
  public enum Comparison {
    /**
     * If one equals the other. Values whose class has no {@code equals} are compared as {@link
     * #BYTES}.
     */
    EQUALS,

    /** If they have the same bytes: for classes whose {@code equals} compares only the id. */
    BYTES
  }

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if one is out of range
   * @throws NullPointerException if one is null
   */
  public VerifyOptions {
    Objects.requireNonNull(comparison, "comparison");
    if (!(sample > 0 && sample <= 1)) {
      throw new IllegalArgumentException(
          "sample must be above 0, and at most 1, not %s".formatted(sample));
    }
    if (delay.compareTo(SHORTEST) < 0 || delay.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "delay must be from 10 ms to 1 min, not %s".formatted(delay));
    }
    if (maxPerSecond < 1) {
      throw new IllegalArgumentException(
          "maxPerSecond must be positive, not %d".formatted(maxPerSecond));
    }
  }

  /** Options for a part of the hits, such as 0.001, and defaults. */
  public static VerifyOptions ofSample(double part) {
    return new VerifyOptions(part, Duration.ofSeconds(1), 100, Comparison.EQUALS, false, false);
  }

  /** These options with another time that a difference has to last. */
  public VerifyOptions withDelay(Duration time) {
    return new VerifyOptions(sample, time, maxPerSecond, comparison, repair, dryRun);
  }

  /** These options with another maximum number of comparisons per second. */
  public VerifyOptions withMaxPerSecond(int number) {
    return new VerifyOptions(sample, delay, number, comparison, repair, dryRun);
  }

  /** These options with another way to compare values. */
  public VerifyOptions withComparison(Comparison other) {
    return new VerifyOptions(sample, delay, maxPerSecond, other, repair, dryRun);
  }

  /** These options, where an entry that differs is removed or not. */
  public VerifyOptions withRepair(boolean on) {
    return new VerifyOptions(sample, delay, maxPerSecond, comparison, on, dryRun);
  }

  /** These options, where the loader answers all reads or not. */
  public VerifyOptions withDryRun(boolean on) {
    return new VerifyOptions(sample, delay, maxPerSecond, comparison, repair, on);
  }
}
