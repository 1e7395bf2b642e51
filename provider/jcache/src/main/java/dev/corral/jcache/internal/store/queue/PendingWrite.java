package dev.corral.jcache.internal.store.queue;

import org.jspecify.annotations.Nullable;

/**
 * A queued change of one key, which the writer has yet to write.
 *
 * @param text the key as text
 * @param key the key; null if it could not be decoded
 * @param value what was put; null for a removal
 * @param version distinguishes it from other changes of its key
 * @param attempts how often the writer has refused it already
 * @param undecodable why this JVM cannot write it; null if it can
 */
public record PendingWrite<K, V>(
    String text,
    @Nullable K key,
    @Nullable V value,
    boolean removal,
    long version,
    int attempts,
    @Nullable RuntimeException undecodable) {}
