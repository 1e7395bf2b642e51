package dev.corral.spring;

import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cache that gets the changes of a transaction after its commit, and none if it is rolled back.
 * Without a transaction it is the cache itself. A transaction sees its own changes. What it
 * computes may depend on changes that are not committed, so no other caller shares it, unless the
 * transaction is read-only. Safe for many threads.
 */
final class TransactionalCache implements TaggedCache {

  private final CorralSpringCache cache;
  private final TransactionChanges.Target target;

  TransactionalCache(CorralSpringCache cache) {
    this.cache = cache;
    this.target = cache.target();
  }

  private @Nullable TransactionChanges changes() {
    return TransactionChanges.current(cache.getName(), target);
  }

  @Override
  public String getName() {
    return cache.getName();
  }

  @Override
  public Object getNativeCache() {
    return cache.getNativeCache();
  }

  @Override
  public @Nullable ValueWrapper get(Object key) {
    TransactionChanges changes = changes();
    return changes == null ? cache.get(key) : cache.wrapped(stored(changes, key));
  }

  @Override
  public <T> @Nullable T get(Object key, @Nullable Class<T> type) {
    TransactionChanges changes = changes();
    return changes == null || !changes.hasChanged(key)
        ? cache.get(key, type)
        : cache.typed(stored(changes, key), type);
  }

  @Override
  public <T> @Nullable T get(Object key, Callable<T> valueLoader) {
    TransactionChanges changes = changes();
    if (changes == null || (TransactionChanges.isReadOnly() && !changes.hasChanged(key))) {
      return cache.get(key, valueLoader);
    }
    Object stored = stored(changes, key);
    if (stored == null) {
      stored = cache.computed(key, valueLoader);
      changes.fill(key, stored);
    }
    return cache.unwrapped(stored);
  }

  @Override
  public @Nullable CompletableFuture<?> retrieve(Object key) {
    TransactionChanges changes = changes();
    return changes == null || !changes.hasChanged(key)
        ? cache.retrieve(key)
        : CompletableFuture.completedFuture(cache.wrapped(stored(changes, key)));
  }

  @Override
  public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> valueLoader) {
    TransactionChanges changes = changes();
    if (changes == null || (TransactionChanges.isReadOnly() && !changes.hasChanged(key))) {
      return cache.retrieve(key, valueLoader);
    }
    Object stored = stored(changes, key);
    if (stored != null) {
      return CompletableFuture.completedFuture(cache.unwrapped(stored));
    }
    CompletableFuture<T> computed = valueLoader.get();
    changes.fillLater(key, computed.thenApply(cache::stored));
    return computed;
  }

  private @Nullable Object stored(TransactionChanges changes, Object key) {
    return changes.hasChanged(key) ? changes.value(key).orElse(null) : cache.lookup(key);
  }

  @Override
  public void put(Object key, @Nullable Object value) {
    TransactionChanges changes = changes();
    if (changes == null) {
      cache.put(key, value);
    } else {
      changes.put(key, cache.stored(value));
    }
  }

  @Override
  public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
    TransactionChanges changes = changes();
    if (changes == null) {
      return cache.putIfAbsent(key, value);
    }
    Object stored = stored(changes, key);
    if (stored == null) {
      changes.fill(key, cache.stored(value));
    }
    return cache.wrapped(stored);
  }

  @Override
  public void evict(Object key) {
    TransactionChanges changes = changes();
    if (changes == null) {
      cache.evict(key);
    } else {
      changes.remove(key);
    }
  }

  /** In a transaction, whether the entry exists now; it is removed after the commit. */
  @Override
  public boolean evictIfPresent(Object key) {
    TransactionChanges changes = changes();
    if (changes == null) {
      return cache.evictIfPresent(key);
    }
    boolean present = stored(changes, key) != null;
    changes.remove(key);
    return present;
  }

  @Override
  public void clear() {
    TransactionChanges changes = changes();
    if (changes == null) {
      cache.clear();
    } else {
      changes.clear();
    }
  }

  @Override
  public void invalidateTags(Collection<String> tags) {
    TransactionChanges changes = changes();
    if (changes == null) {
      cache.invalidateTags(tags);
    } else {
      changes.invalidateTags(tags);
    }
  }

  /** Even if the caller is in a transaction. */
  void invalidateTagsNow(Collection<String> tags) {
    cache.invalidateTags(tags);
  }

  @Override
  public boolean invalidate() {
    clear();
    return false;
  }
}
