package dev.corral.jcache.internal.cache;

import dev.corral.jcache.EntryOptions;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.pipeline.loading.LoadGuard;
import dev.corral.jcache.internal.pipeline.loading.LoadWatch;
import dev.corral.jcache.internal.pipeline.near.NearCache;
import dev.corral.jcache.internal.store.CacheContents;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.cache.CacheException;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CompletionListener;
import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.EntryProcessorResult;
import org.jspecify.annotations.Nullable;

/**
 * The operations on many keys. Each key becomes a request, and the pipeline gets all requests in
 * one call. Safe for many threads.
 */
final class BulkOperations<K, V> {

  /** Maximum number of keys of {@code loadAll} in one call of the loader. */
  private static final int LOAD_BATCH = 1_000;

  private final Stage.Next<K, V> pipeline;
  private final CacheContents<K, V> contents;
  private final CacheRecovery recovery;
  private final CacheComponents.Loading<K, V> loading;
  private final @Nullable LoadGuard<K, V> guard;
  private final @Nullable NearCache<K, V> nearCache;

  /**
   * @param nearCache null if there is none
   */
  BulkOperations(
      Stage.Next<K, V> pipeline,
      CacheContents<K, V> contents,
      CacheRecovery recovery,
      CacheComponents.Loading<K, V> loading,
      @Nullable NearCache<K, V> nearCache) {
    this.recovery = recovery;
    this.pipeline = pipeline;
    this.contents = contents;
    this.loading = loading;
    this.guard = loading.guard();
    this.nearCache = nearCache;
  }

  /** A copy of the keys, none of which may be null. */
  static <K> List<K> checkedKeys(Set<? extends K> keys) {
    List<K> copy = new ArrayList<>(keys);
    copy.forEach(key -> Objects.requireNonNull(key, "key"));
    return copy;
  }

  /** The values of the keys that have one. */
  Map<K, V> getAll(List<K> keys) {
    List<Outcome<V>> outcomes = execute(keys, key -> EntryOperation.get());
    Map<K, V> found = new LinkedHashMap<>(2 * keys.size());
    for (int i = 0; i < keys.size(); i++) {
      V value = outcomes.get(i).value();
      if (value != null) {
        found.put(keys.get(i), value);
      }
    }
    return found;
  }

  void putAll(Map<? extends K, ? extends V> entries, @Nullable EntryOptions options) {
    List<EntryRequest<K, V>> requests = new ArrayList<>(entries.size());
    entries.forEach(
        (key, value) ->
            requests.add(
                EntryRequest.of(
                    Objects.requireNonNull(key, "key"),
                    EntryOperation.put(Objects.requireNonNull(value, "value"), options))));
    pipeline.proceedAll(requests).orThrow();
  }

  void removeAll(Collection<? extends K> keys) {
    execute(keys, key -> EntryOperation.remove());
  }

