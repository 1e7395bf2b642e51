package dev.corral.jcache.internal.entry;

import dev.corral.jcache.internal.entry.Outcome.Prior;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it was read at one moment. Immutable.
 *
 * @param value the decoded value of a live or stale entry, else null
 * @param version what the store compares to detect a change of the entry, also of one that this JVM
 *     cannot decode; the load ticket if the state is LOADING; null if there is nothing to compare
 * @param deadlineMillis when the entry expires, by the server clock; 0 if it does not expire
 * @param loadMillis the duration of the load that stored the value; 0 if the value was not loaded
 * @param isBeingWritten whether the key has a write fence: a writer is being called for it, and the
 *     entry may expire within seconds
 * @param details what the entry has besides, as far as it was read
 */
public record Snapshot<V>(
    Prior state,
    @Nullable V value,
    @Nullable Object version,
    long deadlineMillis,
    long loadMillis,
    boolean isBeingWritten,
    EntryDetails details) {

  private static final Snapshot<?> ABSENT =
      new Snapshot<>(Prior.ABSENT, null, null, 0, 0, false, EntryDetails.NONE);
  private static final Snapshot<?> UNREADABLE =
      new Snapshot<>(Prior.UNDECODABLE, null, null, 0, 0, false, EntryDetails.NONE);
  private static final Snapshot<?> NEGATIVE =
      new Snapshot<>(Prior.NEGATIVE, null, null, 0, 0, false, EntryDetails.NONE);

  /** No entry. */
  @SuppressWarnings("unchecked")
  public static <V> Snapshot<V> absent() {
    return (Snapshot<V>) ABSENT;
  }

  /** A negative entry. */
  @SuppressWarnings("unchecked")
  public static <V> Snapshot<V> negative() {
    return (Snapshot<V>) NEGATIVE;
  }

  /** No entry, but the load ticket of a running load. */
  public static <V> Snapshot<V> loading(String ticket) {
    return new Snapshot<>(Prior.LOADING, null, ticket, 0, 0, false, EntryDetails.NONE);
  }

  /** An entry whose value this JVM cannot decode. */
  public static <V> Snapshot<V> undecodable(Object version) {
    return new Snapshot<>(Prior.UNDECODABLE, null, version, 0, 0, false, EntryDetails.NONE);
  }

  /** An entry in a form that this release does not know, so that there is nothing to compare. */
  @SuppressWarnings("unchecked")
  public static <V> Snapshot<V> unreadable() {
    return (Snapshot<V>) UNREADABLE;
  }

  /** A live entry that never expires. */
  public static <V> Snapshot<V> live(V value, Object version) {
    return new Snapshot<>(Prior.LIVE, value, version, 0, 0, false, EntryDetails.NONE);
  }

  /** An entry of which the header was read, and not the value. */
  public static <V> Snapshot<V> header(
      Prior state, long deadlineMillis, long loadMillis, EntryDetails details) {
    return new Snapshot<>(state, null, null, deadlineMillis, loadMillis, false, details);
  }

  public boolean isLive() {
    return state == Prior.LIVE;
  }

  /** Whether an entry is stored that this JVM cannot decode; for its operations it is absent. */
  public boolean isUndecodable() {
    return state == Prior.UNDECODABLE;
  }

  /** Whether the entry is live and its value equals the expected one. */
  public boolean holds(@Nullable V expected) {
    return isLive() && Objects.equals(value, expected);
  }

  /** Whether the key has this load ticket. */
  public boolean isTicket(String ticket) {
    return state == Prior.LOADING && ticket.equals(version);
  }

  /** Whether value and deadline are the same as in another snapshot; false if both are absent. */
  public boolean isSameAs(@Nullable Snapshot<?> other) {
    return version != null
        && other != null
        && Objects.deepEquals(version, other.version)
        && deadlineMillis == other.deadlineMillis;
  }
}
