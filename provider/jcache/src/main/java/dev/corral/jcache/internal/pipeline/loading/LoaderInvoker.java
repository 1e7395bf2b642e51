package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.CorralCacheLoader;
import dev.corral.jcache.CorralObserver.Activity;
import dev.corral.jcache.LoadContext;
import dev.corral.jcache.LoadResult;
import dev.corral.jcache.LoadResult.Kind;
import dev.corral.jcache.internal.entry.ObserverList;
import dev.corral.jcache.internal.entry.ObserverList.Work;
import dev.corral.jcache.internal.entry.UserCode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
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
    if (isContextual()) {
      return load(key, LoadContext.nothing()).value();
    }
    return observers.<V, RuntimeException>observe(
        Activity.LOAD,
        cacheName,
        1,
        () -> this.<@Nullable V>guarded(() -> loader.load(key)),
        Objects::nonNull);
  }

  /**
   * The values of the keys that have one, from one call; the map may be changed.
   *
   * @throws CacheLoaderException the loader's own, or one with the loader's exception as its cause
   */
  public Map<K, V> loadAll(Set<? extends K> keys) {
    if (isContextual()) {
      return valuesOf(keys);
    }
    Map<K, V> present =
        observers.observe(
            Activity.LOAD,
            cacheName,
            keys.size(),
            () -> callForAll(keys),
            found -> found != null && found.size() == keys.size());
    return Objects.requireNonNull(present);
  }

  private Map<K, V> valuesOf(Set<? extends K> keys) {
    Map<K, LoadContext<V>> contexts = new LinkedHashMap<>();
    keys.forEach(key -> contexts.put(key, LoadContext.nothing()));
    Map<K, V> values = new LinkedHashMap<>();
    loadAll(contexts)
        .forEach(
            (key, result) -> {
              V value = result.value();
              if (value != null) {
                values.put(key, value);
              }
            });
    return values;
  }

  private Map<K, V> callForAll(Set<? extends K> keys) {
    Map<K, V> loaded = guarded(() -> loader.loadAll(keys));
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

  /** Whether the loader gets what the cache still has of a key, and may say more than a value. */
  boolean isContextual() {
    return loader instanceof CorralCacheLoader;
  }

  /**
   * What the loader says about a key.
   *
   * @param context what the cache still has of the key
   * @throws CacheLoaderException the loader's own, or one with the loader's exception as its cause
   */
  LoadResult<V> load(K key, LoadContext<V> context) {
    return loader instanceof CorralCacheLoader<K, V> contextual
        ? Objects.requireNonNull(
            observers.<LoadResult<V>, RuntimeException>observe(
                Activity.LOAD,
                cacheName,
                1,
                () -> checked(guarded(() -> contextual.load(key, context)), context),
                result -> result != null && result.kind() != Kind.ABSENT))
        : LoadResult.ofNullable(load(key));
  }

  /**
   * What the loader says about many keys, by one call; for each key a result.
   *
   * @throws CacheLoaderException the loader's own, or one with the loader's exception as its cause
   */
  Map<K, LoadResult<V>> loadAll(Map<K, LoadContext<V>> contexts) {
    Map<K, LoadResult<V>> results = new LinkedHashMap<>();
    if (loader instanceof CorralCacheLoader<K, V> contextual) {
      Map<K, LoadResult<V>> found =
          observers.<Map<K, LoadResult<V>>, RuntimeException>observe(
              Activity.LOAD,
              cacheName,
              contexts.size(),
              () -> guarded(() -> contextual.loadAll(Collections.unmodifiableMap(contexts))),
              all -> all != null && contexts.keySet().stream().allMatch(key -> has(all, key)));
      contexts.forEach(
          (key, context) -> {
            LoadResult<V> result = found == null ? null : found.get(key);
            results.put(key, result == null ? LoadResult.absent() : checked(result, context));
          });
    } else {
      Map<K, V> values = loadAll(contexts.keySet());
      contexts.keySet().forEach(key -> results.put(key, LoadResult.ofNullable(values.get(key))));
    }
    return results;
  }

  private static <K> boolean has(Map<K, ? extends LoadResult<?>> results, K key) {
    LoadResult<?> result = results.get(key);
    return result != null && result.kind() != Kind.ABSENT;
  }

  private <R extends @Nullable Object> R guarded(Supplier<R> call) {
    try {
      return UserCode.<R>call(call);
    } catch (CacheLoaderException | Error e) {
      throw e;
    } catch (Throwable e) { // loaders in other languages throw checked exceptions, too
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw failure(e);
    }
  }

  private LoadResult<V> checked(@Nullable LoadResult<V> result, LoadContext<V> context) {
    if (result == null) {
      throw unusable("null; return LoadResult.absent() if the key has no value");
    }
    if (result.kind() == Kind.NOT_MODIFIED && !context.hasValue()) {
      throw unusable(
          "'not modified' for a key of which the cache has no value; return a value unless"
              + " LoadContext.hasValue()");
    }
    return result;
  }

  private CacheLoaderException unusable(String result) {
    return new CacheLoaderException(
        "cache '%s': the loader %s returned %s"
            .formatted(cacheName, loader.getClass().getName(), result));
  }

  private CacheLoaderException failure(Throwable cause) {
    return new CacheLoaderException(
        "cache '%s': the loader %s failed".formatted(cacheName, loader.getClass().getName()),
        cause);
  }
}
