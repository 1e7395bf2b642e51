package dev.corral.jcache.internal.cache;

import dev.corral.jcache.internal.pipeline.near.NearCache;
import dev.corral.jcache.internal.pipeline.statistics.CacheStatistics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reads that the near cache answers without waiting. A read that it cannot answer counts
 * nothing here, because it is counted when it reads Redis. Safe for many threads.
 *
 * @param nearCache null if the cache has none
 * @param statistics counts the hits
 */
public record NearReads<K, V>(@Nullable NearCache<K, V> nearCache, CacheStatistics statistics) {

  /** The value of a key; null if the near cache cannot answer. */
  @Nullable V value(K key) {
    if (nearCache == null || !nearCache.isUsable(key)) {
      return null;
    }
    V value = nearCache.get(key);
    if (value != null) {
      statistics.recordHit();
    }
    return value;
  }

  /** Whether the key has an entry; false also if the near cache cannot answer. */
  boolean contains(K key) {
    return nearCache != null && nearCache.isUsable(key) && nearCache.contains(key);
  }

  /** The values of all keys; null unless the near cache has all of them. */
  @Nullable Map<K, V> values(Set<K> keys) {
    if (nearCache == null || !keys.stream().allMatch(nearCache::isUsable)) {
      return null;
    }
    Map<K, V> values = new LinkedHashMap<>(2 * keys.size());
    for (K key : keys) {
      V value = nearCache.get(key);
      if (value == null) {
        return null;
      }
      values.put(key, value);
    }
    keys.forEach(key -> statistics.recordHit());
    return values;
  }
}
