package dev.corral.jcache;

import javax.cache.processor.EntryProcessor;

/**
 * An entry processor that only computes a missing value: it sets a value if the entry does not
 * exist, and otherwise changes nothing. With {@link OutageOptions.Processors#COMPUTE_IF_ABSENT},
 * the default, it also runs while Redis is unavailable. The entry then seems to be missing unless
 * the cache has a loader, and without a writer the value is not stored.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 * @param <T> the type of the result
 */
public interface ComputeIfAbsentProcessor<K, V, T> extends EntryProcessor<K, V, T> {}
