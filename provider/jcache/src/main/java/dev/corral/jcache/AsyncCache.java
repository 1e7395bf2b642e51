package dev.corral.jcache;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorResult;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous methods of a cache. Each one does what the method of {@link Cache} without
 * {@code Async} in its name does, in another thread, and returns its future result. Safe for many
 * threads.
 *
 * <p><b>Threads.</b> No method blocks, so threads of Netty may call them. Only in a loader, writer,
 * entry processor or listener, an operation runs in the calling thread at once. The operations run
 * in threads of the cache manager: virtual threads from Java 21 on, up to 1,000 at a time, and up
 * to 64 platform threads before. Up to 10,000 further operations wait. If that limit is reached, an
 * operation does not start, and its future fails with a {@link CacheException} whose cause is a
 * {@link RejectedExecutionException}. If the near cache can answer, the returned future is complete
 * already. Otherwise, dependent stages without an executor of their own run in the thread of the
 * operation, or in the thread that adds them if the future is complete by then. Operations have the
 * context class loader of the calling thread.
 *
 * <p><b>Order.</b> Operations that are in flight at the same time run in no order, also if they
 * have the same key. Use {@link CompletableFuture#thenCompose} if one depends on another. Keys and
 * values must not be changed before the future is complete; collections of them are copied.
 *
 * <p><b>Failures.</b> A null argument is a {@link NullPointerException} of the call itself. All
 * other failures are in the future: the exception that the method of {@code Cache} throws, which
 * {@link CompletableFuture#join} wraps in a {@link CompletionException} and {@link
 * CompletableFuture#get()} in an {@link ExecutionException}. On a closed cache this is an {@link
 * IllegalStateException}.
 *
 * <p><b>Cancellation.</b> An operation that waits for a thread does not run if its future has been
 * completed, by {@link CompletableFuture#cancel} or a time-out for instance. An operation that has
 * begun continues, and may change the cache.
 *
 * <p><b>Closing.</b> When the cache is closed, operations that have not begun fail with an {@link
 * IllegalStateException}. The cache waits up to 10 seconds for the others. After that, their
 * futures fail with a {@link CacheException}, and their threads are interrupted. So every future is
 * completed.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface AsyncCache<K, V> {

  /** Gets a value, as {@link Cache#get}; null if the key has none. */
  CompletableFuture<@Nullable V> getAsync(K key);

  /** Gets the values of the keys that have one, as {@link Cache#getAll}. */
  CompletableFuture<Map<K, V>> getAllAsync(Set<? extends K> keys);

  /** Whether the key has an entry, as {@link Cache#containsKey}. */
  CompletableFuture<Boolean> containsKeyAsync(K key);

  /** Stores a value, as {@link Cache#put}. */
  CompletableFuture<@Nullable Void> putAsync(K key, V value);

  /** Stores a value with options of its own, as {@link CorralCache#put}. */
  CompletableFuture<@Nullable Void> putAsync(K key, V value, EntryOptions options);

  /** Stores values, as {@link Cache#putAll}. */
  CompletableFuture<@Nullable Void> putAllAsync(Map<? extends K, ? extends V> map);

  /** Stores a value and returns the previous one, or null, as {@link Cache#getAndPut}. */
  CompletableFuture<@Nullable V> getAndPutAsync(K key, V value);

  /** Stores a value if the key has none; returns whether it did, as {@link Cache#putIfAbsent}. */
  CompletableFuture<Boolean> putIfAbsentAsync(K key, V value);

  /** Replaces the value of a key if it has one, as {@link Cache#replace(Object, Object)}. */
  CompletableFuture<Boolean> replaceAsync(K key, V value);

  /** Replaces a certain value of a key, as {@link Cache#replace(Object, Object, Object)}. */
  CompletableFuture<Boolean> replaceAsync(K key, V oldValue, V newValue);

  /** Replaces a value and returns the previous one, or null, as {@link Cache#getAndReplace}. */
  CompletableFuture<@Nullable V> getAndReplaceAsync(K key, V value);

  /** Removes an entry; returns whether there was one, as {@link Cache#remove(Object)}. */
  CompletableFuture<Boolean> removeAsync(K key);

  /** Removes an entry if it has a certain value, as {@link Cache#remove(Object, Object)}. */
  CompletableFuture<Boolean> removeAsync(K key, V oldValue);

  /** Removes an entry and returns its value, or null, as {@link Cache#getAndRemove}. */
  CompletableFuture<@Nullable V> getAndRemoveAsync(K key);

  /** Removes the entries of these keys, as {@link Cache#removeAll(Set)}. */
  CompletableFuture<@Nullable Void> removeAllAsync(Set<? extends K> keys);

  /** Removes all entries, with writer and listeners, as {@link Cache#removeAll()}. */
  CompletableFuture<@Nullable Void> removeAllAsync();

  /** Removes all entries, without writer and listeners, as {@link Cache#clear}. */
  CompletableFuture<@Nullable Void> clearAsync();

  /** Removes all entries that have one of the tags, as {@link CorralCache#invalidateTags}. */
  CompletableFuture<@Nullable Void> invalidateTagsAsync(String... tags);

  /**
   * Runs an entry processor in this JVM, as {@link Cache#invoke}.
   *
   * @return the result of the processor, which may be null
   */
  <T> CompletableFuture<@Nullable T> invokeAsync(
      K key, EntryProcessor<K, V, T> processor, Object... arguments);

  /** Runs an entry processor for each key, as {@link Cache#invokeAll}. */
  <T> CompletableFuture<Map<K, EntryProcessorResult<T>>> invokeAllAsync(
      Set<? extends K> keys, EntryProcessor<K, V, T> processor, Object... arguments);
}
