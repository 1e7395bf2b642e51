package dev.corral.transactions;

import java.time.Duration;
import java.util.Objects;

/**
 * How transactions change caches. Immutable.
 *
 * @param intentTime after which an intent ends by itself if its JVM dies; from one second to one
 *     day. Until then, readers ask the database. Two thirds of it have to be longer than the
 *     database may need for a COMMIT that it has received, because it is renewed that late
 * @param failWithoutIntent whether a transaction fails before its COMMIT if Redis is unavailable,
 *     so that no intent can be recorded. Otherwise it is committed, and this JVM removes the
 *     entries when Redis answers again; if it dies before, they are stale until they expire. A
 *     cache that fails fast always lets the transaction fail
 */
public record TransactionOptions(Duration intentTime, boolean failWithoutIntent) {

  /** Intents of one minute; a transaction is committed also without Redis. */
  public static final TransactionOptions DEFAULTS =
      new TransactionOptions(Duration.ofMinutes(1), false);

  /** Checks the time. */
  public TransactionOptions {
    Objects.requireNonNull(intentTime, "intentTime");
    if (intentTime.compareTo(Duration.ofSeconds(1)) < 0
        || intentTime.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "intentTime has to be from 1 s to 1 day, not " + intentTime);
    }
  }

  /** The same with another time. */
  public TransactionOptions withIntentTime(Duration time) {
    return new TransactionOptions(time, failWithoutIntent);
  }

  /** The same for transactions that fail if no intent can be recorded. */
  public TransactionOptions withFailWithoutIntent(boolean fail) {
    return new TransactionOptions(intentTime, fail);
  }
}
