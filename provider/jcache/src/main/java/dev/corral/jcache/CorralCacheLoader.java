package dev.corral.jcache;

import java.util.LinkedHashMap;
import java.util.Map;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * A cache loader that gets what the cache still has of a key, and whose result may say more than a
 * value: that it is not modified, how long it lives, its tags and its version, that it is not to be
 * stored, or how long the key is absent. Configure it as any {@link CacheLoader}. It must be safe
 * for many threads.
 *
 * <pre>{@code
 * public LoadResult<Product> load(Long id, LoadContext<Product> context) {
 *   Response response = client.get(id, context.version()); // If-None-Match
 *   return switch (response.status()) {
 *     case 304 -> LoadResult.notModified();
 *     case 404 -> LoadResult.absentFor(Duration.ofMinutes(1));
 *     default -> LoadResult.of(response.product()).withVersion(response.etag());
 *   };
 * }
 * }</pre>
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface CorralCacheLoader<K, V> extends CacheLoader<K, V> {

  /**
   * Loads a key.
   *
   * @param context what the cache still has of the key; valid during this call
   * @return never null; {@link LoadResult#absent()} if there is no value
   * @throws CacheLoaderException or another exception if the load failed
   */
  LoadResult<V> load(K key, LoadContext<V> context);

  /**
   * Loads many keys. By default, it loads each of them by {@link #load(Object, LoadContext)}.
   *
   * @param contexts for each key, what the cache still has of it; valid during this call
   * @return a key without a result is absent
   * @throws CacheLoaderException or another exception if the load failed
   */
  default Map<K, LoadResult<V>> loadAll(Map<K, LoadContext<V>> contexts) {
    Map<K, LoadResult<V>> results = new LinkedHashMap<>();
    contexts.forEach((key, context) -> results.put(key, load(key, context)));
    return results;
  }

  /** Loads the value of a key of which the cache has nothing; null if there is none. */
  @Override
  @SuppressWarnings("NullAway") // null is allowed by the specification
  default V load(K key) {
    @Nullable V value = load(key, LoadContext.nothing()).value();
    return value;
  }

  /** Loads the values of keys of which the cache has nothing. */
  @Override
  default Map<K, V> loadAll(Iterable<? extends K> keys) {
    Map<K, LoadContext<V>> contexts = new LinkedHashMap<>();
    keys.forEach(key -> contexts.put(key, LoadContext.nothing()));
    Map<K, V> values = new LinkedHashMap<>();
    loadAll(contexts)
        .forEach(
            (key, result) -> {
              if (result.value() != null) {
                values.put(key, result.value());
              }
            });
    return values;
  }
}
