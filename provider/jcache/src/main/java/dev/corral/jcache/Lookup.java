package dev.corral.jcache;

import org.jspecify.annotations.Nullable;

/**
 * The result of {@link CorralCache#lookUp}. Immutable.
 *
 * @param value null for a miss
 * @param ticket for {@link CorralCache#fill} after a miss
 */
public record Lookup<V>(@Nullable V value, FillTicket ticket) {

  /** Whether the cache has a value. */
  public boolean isHit() {
    return value != null;
  }
}
