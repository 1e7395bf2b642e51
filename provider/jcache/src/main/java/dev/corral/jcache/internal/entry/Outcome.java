package dev.corral.jcache.internal.entry;

import org.jspecify.annotations.Nullable;

/**
 * What an operation did. Events, statistics and the result of the method are derived from the
 * outcome alone.
 *
 * @param previous the value of the live or stale entry before the operation; null if there was none
 *     or if the operation did not request it
 * @param value the value that the caller may get: of the entry afterwards, or from the loader; null
 *     if there is none
 * @param changeSequence the number by which this JVM recognizes the event of the change on the
 *     feed; 0 if no caller waits for the event
 * @param seen the entry that was read, if the operation only read it; else null
 */
public record Outcome<V>(
    EntryOperation<V> operation,
    Prior prior,
    Effect effect,
    @Nullable V previous,
    @Nullable V value,
    long changeSequence,
    @Nullable Snapshot<V> seen) {

  /** The state of the entry before the operation. */
  public enum Prior {
    ABSENT,
    EXPIRED,
    LIVE,
    /** Absent, with a negative entry: the loader had no value for the key. */
    NEGATIVE,
    /** Past its deadline, and still stored because of grace and keep. */
    STALE,
    /** Absent, with a load ticket: a load is running. */
    LOADING,
    /** Absent for this JVM: an entry is stored that it cannot decode. */
    UNDECODABLE,
    /** Any of the above: the entry was replaced without reading it. */
    UNKNOWN
  }

  /** What the operation did to the entry. */
  public enum Effect {
    NONE,
    CREATED,
    /** Updated, or created if the prior state is unknown. */
    UPDATED,
    REMOVED,
    /** Not created, because its creation expiry is zero. */
    BORN_EXPIRED,
    /** A load ticket was stored. */
    RESERVED,
    /** A negative entry was stored. */
    NEGATED,
    /** The value was confirmed, and lives as if it were created now. */
    RENEWED,
    /** Nothing was done, because the queue of the writer is full. */
    REFUSED
  }

  /** The outcome of an operation that did not only read. */
  public Outcome(
      EntryOperation<V> operation,
      Prior prior,
      Effect effect,
      @Nullable V previous,
      @Nullable V value,
      long changeSequence) {
    this(operation, prior, effect, previous, value, changeSequence, null);
  }

  /** The outcome of an operation that found no entry and did nothing. */
  public static <V> Outcome<V> nothing(EntryOperation<V> operation) {
    return new Outcome<>(operation, Prior.ABSENT, Effect.NONE, null, null, 0);
  }

  /** The outcome of an operation that found a live entry and did not change it. */
  public static <V> Outcome<V> found(EntryOperation<V> operation, @Nullable V value) {
    return new Outcome<>(operation, Prior.LIVE, Effect.NONE, value, value, 0);
  }

  /** The outcome of an operation that found an entry in this state and did nothing. */
  public static <V> Outcome<V> unchanged(EntryOperation<V> operation, Snapshot<V> seen) {
    return switch (seen.state()) {
      case LIVE -> found(operation, seen.value());
      case UNDECODABLE -> Outcome.<V>nothing(operation).withPrior(Prior.UNDECODABLE);
      default -> nothing(operation);
    };
  }

  /** The outcome of an operation that only read the entry. */
  public static <V> Outcome<V> read(EntryOperation<V> operation, Snapshot<V> seen) {
    @Nullable V value = seen.isLive() ? seen.value() : null;
    return new Outcome<>(operation, seen.state(), Effect.NONE, seen.value(), value, 0, seen);
  }

  /** Whether there was a live entry before. */
  public boolean hit() {
    return prior == Prior.LIVE;
  }

  /** Whether a value was stored. */
  public boolean stored() {
    return effect == Effect.CREATED || effect == Effect.UPDATED;
  }

  /** Whether a live entry was removed. */
  public boolean removed() {
    return effect == Effect.REMOVED;
  }

  /** The same outcome of an entry that was in another state. */
  public Outcome<V> withPrior(Prior other) {
    return new Outcome<>(operation, other, effect, previous, value, changeSequence, seen);
  }

  /** This outcome of a miss or of a stale entry, with another value for the caller. */
  public Outcome<V> answeredWith(V loaded) {
    return new Outcome<>(operation, prior, effect, previous, loaded, changeSequence, seen);
  }
}
