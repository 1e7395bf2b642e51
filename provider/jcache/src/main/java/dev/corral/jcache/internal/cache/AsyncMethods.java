package dev.corral.jcache.internal.cache;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.EntryOptions;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorResult;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous methods of a cache, each by its synchronous method. They check for null and copy
 * collections in the calling thread; everything else happens in a thread of {@link AsyncCalls}.
 */
public interface AsyncMethods<K, V> extends CorralCache<K, V> {

  /** The asynchronous operations of this cache. */
  AsyncCalls<K, V> asyncCalls();

  @Override
  default CompletableFuture<@Nullable V> getAsync(K key) {
    K checked = Objects.requireNonNull(key, "key");
    return asyncCalls()
        .<@Nullable V>start(() -> asyncCalls().near().value(checked), () -> get(checked));
  }

  @Override
  default CompletableFuture<Map<K, V>> getAllAsync(Set<? extends K> keys) {
    Set<K> copy = checkedKeys(keys);
    return asyncCalls()
        .<Map<K, V>>start(() -> asyncCalls().near().values(copy), () -> getAll(copy));
  }

  @Override
  default CompletableFuture<Boolean> containsKeyAsync(K key) {
    K checked = Objects.requireNonNull(key, "key");
    return asyncCalls()
        .<Boolean>start(
            () -> asyncCalls().near().contains(checked) ? true : null, () -> containsKey(checked));
  }

  @Override
  default CompletableFuture<@Nullable Void> putAsync(K key, V value) {
    K checked = Objects.requireNonNull(key, "key");
    V checkedValue = Objects.requireNonNull(value, "value");
    return asyncCalls().run(() -> put(checked, checkedValue));
  }

  @Override
  default CompletableFuture<@Nullable Void> putAsync(K key, V value, EntryOptions options) {
    K checked = Objects.requireNonNull(key, "key");
    V checkedValue = Objects.requireNonNull(value, "value");
    EntryOptions ofEntry = Objects.requireNonNull(options, "options");
    return asyncCalls().run(() -> put(checked, checkedValue, ofEntry));
  }

  @Override
  default CompletableFuture<@Nullable Void> invalidateTagsAsync(String... tags) {
    List<String> copy = List.of(tags);
    return asyncCalls().run(() -> invalidateTags(copy.toArray(String[]::new)));
  }

  @Override
  default CompletableFuture<@Nullable Void> putAllAsync(Map<? extends K, ? extends V> map) {
    Map<K, V> copy = new LinkedHashMap<>(map);
    copy.forEach(
        (key, value) -> {
          Objects.requireNonNull(key, "key");
          Objects.requireNonNull(value, "value");
        });
    return asyncCalls().run(() -> putAll(copy));
  }

  @Override
  default CompletableFuture<@Nullable V> getAndPutAsync(K key, V value) {
    K checked = Objects.requireNonNull(key, "key");
    V checkedValue = Objects.requireNonNull(value, "value");
    return asyncCalls().<@Nullable V>start(() -> getAndPut(checked, checkedValue));
  }

  @Override
  default CompletableFuture<Boolean> putIfAbsentAsync(K key, V value) {
    K checked = Objects.requireNonNull(key, "key");
    V checkedValue = Objects.requireNonNull(value, "value");
    return asyncCalls().start(() -> putIfAbsent(checked, checkedValue));
  }

  @Override
  default CompletableFuture<Boolean> replaceAsync(K key, V value) {
    K checked = Objects.requireNonNull(key, "key");
    V checkedValue = Objects.requireNonNull(value, "value");
    return asyncCalls().start(() -> replace(checked, checkedValue));
  }

  @Override
  default CompletableFuture<Boolean> replaceAsync(K key, V oldValue, V newValue) {
    K checked = Objects.requireNonNull(key, "key");
    V checkedOld = Objects.requireNonNull(oldValue, "oldValue");
    V checkedNew = Objects.requireNonNull(newValue, "newValue");
    return asyncCalls().start(() -> replace(checked, checkedOld, checkedNew));
  }

  @Override
  default CompletableFuture<@Nullable V> getAndReplaceAsync(K key, V value) {
    K checked = Objects.requireNonNull(key, "key");
    V checkedValue = Objects.requireNonNull(value, "value");
    return asyncCalls().<@Nullable V>start(() -> getAndReplace(checked, checkedValue));
  }

  @Override
  default CompletableFuture<Boolean> removeAsync(K key) {
    K checked = Objects.requireNonNull(key, "key");
    return asyncCalls().start(() -> remove(checked));
  }

  @Override
  default CompletableFuture<Boolean> removeAsync(K key, V oldValue) {
    K checked = Objects.requireNonNull(key, "key");
    V checkedOld = Objects.requireNonNull(oldValue, "oldValue");
    return asyncCalls().start(() -> remove(checked, checkedOld));
  }

  @Override
  default CompletableFuture<@Nullable V> getAndRemoveAsync(K key) {
    K checked = Objects.requireNonNull(key, "key");
    return asyncCalls().<@Nullable V>start(() -> getAndRemove(checked));
  }

  @Override
  default CompletableFuture<@Nullable Void> removeAllAsync(Set<? extends K> keys) {
    Set<K> copy = checkedKeys(keys);
    return asyncCalls().run(() -> removeAll(copy));
  }

  @Override
  default CompletableFuture<@Nullable Void> removeAllAsync() {
    return asyncCalls().run(this::removeAll);
  }

  @Override
  default CompletableFuture<@Nullable Void> clearAsync() {
    return asyncCalls().run(this::clear);
  }

  @Override
  default <T> CompletableFuture<@Nullable T> invokeAsync(
      K key, EntryProcessor<K, V, T> processor, Object... arguments) {
    K checked = Objects.requireNonNull(key, "key");
    EntryProcessor<K, V, T> checkedProcessor = Objects.requireNonNull(processor, "entryProcessor");
    Object[] copy = arguments.clone();
    return asyncCalls().<@Nullable T>start(() -> invoke(checked, checkedProcessor, copy));
  }

  @Override
  default <T> CompletableFuture<Map<K, EntryProcessorResult<T>>> invokeAllAsync(
      Set<? extends K> keys, EntryProcessor<K, V, T> processor, Object... arguments) {
    Set<K> copy = checkedKeys(keys);
    EntryProcessor<K, V, T> checkedProcessor = Objects.requireNonNull(processor, "entryProcessor");
    Object[] copyOfArguments = arguments.clone();
    return asyncCalls().start(() -> invokeAll(copy, checkedProcessor, copyOfArguments));
  }

  private static <K> Set<K> checkedKeys(Set<? extends K> keys) {
    Set<K> copy = new LinkedHashSet<>(keys);
    copy.forEach(key -> Objects.requireNonNull(key, "key"));
    return copy;
  }
}
