package dev.corral.spring;

import dev.corral.jcache.CacheUnavailableException;
import dev.corral.jcache.ChangeIntent;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.internal.cache.TransactionMethods;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cache.Cache;
import org.springframework.cache.support.AbstractValueAdaptingCache;

/**
 * A cache of Spring over one of Corral. Null values are stored. A missing value is computed once in
 * all JVMs: see {@link SingleFlight}. During an outage of Redis, no method fails: reads are misses,
 * computations run, and changes are dropped or repaired later. Safe for many threads.
 */
final class CorralSpringCache extends AbstractValueAdaptingCache implements TaggedCache {

  private static final Logger log = LoggerFactory.getLogger(CorralSpringCache.class);

  /** After this time an intent ends by itself, if the JVM dies. */
  private static final Duration INTENT_TIME = Duration.ofSeconds(30);

  private final CorralCache<Object, Object> cache;
  private final SingleFlight flights;

  CorralSpringCache(CorralCache<Object, Object> cache, FlightThreads threads) {
    super(/* allowNullValues= */ true);
    this.cache = cache;
    this.flights = new SingleFlight(cache, threads);
    if (cache instanceof TransactionMethods<Object, Object> methods) {
      methods.transactionSupport().onForget(flights::forget);
    }
  }

  @Override
  public String getName() {
    return cache.getName();
  }

  /** The form in which the cache stores a value; never null. */
  Object stored(@Nullable Object value) {
    return toStoreValue(value);
  }

  @Nullable ValueWrapper wrapped(@Nullable Object stored) {
    return toValueWrapper(stored);
  }

  /** The value that the caller expects to have its type. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  <T> @Nullable T unwrapped(Object stored) {
    return (T) fromStoreValue(stored);
  }

  /**
   * @throws IllegalStateException if the value has another type
   */
  @SuppressWarnings("unchecked")
  <T> @Nullable T typed(@Nullable Object stored, @Nullable Class<T> type) {
    Object value = stored == null ? null : fromStoreValue(stored);
    if (value != null && type != null && !type.isInstance(value)) {
      throw new IllegalStateException(
          "cache '%s' has a value of class %s, not %s"
              .formatted(getName(), value.getClass().getName(), type.getName()));
    }
    return (T) value;
  }

  /** What the cache stores for the result of a computation, which is not stored. */
  <T> Object computed(Object key, Callable<T> computation) {
    try {
      return toStoreValue(computation.call());
    } catch (Exception e) {
      throw new ValueRetrievalException(key, computation, e);
    }
  }

  /** The native cache as the target of the changes of a transaction. */
  TransactionChanges.Target target() {
    return new TransactionChanges.Target() {
      @Override
      public void put(Object key, Object stored) {
        cache.put(key, stored);
      }

      @Override
      public CompletableFuture<?> putLater(Object key, CompletableFuture<Object> stored) {
        if (!stored.isDone()) {
          return stored.thenCompose(it -> cache.putAsync(key, it));
        }
        if (!stored.isCompletedExceptionally()) {
          cache.put(key, stored.join());
        }
        return stored;
      }

      @Override
      public void remove(Object key) {
        evict(key);
      }

      @Override
      public void clear() {
        CorralSpringCache.this.clear();
      }

      @Override
      public void invalidateTags(Collection<String> tags) {
        CorralSpringCache.this.invalidateTags(tags);
      }

      @Override
      public @Nullable ChangeIntent recordIntent(Set<Object> keys) {
        return intent(keys);
      }
    };
  }

  @SuppressWarnings("unchecked") // the type of a configuration is a class
  private @Nullable ChangeIntent intent(Set<Object> keys) {
    CorralConfiguration<?, ?> configuration = cache.getConfiguration(CorralConfiguration.class);
    if (configuration.writeBehind().isPresent()) {
      return null; // its queue changes the database, later
    }
    try {
      return cache.recordIntent(keys, INTENT_TIME);
    } catch (RuntimeException e) {
      if (e instanceof CacheUnavailableException && configuration.isFailFast()) {
        throw e;
      }
      log.warn(
          "Cache '{}': a transaction is committed without an intent, and its changes are made"
              + " afterwards: {}",
          getName(),
          e.toString());
      return null;
    }
  }

  /** The {@link javax.cache.Cache}. */
  @Override
  public CorralCache<Object, Object> getNativeCache() {
    return cache;
  }

  @Override
  protected @Nullable Object lookup(Object key) {
    return cache.get(key);
  }

  @Override
  public <T> @Nullable T get(Object key, Callable<T> valueLoader) {
    Object stored = lookup(key);
    if (stored == null) {
      try {
        stored = flights.compute(key, () -> toStoreValue(valueLoader.call()));
      } catch (CacheException e) {
        throw e;
      } catch (Exception e) {
        throw new ValueRetrievalException(key, valueLoader, e);
      }
    }
    return unwrapped(stored);
  }

  @Override
  public @Nullable CompletableFuture<?> retrieve(Object key) {
    return lookupAsync(key).thenApply(stored -> stored == null ? null : toValueWrapper(stored));
  }

  @Override
  public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> valueLoader) {
    CompletableFuture<T> result = new CompletableFuture<>();
    var unused =
        lookupAsync(key)
            .thenCompose(
                stored ->
                    stored != null
                        ? CompletableFuture.completedFuture(stored)
                        : flights.computeAsync(
                            key, () -> valueLoader.get().thenApply(this::toStoreValue)))
            .whenComplete(
                (stored, failure) -> {
                  if (failure != null) {
                    result.completeExceptionally(SingleFlight.unwrapped(failure));
                  } else {
                    result.complete(unwrapped(stored));
                  }
                });
    return result;
  }

  /** The stored value; null, as for a miss, if too many operations are in flight. */
  private CompletableFuture<@Nullable Object> lookupAsync(Object key) {
    return cache
        .getAsync(key)
        .exceptionally(
            failure -> {
              Throwable cause = SingleFlight.unwrapped(failure);
              if (isRefused(cause)) {
                return null;
              }
              throw new CompletionException(cause);
            });
  }

  private static boolean isRefused(Throwable failure) {
    return failure instanceof CacheException
        && failure.getCause() instanceof RejectedExecutionException;
  }

  @Override
  public void put(Object key, @Nullable Object value) {
    cache.put(key, toStoreValue(value));
    flights.forget(key);
  }

  @Override
  public Cache.@Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
    Object mine = toStoreValue(value);
    ComputedOnce put = new ComputedOnce(() -> mine, /* isExclusive= */ true);
    Object stored = cache.invoke(key, put);
    return put.hasFound() ? toValueWrapper(stored) : null;
  }

  @Override
  public void evict(Object key) {
    evictIfPresent(key);
  }

  @Override
  public boolean evictIfPresent(Object key) {
    boolean removed = cache.remove(key);
    flights.forget(key);
    return removed;
  }

  /** Removes all entries in constant time, without calling a writer or a listener. */
  @Override
  public void clear() {
    cache.clear();
    flights.forgetAll();
  }

  @Override
  public void invalidateTags(Collection<String> tags) {
    if (!tags.isEmpty()) {
      cache.invalidateTags(tags.toArray(new String[0]));
      flights.forgetAll();
    }
  }

  /**
   * Removes all entries.
   *
   * @return false, since it is not known whether there were any
   */
  @Override
  public boolean invalidate() {
    clear();
    return false;
  }
}
