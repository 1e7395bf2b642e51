package dev.corral.jcache.internal.cache;

import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.pipeline.events.CacheListeners;
import dev.corral.jcache.internal.pipeline.loading.LoadGuard;
import dev.corral.jcache.internal.pipeline.near.NearCache;
import dev.corral.jcache.internal.pipeline.statistics.CacheStatistics;
import dev.corral.jcache.internal.pipeline.writing.QueuedWrites;
import dev.corral.jcache.internal.store.EntryStore;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a cache is made of.
 *
 * @param near null if nothing is kept near
 * @param loader null if there is none
 * @param readsThrough whether a miss calls the loader
 * @param readsLeaveNoTrace whether reading an entry changes nothing, not even its expiry
 * @param queuedWrites what waits for the writer
 * @param executor runs {@code loadAll}
 * @param onClose closes what belongs to the cache, once
 */
public record CacheParts<K, V>(
    Stage.Next<K, V> pipeline,
    EntryStore<K, V> store,
    CacheStatistics statistics,
    @Nullable NearCache<K, V> near,
    CacheListeners<K, V> listeners,
    CacheRecovery outage,
    @Nullable LoadGuard<K, V> loader,
    boolean readsThrough,
    boolean readsLeaveNoTrace,
    QueuedWrites<K, V> queuedWrites,
    Executor executor,
    Consumer<RedisCache<K, V>> onClose) {

  @Nullable LoadGuard<K, V> readThrough() {
    return readsThrough ? loader : null;
  }
}
