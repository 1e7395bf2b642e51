package dev.corral.jcache;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change that the cache writer refused too often, parked until somebody replays or discards it.
 *
 * @param value what was put; null for a removal, or if this JVM has no value for its bytes
 * @param removal whether it is a removal
 * @param attempts how often the writer was called for it alone
 * @param changed when the key was changed first, of the changes that the writer refused
 * @param parked when it was parked
 * @param reason the last failure of the writer
 */
public record DeadLetter<K, V>(
    K key,
    @Nullable V value,
    boolean removal,
    int attempts,
    Instant changed,
    Instant parked,
    String reason) {}
