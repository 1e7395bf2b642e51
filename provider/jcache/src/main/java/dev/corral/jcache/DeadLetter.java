package dev.corral.jcache;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A queued change that the writer has refused {@code maxAttempts} times. It is stored in Redis
 * until it is replayed, discarded, or replaced by a newer change of its key. Immutable.
 *
 * @param value the value that was put; null for a removal, or if this JVM cannot decode the value
 * @param removal whether the change is a removal
 * @param attempts how often the writer refused this change alone
 * @param changed when the oldest change of the key was queued that is part of this dead letter
 * @param parked when the change became a dead letter
 * @param reason the last failure of the writer: class and message of its exception
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public record DeadLetter<K, V>(
    K key,
    @Nullable V value,
    boolean removal,
    int attempts,
    Instant changed,
    Instant parked,
    String reason) {}
