package dev.corral.jcache;

import java.io.Serializable;
import java.time.Duration;

/**
 * The options of a write-behind cache: a change is queued in Redis, and the standard {@code
 * CacheWriter} is called later, with batches. Immutable; start with {@link #DEFAULTS}. All JVMs
 * need the same options.
 *
 * @param delay time from the first change of a key to its write, in which later changes are
 *     coalesced; may be zero. Default: 1 s
 * @param batchSize maximum number of changes per call of {@code writeAll} or {@code deleteAll}.
 *     Default: 100
 * @param queueLimit maximum number of queued keys in one bucket; then callers write through.
 *     Default: 100,000
 * @param maxAttempts failures of a change alone, after which it becomes a dead letter. Default: 10
 * @param backoff initial retry delay; doubles after each failure, with 50–100 % jitter. Default:
 *     500 ms
 * @param maxBackoff longest retry delay. Default: 1 min
 */
public record WriteBehindOptions(
    Duration delay,
    int batchSize,
    int queueLimit,
    int maxAttempts,
    Duration backoff,
    Duration maxBackoff)
    implements Serializable {

  /** All options with their defaults. */
  public static final WriteBehindOptions DEFAULTS =
      new WriteBehindOptions(
          Duration.ofSeconds(1), 100, 100_000, 10, Duration.ofMillis(500), Duration.ofMinutes(1));

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if the delay is negative, if another option is not positive,
   *     or if {@code maxBackoff} is shorter than {@code backoff}
   */
  public WriteBehindOptions {
    if (delay.isNegative()
        || batchSize < 1
        || queueLimit < 1
        || maxAttempts < 1
        || backoff.isNegative()
        || backoff.isZero()
        || maxBackoff.compareTo(backoff) < 0) {
      throw new IllegalArgumentException(
          ("write-behind: delay must not be negative, all other options must be positive, and"
                  + " maxBackoff must not be shorter than backoff; not delay %s, batchSize %d,"
                  + " queueLimit %d, maxAttempts %d, backoff %s and maxBackoff %s")
              .formatted(delay, batchSize, queueLimit, maxAttempts, backoff, maxBackoff));
    }
  }

  /** These options with another delay. */
  public WriteBehindOptions withDelay(Duration time) {
    return new WriteBehindOptions(time, batchSize, queueLimit, maxAttempts, backoff, maxBackoff);
  }

  /** These options with another maximum number of changes per call of the writer. */
  public WriteBehindOptions withBatchSize(int size) {
    return new WriteBehindOptions(delay, size, queueLimit, maxAttempts, backoff, maxBackoff);
  }

  /** These options with another maximum number of queued keys in one bucket. */
  public WriteBehindOptions withQueueLimit(int keys) {
    return new WriteBehindOptions(delay, batchSize, keys, maxAttempts, backoff, maxBackoff);
  }

  /**
   * These options with another retry behavior.
   *
   * @param attempts failures after which a change becomes a dead letter
   * @param first initial retry delay
   * @param longest longest retry delay
   */
  public WriteBehindOptions withRetries(int attempts, Duration first, Duration longest) {
    return new WriteBehindOptions(delay, batchSize, queueLimit, attempts, first, longest);
  }
}
