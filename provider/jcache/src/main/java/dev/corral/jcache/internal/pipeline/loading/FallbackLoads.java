package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.internal.outage.CacheRecovery;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * Loads without a cache, so that its absence does not become an outage of the database: one load
 * per key at a time in this JVM, and only so many at all. A load that begins within a load counts
 * as one with it.
 */
public final class FallbackLoads<K, V> {

  /** How many loads of a cache run at the same time while Redis is away. */
  static final int LIMIT = 32;

  /** How long a caller waits for its turn, or for the same load in another thread. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private final CacheRecovery outage;
  private final String cacheName;
  private final LoaderInvoker<K, V> loader;
  private final Semaphore turns;
  private final long patienceMillis;
  private final ConcurrentMap<K, CompletableFuture<@Nullable V>> flights =
      new ConcurrentHashMap<>();
  private final ThreadLocal<Boolean> loading = ThreadLocal.withInitial(() -> false);

  public FallbackLoads(CacheRecovery outage, String cacheName, LoaderInvoker<K, V> loader) {
    this(outage, cacheName, loader, LIMIT, PATIENCE);
  }

  FallbackLoads(
      CacheRecovery outage,
      String cacheName,
      LoaderInvoker<K, V> loader,
      int limit,
      Duration patience) {
    this.outage = outage;
    this.cacheName = cacheName;
    this.loader = loader;
    this.turns = new Semaphore(limit);
    this.patienceMillis = patience.toMillis();
  }

  @Nullable V load(K key) {
    if (Boolean.TRUE.equals(loading.get())) {
      return inTurn(() -> loader.load(key));
    }
    CompletableFuture<@Nullable V> mine = new CompletableFuture<>();
    CompletableFuture<@Nullable V> other = flights.putIfAbsent(key, mine);
    if (other != null) {
      return await(other);
    }
    try {
      V value = inTurn(() -> loader.load(key));
      mine.complete(value);
      return value;
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      flights.remove(key, mine);
    }
  }

  /** Lets nobody wait any longer for a load that may have begun before the key was changed. */
  public void forget(K key) {
    flights.remove(key);
  }

  Map<K, V> loadAll(Set<? extends K> keys) {
    return inTurn(() -> loader.loadAll(keys));
  }

  private @Nullable V await(CompletableFuture<@Nullable V> other) {
    try {
      return other.get(patienceMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CacheLoaderException failure) {
        throw failure;
      }
      throw new CacheLoaderException(
          "cache '%s': the load failed in another thread".formatted(cacheName), e.getCause());
    } catch (TimeoutException e) {
      throw refused();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private <R> R inTurn(Supplier<R> load) {
    if (Boolean.TRUE.equals(loading.get())) {
      outage.fallbackLoads().increment();
      return load.get();
    }
    try {
      if (!turns.tryAcquire(patienceMillis, TimeUnit.MILLISECONDS)) {
        throw refused();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    loading.set(true);
    try {
      outage.fallbackLoads().increment();
      return load.get();
    } finally {
      loading.remove();
      turns.release();
    }
  }

  private CacheLoaderException refused() {
    outage.refusedLoads().increment();
    return new CacheLoaderException(
        "cache '%s': Redis is away, and so many loads are under way that this one did not get its turn within %d ms"
            .formatted(cacheName, patienceMillis));
  }

  private CacheLoaderException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new CacheLoaderException(
        "cache '%s': interrupted while waiting for a load".formatted(cacheName), cause);
  }
}
