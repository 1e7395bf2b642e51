package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.internal.entry.UserCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * The {@link CacheLoader} of one cache, whose exceptions all reach the caller as a {@link
 * CacheLoaderException}. Safe for many threads if the loader is.
 */
public final class LoaderInvoker<K, V> {

  private final String cacheName;
  private final CacheLoader<K, V> loader;

  public LoaderInvoker(String cacheName, CacheLoader<K, V> loader) {
    this.cacheName = cacheName;
    this.loader = loader;
  }

  /**
   * The value of a key, or null if the loader has none.
   *
   * @throws CacheLoaderException the loader's own, or one with the loader's exception as its cause
   */
  public @Nullable V load(K key) {
    try {
      return UserCode.<@Nullable V>call(() -> loader.load(key));
    } catch (CacheLoaderException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failure(e);
    }
  }

  /**
   * The values of the keys that have one, from one call; the map may be changed.
   *
   * @throws CacheLoaderException the loader's own, or one with the loader's exception as its cause
   */
  public Map<K, V> loadAll(Set<? extends K> keys) {
    Map<K, V> loaded;
    try {
      loaded = UserCode.call(() -> loader.loadAll(keys));
    } catch (CacheLoaderException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failure(e);
    }
    Map<K, V> present = new LinkedHashMap<>();
    if (loaded != null) {
      for (K key : keys) {
        V value = loaded.get(key);
        if (value != null) {
          present.put(key, value);
        }
      }
    }
    return present;
  }

  private CacheLoaderException failure(RuntimeException cause) {
    return new CacheLoaderException(
        "cache '%s': the loader %s failed".formatted(cacheName, loader.getClass().getName()),
        cause);
  }
}
