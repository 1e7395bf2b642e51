package dev.corral.jcache;

import java.io.Serializable;
import java.time.Duration;

/**
 * How a cache records the keys that are read most often, see {@link CorralCache#hottestKeys}.
 * Immutable; start with {@link #ofKeys}.
 *
 * @param maxKeys maximum number of keys that are remembered in Redis, from 1 to 10,000. A JVM
 *     counts twice as many
 * @param sampleEvery the number of reads of which one is counted, chosen at random; 1 for all.
 *     Default: 64
 * @param halfLife the time in which the weight of a read halves, from 1 s to 30 days. Default: 1 h
 */
public record HotKeyOptions(int maxKeys, int sampleEvery, Duration halfLife)
    implements Serializable {

  private static final int MOST_KEYS = 10_000;
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(30);

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public HotKeyOptions {
    if (maxKeys < 1 || maxKeys > MOST_KEYS) {
      throw new IllegalArgumentException(
          "maxKeys must be from 1 to %d, not %d".formatted(MOST_KEYS, maxKeys));
    }
    if (sampleEvery < 1) {
      throw new IllegalArgumentException(
          "sampleEvery must be positive, not %d".formatted(sampleEvery));
    }
    if (halfLife.compareTo(SHORTEST) < 0 || halfLife.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "halfLife must be from 1 s to 30 days, not %s".formatted(halfLife));
    }
  }

  /** Options with a maximum number of keys, and defaults. */
  public static HotKeyOptions ofKeys(int maxKeys) {
    return new HotKeyOptions(maxKeys, 64, Duration.ofHours(1));
  }

  /** These options with another number of reads of which one is counted. */
  public HotKeyOptions withSampleEvery(int reads) {
    return new HotKeyOptions(maxKeys, reads, halfLife);
  }

  /** These options with another time in which the weight of a read halves. */
  public HotKeyOptions withHalfLife(Duration time) {
    return new HotKeyOptions(maxKeys, sampleEvery, time);
  }
}
