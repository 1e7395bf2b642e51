package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import org.jspecify.annotations.Nullable;

/**
 * A loaded value that the cache may not have stored yet.
 *
 * @param value null if the loader has no value for the key
 * @param loadTicket the ticket with which the value has to be stored; null if the value is stored
 *     already, or must not be stored
 * @param isFromEntry whether the value was read from the entry, or no ticket was stored. Then no
 *     ticket shows whether the entry still has the value: it may have had it, and be absent again
 */
public record Loaded<V>(@Nullable V value, @Nullable LoadTicket loadTicket, boolean isFromEntry) {

  /**
   * A value from a load of this thread.
   *
   * @param ticket null if the value must not be stored
   */
  static <V> Loaded<V> byThisLoad(@Nullable V value, @Nullable LoadTicket ticket) {
    return new Loaded<>(value, ticket, false);
  }

  /** A value that another load or another caller has stored, or without a ticket. */
  static <V> Loaded<V> fromEntry(@Nullable V value) {
    return new Loaded<>(value, null, true);
  }
}
