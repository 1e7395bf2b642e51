package dev.corral.jcache;

import javax.cache.processor.EntryProcessor;

/**
 * An entry processor that only computes a missing value: it sets a value if the entry does not
 * exist, and otherwise changes nothing. With {@link OutageOptions.Processors#COMPUTE_IF_ABSENT},
 * the default, it also runs while Redis is unavailable. The entry then seems to be missing unless
 * the cache has a loader, and without a writer the value is not stored.
 *
 * <p>If the key is written, removed or cleared while the value is computed, the value is not
 * stored, because it may be stale; the processor is then called again with the entry as it is now.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 * @param <T> the type of the result
 */
public interface ComputeIfAbsentProcessor<K, V, T> extends EntryProcessor<K, V, T> {

  /**
   * Whether one caller at a time, in all JVMs, runs a processor for a key. A processor that is not
   * exclusive waits for no other caller and no other caller waits for it, so it may be invoked by
   * another processor. If several compute a value at the same time, the first one that is done
   * stores it, and the others are called again with that entry. Default: true.
   */
  default boolean isExclusive() {
    return true;
  }
}
