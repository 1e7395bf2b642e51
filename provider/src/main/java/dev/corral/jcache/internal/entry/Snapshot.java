package dev.corral.jcache.internal.entry;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it was seen at one moment.
 *
 * @param value the decoded value, or null if there was no live entry
 * @param version what the store compares to find out whether the entry is still as it was seen;
 *     null if there was none
 */
public record Snapshot<V>(@Nullable V value, @Nullable Object version) {

  private static final Snapshot<?> ABSENT = new Snapshot<>(null, null);

  /** No live entry. */
  @SuppressWarnings("unchecked")
  public static <V> Snapshot<V> absent() {
    return (Snapshot<V>) ABSENT;
  }

  public boolean isLive() {
    return value != null;
  }

  /** Whether the entry is live and its value equals this one. */
  public boolean holds(@Nullable V expected) {
    return value != null && Objects.equals(value, expected);
  }
}
