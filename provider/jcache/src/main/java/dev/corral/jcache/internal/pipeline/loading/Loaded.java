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
 * @param origin where the value is from
 */
public record Loaded<V>(LoadResult<V> result, @Nullable LoadTicket loadTicket, Origin origin) {

  /** Where a value is from. */
  enum Origin {
    THIS_LOAD,
    /** From the entry, or from a load of another thread. */
    ENTRY,
    /** From this load, for which no ticket was stored, because the key has a write fence. */
    FENCED
  }

  /**
   * The result of a load of this thread.
   *
   * @param ticket null if the value must not be stored
   */
  static <V> Loaded<V> byThisLoad(LoadResult<V> result, @Nullable LoadTicket ticket) {
    return new Loaded<>(result, ticket, Origin.THIS_LOAD);
  }

  /** A value that another load or another caller has stored, or without a ticket. */
  static <V> Loaded<V> fromEntry(@Nullable V value) {
    return new Loaded<>(LoadResult.ofNullable(value), null, Origin.ENTRY);
  }

  /** A value that no caller may store, because the key has a write fence. */
  static <V> Loaded<V> fenced(@Nullable V value) {
    return new Loaded<>(LoadResult.ofNullable(value), null, Origin.FENCED);
  }

  /**
   * Whether the value was read from the entry, or no ticket was stored. Then no ticket shows
   * whether the entry still has the value: it may have had it, and be absent again.
   */
  public boolean isFromEntry() {
    return origin == Origin.ENTRY;
  }

  /** Whether a writer or a transaction may be changing the key in the database. */
  public boolean isFenced() {
    return origin == Origin.FENCED;
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
