package dev.corral.jcache.internal.entry;

import java.util.Optional;

/**
 * Chooses the operation on an entry after the entry was read. For all JCache methods except {@code
 * invoke}, the operation is constant.
 */
@FunctionalInterface
public interface Decider<V> {

  /** The operation on an entry in this state; called again if the entry changed in between. */
  EntryOperation<V> decide(Snapshot<V> seen);

  /** The operation if it does not depend on the entry, so that Redis can decide without the JVM. */
  default Optional<EntryOperation<V>> inAdvance() {
    return Optional.empty();
  }

  /**
   * Whether the decision is known to do nothing but compute a missing value. Without the entry it
   * then gives the caller a right value, though one that may have been computed before.
   */
  default boolean computesIfAbsent() {
    return false;
  }

  /**
   * Whether the decision is made under the lock of the key. Only one that {@linkplain
   * #computesIfAbsent() computes a missing value} may do without.
   */
  default boolean isExclusive() {
    return true;
  }
}