  /**
   * Removes all entries, page by page, also those whose values this JVM cannot decode; writer and
   * listeners are called for each entry. A failure does not end the removal.
   *
   * @throws CacheException the first failure
   */
  void removeAll() {
    RuntimeException failure = null;
    Iterator<Set<K>> pages = contents.keyPages();
    while (pages.hasNext()) {
      try {
        removeAll(pages.next());
      } catch (CacheException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Removes all entries, without writer and listeners. */
  void clear() {
    inAllEntries(CacheContents::clear);
  }

  /** Removes all entries with one of the tags, without writer and listeners. */
  void invalidateTags(List<String> tags) {
    if (!tags.isEmpty()) {
      inAllEntries(it -> it.invalidateTags(tags));
    }
  }

  private void inAllEntries(Consumer<CacheContents<K, V>> change) {
    try {
      change.accept(contents);
    } finally {
      loading.forgetLoads();
      if (nearCache != null) {
        nearCache.invalidateAll();
      }
    }
  }

  /**
   * Invokes a processor for each key. A result contains the return value or the exception; a key
   * has no result if the processor returned null.
   */
  <T> Map<K, EntryProcessorResult<T>> invokeAll(List<K> keys, Function<K, @Nullable T> invoke) {
    Map<K, EntryProcessorResult<T>> results = new HashMap<>();
    for (K key : keys) {
      EntryProcessorResult<T> result = result(() -> invoke.apply(key));
      if (result != null) {
        results.put(key, result);
      }
    }
    return results;
  }

  private static <T> @Nullable EntryProcessorResult<T> result(Supplier<@Nullable T> processor) {
    try {
      T result = processor.get();
      return result == null ? null : () -> result;
    } catch (EntryProcessorException e) {
      return () -> {
        throw e;
      };
    } catch (Exception e) { // processors in other languages throw checked exceptions, too
      return () -> {
        throw new EntryProcessorException(e);
      };
    }
  }

  /**
   * Loads keys in the calling thread. A failure is passed to the listener and not thrown; an error
   * is passed as the cause of an exception, and thrown. Without a loader, this only completes the
   * listener.
   *
   * @param replace whether to load keys that are in the cache, too, and keys whose entries this JVM
   *     cannot decode
   */
  void loadAll(List<K> keys, boolean replace, @Nullable CompletionListener completion) {
    try {
      load(keys, replace);
    } catch (RuntimeException e) {
      fail(completion, e);
      return;
    } catch (Throwable e) {
      fail(completion, failure(e));
      throw e;
    }
    if (completion != null) {
      completion.onCompletion();
    }
  }

  private CacheLoaderException failure(Throwable error) {
    return new CacheLoaderException(
        "cache '%s': loadAll ended with %s; check the loader"
            .formatted(
                guard == null ? "without loader" : guard.cacheName(), error.getClass().getName()),
        error);
  }

  private static void fail(@Nullable CompletionListener completion, RuntimeException failure) {
    if (completion != null) {
      completion.onException(failure);
    }
  }

  private void load(List<K> keys, boolean replace) {
    if (guard == null) {
      return;
    }
    recovery.requireAvailable("loadAll");
    int pending = keys.size();
    guard.statistics().pending(pending);
    try {
      for (int from = 0; from < keys.size(); from += LOAD_BATCH) {
        List<K> batch = keys.subList(from, Math.min(from + LOAD_BATCH, keys.size()));
        load(guard, batch, replace, LoadWatch.none());
        guard.statistics().pending(-batch.size());
        pending -= batch.size();
      }
    } finally {
      guard.statistics().pending(-pending);
    }
  }

  /**
   * How many keys a load had, by their results.
   *
   * @param loaded the loader had a value
   * @param present they were in the cache, and were not loaded
   * @param absent there was no value
   * @param discarded values that were not stored; if a key was loaded by itself or by another
   *     thread, also those of other loads meanwhile
   */
  record Loads(long loaded, long present, long absent, long discarded) {

    static final Loads NONE = new Loads(0, 0, 0, 0);

    Loads plus(Loads other) {
      return new Loads(
          loaded + other.loaded,
          present + other.present,
          absent + other.absent,
          discarded + other.discarded);
    }
  }

  /**
   * Loads keys in the calling thread, with one call of the loader. Ends without a call of the
   * loader if Redis is unavailable or refuses changes.
   *
   * @param keys different keys
   * @param replace see {@link #loadAll}
   * @param beforeLoad runs before each call of the loader
   * @throws RedisUnavailableException if Redis is unavailable or refuses changes
   * @throws CacheException if Redis, the loader or a store fails
   */
  Loads warm(List<K> keys, boolean replace, Runnable beforeLoad) {
    if (guard == null) {
      return Loads.NONE;
    }
    requireUnrestricted();
    LoadWatch watch =
        LoadWatch.of(
            () -> {
              requireUnrestricted();
              beforeLoad.run();
            });
    long before = guard.statistics().discarded();
    Loads loads = load(guard, keys, replace, watch);
    long discarded = watch.isExact() ? watch.discarded() : guard.statistics().discarded() - before;
    return new Loads(loads.loaded, loads.present, loads.absent, discarded);
  }

  private void requireUnrestricted() {
    if (!recovery.isUnrestricted()) {
      throw recovery.unavailable("warm");
    }
  }

  private Loads load(LoadGuard<K, V> guard, List<K> keys, boolean replace, LoadWatch watch) {
    if (replace) {
      int loaded = guard.reloadAll(keys, watch, pipeline);
      return new Loads(loaded, 0, keys.size() - loaded, 0);
    }
    Set<K> absent = new LinkedHashSet<>(keys);
    List<Outcome<V>> outcomes = execute(keys, key -> EntryOperation.contains());
    for (int i = 0; i < keys.size(); i++) {
      Outcome<V> outcome = outcomes.get(i);
      if (outcome.hit() || outcome.prior() == Prior.UNDECODABLE) {
        absent.remove(keys.get(i));
      }
    }
    int loaded = guard.loadMissing(absent, watch, pipeline);
    return new Loads(loaded, keys.size() - absent.size(), absent.size() - loaded, 0);
  }

  private List<Outcome<V>> execute(
      Collection<? extends K> keys, Function<K, EntryOperation<V>> operation) {
    List<EntryRequest<K, V>> requests = new ArrayList<>(keys.size());
    for (K key : keys) {
      requests.add(EntryRequest.of(key, operation.apply(key)));
    }
    return pipeline.proceedAll(requests).orThrow();
  }
}
