package dev.corral.cdc;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ChangeDataCapture} does, and has done in this JVM. Immutable.
 *
 * @param role what it does now
 * @param position of the log up to which all changes are made in the caches and noted in Redis,
 *     such as {@code 0/16B3748}; null if this JVM has not followed the log yet
 * @param transactions how many transactions were read from the log
 * @param keys how many keys were invalidated; twice if two batches have the same one
 * @param clears how often a cache was cleared
 * @param lag how far it is behind the database
 * @param failure the last failure since the log was followed without one; null if there was none
 */
public record ChangeDataStatus(
    Role role,
    @Nullable String position,
    long transactions,
    long keys,
    long clears,
    Lag lag,
    @Nullable String failure) {

  /**
   * How far the caches are behind the database.
   *
   * @param delay of the last transaction that concerned a cache: from its COMMIT, by the clock of
   *     the database, to the invalidation, by that of this JVM; null if there was none
   * @param bytes of the log that PostgreSQL has written and that were not confirmed yet, at the
   *     last check; null if this JVM has not followed the log yet
   */
  public record Lag(@Nullable Duration delay, @Nullable Long bytes) {}

  /** What a JVM does. */
  public enum Role {
    /** It waits until the JVM that follows the log dies or is closed. */
    STANDBY,
    /** It is about to follow the log. */
    STARTING,
    /** It follows the log. */
    FOLLOWING,
    /** It has failed, and tries again after a pause. */
    FAILED,
    /** It was closed. */
    CLOSED
  }
}
