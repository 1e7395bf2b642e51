package dev.corral.jcache.internal.entry;

import org.jspecify.annotations.Nullable;

/**
 * What an operation did. Events, statistics and the method's result derive from this and from
 * nothing else.
 *
 * @param previous the value that a live or stale entry held before, or null if there was none or
 *     nobody asked for it
 * @param value the value that the entry holds afterwards, as far as the caller may know it
 * @param seen the entry as it was seen, if the operation only looked
 * @param changeSequence the number under which the change was put on the feed; 0 if it was not
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
    /** Absent, and remembered to be absent from the source as well. */
    NEGATIVE,
    /** Expired, but kept for the case that the loader is slow or fails. */
    STALE,
    /** Absent, and a load of it is under way. */
    LOADING,
    /** Any of these: it was replaced without a look, and nobody wanted to know. */
    UNKNOWN
  }

  /** What became of the entry. */
  public enum Effect {
    NONE,
    CREATED,
    /** Or it was created, if nobody knows what there was before. */
    UPDATED,
    REMOVED,
    /** It was to be created, but with a creation expiry of zero, so it never was. */
    BORN_EXPIRED,
    /** The changeSequence of a load was left. */
    RESERVED,
    /** It is remembered that the source has no such key. */
    NEGATED,
    /** Nothing was done, because the queue of the writer is full. */
    REFUSED
  }

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

  /** The outcome of an operation that found an entry and left it as it was. */
  public static <V> Outcome<V> found(EntryOperation<V> operation, @Nullable V value) {
    return new Outcome<>(operation, Prior.LIVE, Effect.NONE, value, value, 0);
  }

  /** The outcome of an operation that only looked. */
  public static <V> Outcome<V> looked(EntryOperation<V> operation, Snapshot<V> seen) {
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

  /** The same miss, answered with a value that the loader gave. */
  public Outcome<V> answeredWith(V loaded) {
    return new Outcome<>(operation, prior, effect, previous, loaded, changeSequence, seen);
  }
}
