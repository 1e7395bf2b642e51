package dev.corral.jcache.internal.cache;

import dev.corral.jcache.LoadingStatistics;
import dev.corral.jcache.WarmUp;
import dev.corral.jcache.WarmUpOptions;
import dev.corral.jcache.internal.outage.CacheRecovery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.cache.CacheException;
import javax.cache.integration.CompletionListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loads of one cache that no caller waits for: {@code loadAll}, and warm-ups. Safe for many
 * threads.
 */
public final class BackgroundLoads<K, V> {

  private static final Logger log = LoggerFactory.getLogger(BackgroundLoads.class);

  /** How long {@link #close} waits for the running batches of warm-ups, and for refreshes. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(10);

  private final String cacheName;
  private final BulkOperations<K, V> bulk;
  private final CacheComponents.Loading<K, V> loading;
  private final CacheRecovery recovery;
  private final PendingLoads pendingLoads;
  private final Set<RunningWarmUp<K>> warmUps = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  BackgroundLoads(
      String cacheName,
      BulkOperations<K, V> bulk,
      CacheComponents.Loading<K, V> loading,
      CacheRecovery recovery) {
    this.cacheName = cacheName;
    this.bulk = bulk;
    this.loading = loading;
    this.recovery = recovery;
    this.pendingLoads = new PendingLoads(cacheName, loading.executor());
  }

  /** See {@link javax.cache.Cache#loadAll}. */
  void loadAll(List<K> keys, boolean replace, @Nullable CompletionListener completion) {
    if (loading.guard() == null) {
      bulk.loadAll(List.of(), replace, completion);
      return;
    }
    pendingLoads.start(() -> bulk.loadAll(keys, replace, completion));
  }

  /**
   * Starts a warm-up.
   *
   * @param keys creates the iterator in the background
   * @param onEnd releases what the iterator needs
   * @throws CacheException if the cache has no loader
   */
  WarmUp warm(Supplier<Iterator<? extends K>> keys, Runnable onEnd, WarmUpOptions options) {
    if (loading.guard() == null) {
      throw new CacheException(
          "cache '%s' has no loader to warm it with; set a CacheLoader factory"
              .formatted(cacheName));
    }
    RunningWarmUp<K> warmUp =
        new RunningWarmUp<>(cacheName, options, new Batches(), loading.executor());
    warmUps.add(warmUp);
    var unused = warmUp.completion().whenComplete((end, failure) -> warmUps.remove(warmUp));
    if (closed) {
      warmUp.stop(); // it may have been added after the others were stopped
    }
    warmUp.start(keys, onEnd);
    return warmUp;
  }

  private final class Batches implements WarmUpBatch.Loads<K> {

    @Override
    public BulkOperations.Loads load(List<K> keys, boolean replace, Runnable beforeLoad) {
      return bulk.warm(keys, replace, beforeLoad);
    }

    @Override
    public boolean isAvailable() {
      return recovery.isUnrestricted();
    }

    @Override
    public long outages() {
      return recovery.statistics().openedTimes();
    }
  }

  LoadingStatistics statistics() {
    return loading.guard() == null ? LoadingStatistics.NONE : loading.guard().statistics().now();
  }

  /** Stops the warm-ups and refreshes, and waits for running loads, for 10 s each. */
  void close() {
    closed = true;
    List<CompletableFuture<?>> ends = new ArrayList<>();
    if (loading.guard() != null) {
      ends.add(loading.guard().close());
    }
    warmUps.forEach(WarmUp::stop);
    warmUps.forEach(it -> ends.add(it.completion().toCompletableFuture()));
    try {
      PendingLoads.await(CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)), MAX_WAIT);
    } catch (ExecutionException e) {
      log.debug("Cache '{}': a warm-up failed while the cache was being closed", cacheName, e);
    } catch (TimeoutException e) {
      log.warn(
          "Cache '{}': a warm-up or a periodic refresh is still running after {} ms; the cache"
              + " closes its loader now",
          cacheName,
          MAX_WAIT.toMillis());
    }
    pendingLoads.await();
  }
}
