package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.EntryOptions;
import dev.corral.jcache.LoadResult;
import dev.corral.jcache.LoadResult.Kind;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import org.jspecify.annotations.Nullable;

/**
 * What was loaded, and may not be stored yet.
 *
 * @param loadTicket the ticket with which the value has to be stored; null if the value is stored
 *     already, or must not be stored
 * @param isFromEntry whether the value was read from the entry, or no ticket was stored. Then no
 *     ticket shows whether the entry still has the value: it may have had it, and be absent again
 */
public record Loaded<V>(
    LoadResult<V> result, @Nullable LoadTicket loadTicket, boolean isFromEntry) {

  /**
   * The result of a load of this thread.
   *
   * @param ticket null if the value must not be stored
   */
  static <V> Loaded<V> byThisLoad(LoadResult<V> result, @Nullable LoadTicket ticket) {
    return new Loaded<>(result, ticket, false);
  }

  /** A value that another load or another caller has stored, or without a ticket. */
  static <V> Loaded<V> fromEntry(@Nullable V value) {
    return new Loaded<>(LoadResult.ofNullable(value), null, true);
  }

  /** The value; null if the loader has no value for the key. */
  public @Nullable V value() {
    return result.value();
  }

  /** Whether the loader allows to store the value. */
  public boolean isToBeStored() {
    return result.kind() == Kind.VALUE;
  }

  /** The options of the entry. */
  public EntryOptions options() {
    return result.options();
  }
}
