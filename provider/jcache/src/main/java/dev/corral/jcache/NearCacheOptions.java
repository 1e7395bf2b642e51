package dev.corral.jcache;

import java.io.Serializable;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * How a JVM keeps entries near: bounded by a number of entries or of bytes, and never answering
 * with what is older than the staleness. Immutable; begin with {@link #ofEntries} or {@link
 * #ofBytes}.
 *
 * <p>Values that nobody can change are handed out again and again: strings, numbers, times, enums,
 * records of nothing else, and what {@link #withImmutable} names. All others are decoded anew for
 * every reader.
 *
 * @param maxEntries how many entries are kept at the most; 0 if bytes bound them
 * @param maxBytes how many bytes they may take, roughly; 0 if their number bounds them
 * @param maxStaleness how old may be what is answered, after a change in another JVM; default 1 s.
 *     Usually it takes as long as a message. A short one costs more questions: four to Redis within
 *     this time, for each bucket that is read
 * @param timeToLive how long an entry is used before Redis is asked again, at the most; default 5
 *     min. It bounds what is not noticed: entries that Redis evicts or somebody deletes by hand
 * @param immutableClasses classes whose objects nobody changes
 */
public record NearCacheOptions(
    long maxEntries,
    long maxBytes,
    Duration maxStaleness,
    Duration timeToLive,
    Set<Class<?>> immutableClasses)
    implements Serializable {

  private static final Duration LEAST_STALENESS = Duration.ofMillis(50);
  private static final Duration MOST_STALENESS = Duration.ofSeconds(10);

  /**
   * Refuses what makes no sense.
   *
   * @throws IllegalArgumentException unless exactly one of the bounds is greater than 0, the
   *     staleness is from 50 ms to 10 s, and the time to live is positive
   */
  public NearCacheOptions {
    if (maxEntries < 0 || maxBytes < 0 || (maxEntries > 0) == (maxBytes > 0)) {
      throw new IllegalArgumentException(
          "near cache: either maxEntries or maxBytes must be greater than 0, not %d and %d"
              .formatted(maxEntries, maxBytes));
    }
    if (maxStaleness.compareTo(LEAST_STALENESS) < 0 || maxStaleness.compareTo(MOST_STALENESS) > 0) {
      throw new IllegalArgumentException(
          "near cache: maxStaleness must be from 50 ms to 10 s, not " + maxStaleness);
    }
    if (timeToLive.isZero() || timeToLive.isNegative()) {
      throw new IllegalArgumentException(
          "near cache: timeToLive must be greater than 0, not " + timeToLive);
    }
    immutableClasses = Set.copyOf(immutableClasses);
  }

  /** Keeps up to so many entries. */
  public static NearCacheOptions ofEntries(long maxEntries) {
    return of(maxEntries, 0);
  }

  /**
   * Keeps entries of up to so many bytes, as they stand in Redis, and what it takes to keep them.
   */
  public static NearCacheOptions ofBytes(long maxBytes) {
    return of(0, maxBytes);
  }

  private static NearCacheOptions of(long maxEntries, long maxBytes) {
    return new NearCacheOptions(
        maxEntries, maxBytes, Duration.ofSeconds(1), Duration.ofMinutes(5), Set.of());
  }

  public NearCacheOptions withMaxStaleness(Duration staleness) {
    return new NearCacheOptions(maxEntries, maxBytes, staleness, timeToLive, immutableClasses);
  }

  public NearCacheOptions withTimeToLive(Duration time) {
    return new NearCacheOptions(maxEntries, maxBytes, maxStaleness, time, immutableClasses);
  }

  /** With further classes whose objects nobody changes; subclasses have to be named as well. */
  public NearCacheOptions withImmutable(Class<?>... classes) {
    Set<Class<?>> all = new HashSet<>(immutableClasses);
    all.addAll(Set.of(classes));
    return new NearCacheOptions(maxEntries, maxBytes, maxStaleness, timeToLive, all);
  }
}
