package dev.corral.jcache;

import java.io.Serializable;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * The options of a near cache: entries that are also kept in the memory of the JVM. Immutable;
 * start with {@link #ofEntries}, {@link #ofBytes} or {@link #ofHotKeys}.
 *
 * <p>All readers get the same object if the value is immutable: strings, numbers, times, enums,
 * records of these only, and the classes of {@link #withImmutable}. Any other value is decoded for
 * every reader.
 *
 * @param maxEntries maximum number of entries; 0 if {@code maxBytes} is the bound
 * @param maxBytes approximate maximum size, in bytes; 0 if {@code maxEntries} is the bound
 * @param maxStaleness upper bound for the staleness of a read after a change in another JVM, from
 *     50 ms to 10 s; usually the staleness is the latency of a message. In this time the JVM asks
 *     Redis four times, for each bucket that is read. Default: 1 s
 * @param timeToLive maximum age of an entry, after which the next read goes to Redis. It bounds the
 *     effect of changes that publish no invalidation, such as evictions. Default: 5 min
 * @param immutableClasses further classes whose objects never change; subclasses are not included.
 *     Default: none
 * @param hotKeysOnly whether only the entries are kept whose keys this JVM reads most often. Then
 *     {@code maxEntries} is the bound, up to 10,000. Default: false
 */
public record NearCacheOptions(
    long maxEntries,
    long maxBytes,
    Duration maxStaleness,
    Duration timeToLive,
    Set<Class<?>> immutableClasses,
    boolean hotKeysOnly)
    implements Serializable {

  private static final Duration MIN_STALENESS = Duration.ofMillis(50);
  private static final Duration MAX_STALENESS = Duration.ofSeconds(10);
  private static final long MOST_HOT_KEYS = 10_000;

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException unless exactly one of the bounds is greater than 0, the
   *     staleness is from 50 ms to 10 s, and the time to live is positive; and for hot keys only,
   *     {@code maxEntries} is from 1 to 10,000
   */
  public NearCacheOptions {
    if (maxEntries < 0 || maxBytes < 0 || (maxEntries > 0) == (maxBytes > 0)) {
      throw new IllegalArgumentException(
          ("near cache: either maxEntries or maxBytes must be greater than 0, and the other 0, not"
                  + " %d and %d")
              .formatted(maxEntries, maxBytes));
    }
    if (maxStaleness.compareTo(MIN_STALENESS) < 0 || maxStaleness.compareTo(MAX_STALENESS) > 0) {
      throw new IllegalArgumentException(
          "near cache: maxStaleness must be from 50 ms to 10 s, not " + maxStaleness);
    }
    if (timeToLive.isZero() || timeToLive.isNegative()) {
      throw new IllegalArgumentException(
          "near cache: timeToLive must be greater than 0, not " + timeToLive);
    }
    if (hotKeysOnly && (maxEntries < 1 || maxEntries > MOST_HOT_KEYS)) {
      throw new IllegalArgumentException(
          "near cache: for hot keys only, maxEntries must be from 1 to %d, not %d"
              .formatted(MOST_HOT_KEYS, maxEntries));
    }
    immutableClasses = Set.copyOf(immutableClasses);
  }

  /** Options with a maximum number of entries, and defaults. */
  public static NearCacheOptions ofEntries(long maxEntries) {
    return of(maxEntries, 0, /* hotKeysOnly= */ false);
  }

  /**
   * Options with a maximum size in bytes, and defaults. The size of an entry is that of its stored
   * form, and an estimate for its key and the objects of the near cache.
   */
  public static NearCacheOptions ofBytes(long maxBytes) {
    return of(0, maxBytes, /* hotKeysOnly= */ false);
  }

  /**
   * Options with which only hot keys are kept, and defaults. A key is hot if it is among those that
   * this JVM reads most often, and read at least about once in 3 seconds.
   *
   * @param maxKeys the maximum number of keys, from 1 to 10,000
   */
  public static NearCacheOptions ofHotKeys(int maxKeys) {
    return of(maxKeys, 0, /* hotKeysOnly= */ true);
  }

  private static NearCacheOptions of(long maxEntries, long maxBytes, boolean hotKeysOnly) {
    return new NearCacheOptions(
        maxEntries, maxBytes, Duration.ofSeconds(1), Duration.ofMinutes(5), Set.of(), hotKeysOnly);
  }

  /** These options with another upper bound for the staleness of a read. */
  public NearCacheOptions withMaxStaleness(Duration staleness) {
    return new NearCacheOptions(
        maxEntries, maxBytes, staleness, timeToLive, immutableClasses, hotKeysOnly);
  }

  /** These options with another maximum age of an entry. */
  public NearCacheOptions withTimeToLive(Duration time) {
    return new NearCacheOptions(
        maxEntries, maxBytes, maxStaleness, time, immutableClasses, hotKeysOnly);
  }

  /** These options with further classes whose objects never change, without their subclasses. */
  public NearCacheOptions withImmutable(Class<?>... classes) {
    Set<Class<?>> all = new HashSet<>(immutableClasses);
    all.addAll(Set.of(classes));
    return new NearCacheOptions(maxEntries, maxBytes, maxStaleness, timeToLive, all, hotKeysOnly);
  }
}
