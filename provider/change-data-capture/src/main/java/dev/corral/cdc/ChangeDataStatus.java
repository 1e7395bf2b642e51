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
 * @param failure the last failure since the log was followed without one; null if there was none.
 *     Also set in the role {@link Role#FOLLOWING} if the table of a mapping does not exist, and in
 *     the role {@link Role#STANDBY} if the JVM that follows does not have a mapping of this one
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
   * How far the caches are behind the database. Only a JVM that follows the log, or is about to,
   * knows it.
   *
   * @param delay of the last transaction that concerned a cache: from its COMMIT, by the clock of
   *     the database, to the invalidation, by that of this JVM; null if there was none, or in
   *     another role
   * @param bytes of the log that PostgreSQL has written and that were not confirmed yet, at the
   *     last check; null before the first one, or in another role
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
