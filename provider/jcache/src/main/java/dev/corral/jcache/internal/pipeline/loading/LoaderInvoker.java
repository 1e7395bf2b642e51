package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.CorralObserver.Activity;
import dev.corral.jcache.internal.entry.ObserverList;
import dev.corral.jcache.internal.entry.ObserverList.Work;
import dev.corral.jcache.internal.entry.UserCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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
  private final ObserverList observers;

  public LoaderInvoker(String cacheName, CacheLoader<K, V> loader, ObserverList observers) {
    this.cacheName = cacheName;
    this.loader = loader;
    this.observers = observers;
  }

  /** Reads a key that is not in the cache: from this loader, or from a load of another thread. */
  <E extends Exception> @Nullable V observeMiss(Work<V, E> read) throws E {
    return observers.<V, E>observe(Activity.MISS, cacheName, 1, read, Objects::nonNull);
  }

  /**
   * The value of a key, or null if the loader has none.
   *
   * @throws CacheLoaderException the loader's own, or one with the loader's exception as its cause
   */
  public @Nullable V load(K key) {
    try {
      return observers.<V, RuntimeException>observe(
          Activity.LOAD,
          cacheName,
          1,
          () -> UserCode.<@Nullable V>call(() -> loader.load(key)),
          Objects::nonNull);
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
    Map<K, V> present =
        observers.observe(
            Activity.LOAD,
            cacheName,
            keys.size(),
            () -> callForAll(keys),
            found -> found != null && found.size() == keys.size());
    return Objects.requireNonNull(present);
  }

  private Map<K, V> callForAll(Set<? extends K> keys) {
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
