package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import org.jspecify.annotations.Nullable;

/**
 * A loaded value that the cache may not have stored yet.
 *
 * @param value null if the loader has no value for the key
 * @param loadTicket the ticket with which the value has to be stored; null if the value is stored
 *     already, or must not be stored
 */
public record Loaded<V>(@Nullable V value, @Nullable LoadTicket loadTicket) {}
