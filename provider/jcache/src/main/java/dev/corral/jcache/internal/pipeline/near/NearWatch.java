package dev.corral.jcache.internal.pipeline.near;

/**
 * Learns which keys are read, and chooses those that the near cache keeps. Safe for many threads.
 *
 * @param <K> the type of the keys
 */
public interface NearWatch<K> {

  /**
   * The near cache has answered a read.
   *
   * @param nearKey the key in the near cache
   */
  void recordHit(K key, Object nearKey);

  /** Redis had the entry of a read that the near cache could not answer. */
  default void recordMiss(Object nearKey) {}

  /** Whether the near cache keeps the entry of a key now. */
  default boolean keeps(Object nearKey) {
    return true;
  }

  /** Changes when a key is no longer kept. */
  default long version() {
    return 0;
  }
}
