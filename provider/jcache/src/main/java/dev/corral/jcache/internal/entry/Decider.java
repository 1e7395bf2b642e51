package dev.corral.jcache.internal.entry;

import java.util.Optional;

/**
 * Chooses an operation once the entry has been seen: a constant for every JCache method but {@code
 * invoke}.
 */
@FunctionalInterface
public interface Decider<V> {

  /** The operation on an entry in this state; it may be asked again if the entry changed. */
  EntryOperation<V> decide(Snapshot<V> seen);

  /** The operation, if it does not depend on the entry: only then can Redis decide it alone. */
  default Optional<EntryOperation<V>> inAdvance() {
    return Optional.empty();
  }
}
