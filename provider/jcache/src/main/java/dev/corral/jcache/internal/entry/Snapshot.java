package dev.corral.jcache.internal.entry;

import dev.corral.jcache.internal.entry.Outcome.Prior;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it was seen at one moment.
 *
 * @param state what it was
 * @param value the decoded value of a live or stale entry, else null
 * @param version what the store compares to find out whether a live entry is still as it was seen
 * @param deadlineMillis when it expires, by the server's clock; 0 for never
 * @param loadMillis how long the load of the value took; 0 if it was not loaded, or in no time
 * @param isBeingWritten whether a writer is at work on it, so that it may have to go soon
 */
public record Snapshot<V>(
    Prior state,
    @Nullable V value,
    @Nullable Object version,
    long deadlineMillis,
    long loadMillis,
    boolean isBeingWritten) {

  private static final Snapshot<?> ABSENT = new Snapshot<>(Prior.ABSENT, null, null, 0, 0, false);
  private static final Snapshot<?> NEGATIVE =
      new Snapshot<>(Prior.NEGATIVE, null, null, 0, 0, false);

  /** No entry. */
  @SuppressWarnings("unchecked")
  public static <V> Snapshot<V> absent() {
    return (Snapshot<V>) ABSENT;
  }

  /** No entry, and the source has none either. */
  @SuppressWarnings("unchecked")
  public static <V> Snapshot<V> negative() {
    return (Snapshot<V>) NEGATIVE;
  }

  /** No entry, but a load of it is under way, under this ticket. */
  public static <V> Snapshot<V> loading(String ticket) {
    return new Snapshot<>(Prior.LOADING, null, ticket, 0, 0, false);
  }

  /** A live entry that never expires. */
  public static <V> Snapshot<V> live(V value, Object version) {
    return new Snapshot<>(Prior.LIVE, value, version, 0, 0, false);
  }

  public boolean isLive() {
    return state == Prior.LIVE;
  }

  /** Whether the entry is live and its value equals this one. */
  public boolean holds(@Nullable V expected) {
    return isLive() && Objects.equals(value, expected);
  }

  /** Whether it is the ticket of this load. */
  public boolean isTicket(String ticket) {
    return state == Prior.LOADING && ticket.equals(version);
  }

  /** Whether it is the same value with the same deadline as at another look. */
  public boolean isSameAs(@Nullable Snapshot<?> other) {
    return version != null
        && other != null
        && Objects.deepEquals(version, other.version)
        && deadlineMillis == other.deadlineMillis;
  }
}
