package dev.corral.jcache.internal.codec.values;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map of a stored value, read without its class.
 *
 * @param keysAndValues alternating, in their stored order
 */
public record StoredMap(List<@Nullable Object> keysAndValues) {

  /** By identity, since a map may contain itself. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return "a map of " + keysAndValues.size() / 2;
  }
}
