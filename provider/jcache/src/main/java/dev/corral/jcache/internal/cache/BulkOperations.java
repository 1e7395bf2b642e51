package dev.corral.jcache.internal.cache;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.pipeline.loading.LoadGuard;
import dev.corral.jcache.internal.store.EntryStore;
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
import java.util.function.Function;
import java.util.function.Supplier;
import javax.cache.CacheException;
import javax.cache.integration.CompletionListener;
import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.EntryProcessorResult;
import org.jspecify.annotations.Nullable;

/** The operations on many keys: one request for each, sent down the pipeline together. */
final class BulkOperations<K, V> {

  /** How many keys of {@code loadAll} the loader is asked for in one call at the most. */
  private static final int LOADED_AT_ONCE = 1_000;

  private final Stage.Next<K, V> pipeline;
  private final EntryStore<K, V> store;
  private final CacheRecovery outage;
  private final @Nullable LoadGuard<K, V> guard;

  BulkOperations(
      Stage.Next<K, V> pipeline,
      EntryStore<K, V> store,
      CacheRecovery outage,
      @Nullable LoadGuard<K, V> guard) {
    this.outage = outage;
    this.pipeline = pipeline;
    this.store = store;
    this.guard = guard;
  }

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

  void putAll(Map<? extends K, ? extends V> entries) {
    List<EntryRequest<K, V>> requests = new ArrayList<>(entries.size());
    entries.forEach(
        (key, value) ->
            requests.add(
                EntryRequest.of(
                    Objects.requireNonNull(key, "key"),
                    EntryOperation.put(Objects.requireNonNull(value, "value")))));
    pipeline.proceedAll(requests).orThrow();
  }

  void removeAll(Collection<? extends K> keys) {
    execute(keys, key -> EntryOperation.remove());
  }

  /** Removes what is there, page by page, telling writer and listeners of each entry. */
  void removeAll() {
    RuntimeException failure = null;
    Iterator<Map<K, V>> pages = store.pages();
    while (pages.hasNext()) {
      try {
        removeAll(pages.next().keySet());
      } catch (CacheException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** What each processor gave or threw; a key for which it gave null has no result. */
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
    } catch (RuntimeException e) {
      return () -> {
        throw new EntryProcessorException(e);
      };
    }
  }

  /** Loads in the caller's thread, and tells the listener how it ended. */
  void loadAll(List<K> keys, boolean replace, @Nullable CompletionListener completion) {
    try {
      load(keys, replace);
    } catch (RuntimeException e) {
      if (completion != null) {
        completion.onException(e);
      }
      return;
    }
    if (completion != null) {
      completion.onCompletion();
    }
  }

  private void load(List<K> keys, boolean replace) {
    if (guard == null) {
      return;
    }
    outage.requireAvailable("loadAll");
    int pending = keys.size();
    guard.statistics().pending(pending);
    try {
      for (int from = 0; from < keys.size(); from += LOADED_AT_ONCE) {
        List<K> some = keys.subList(from, Math.min(from + LOADED_AT_ONCE, keys.size()));
        load(guard, some, replace);
        guard.statistics().pending(-some.size());
        pending -= some.size();
      }
    } finally {
      guard.statistics().pending(-pending);
    }
  }

  private void load(LoadGuard<K, V> guard, List<K> keys, boolean replace) {
    if (replace) {
      guard.reloadAll(keys, pipeline);
      return;
    }
    Set<K> absent = new LinkedHashSet<>(keys);
    List<Outcome<V>> outcomes = execute(keys, key -> EntryOperation.contains());
    for (int i = 0; i < keys.size(); i++) {
      if (outcomes.get(i).hit()) {
        absent.remove(keys.get(i));
      }
    }
    guard.loadAll(absent, pipeline);
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
