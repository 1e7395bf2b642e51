package dev.corral.jcache;

import java.io.Serializable;
import java.time.Duration;

/**
 * How a cache writes behind: with a standard {@code CacheWriter}, later, in batches. Immutable;
 * begin with {@link #DEFAULTS}.
 *
 * @param delay how long a change waits for further changes of its key, counted from the first one;
 *     default 1 s
 * @param batchSize how many changes go to {@code writeAll} or {@code deleteAll} at once; default
 *     100
 * @param queueLimit how many keys may wait in one bucket before callers write through; default
 *     100,000
 * @param maxAttempts after how many failures a change is parked among the dead letters; default 10
 * @param backoff how long the first failure is waited off; it doubles with each further one;
 *     default 500 ms
 * @param maxBackoff the longest such wait; default 1 min
 */
public record WriteBehindOptions(
    Duration delay,
    int batchSize,
    int queueLimit,
    int maxAttempts,
    Duration backoff,
    Duration maxBackoff)
    implements Serializable {

  /** A second's delay, batches of 100. */
  public static final WriteBehindOptions DEFAULTS =
      new WriteBehindOptions(
          Duration.ofSeconds(1), 100, 100_000, 10, Duration.ofMillis(500), Duration.ofMinutes(1));

  /** Refuses what is not positive; the delay may be zero. */
  public WriteBehindOptions {
    if (delay.isNegative()
        || batchSize < 1
        || queueLimit < 1
        || maxAttempts < 1
        || backoff.isNegative()
        || backoff.isZero()
        || maxBackoff.compareTo(backoff) < 0) {
      throw new IllegalArgumentException(
          ("write-behind: delay %s, batchSize %d, queueLimit %d, maxAttempts %d, backoff %s to %s:"
                  + " delay may be zero, all else must be positive")
              .formatted(delay, batchSize, queueLimit, maxAttempts, backoff, maxBackoff));
    }
  }

  public WriteBehindOptions withDelay(Duration time) {
    return new WriteBehindOptions(time, batchSize, queueLimit, maxAttempts, backoff, maxBackoff);
  }

  public WriteBehindOptions withBatchSize(int size) {
    return new WriteBehindOptions(delay, size, queueLimit, maxAttempts, backoff, maxBackoff);
  }

  public WriteBehindOptions withQueueLimit(int keys) {
    return new WriteBehindOptions(delay, batchSize, keys, maxAttempts, backoff, maxBackoff);
  }

  /** After how many failures to park a change, and how long to wait between the attempts. */
  public WriteBehindOptions withRetries(int attempts, Duration first, Duration longest) {
    return new WriteBehindOptions(delay, batchSize, queueLimit, attempts, first, longest);
  }
}
