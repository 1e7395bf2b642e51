package dev.corral.jcache.internal.pipeline.events;

import org.jspecify.annotations.Nullable;

/**
 * The key and the values of one change, decoded.
 *
 * @param value the value after the change; of no meaning for REMOVED and EXPIRED
 * @param oldValue the value before the change; null if there was none, or if it is unknown
 */
record ChangedEntry<K, V>(K key, @Nullable V value, @Nullable V oldValue) {}
