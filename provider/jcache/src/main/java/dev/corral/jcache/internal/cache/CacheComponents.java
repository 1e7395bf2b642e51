package dev.corral.jcache.internal.cache;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EffectiveSetting;
import dev.corral.jcache.RefusalStatistics;
import dev.corral.jcache.VerificationStatistics;
import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.pipeline.events.CacheListeners;
import dev.corral.jcache.internal.pipeline.loading.FallbackLoads;
import dev.corral.jcache.internal.pipeline.loading.LoadGuard;
import dev.corral.jcache.internal.pipeline.near.NearCache;
import dev.corral.jcache.internal.pipeline.statistics.CacheStatistics;
import dev.corral.jcache.internal.pipeline.writing.QueuedWrites;
import dev.corral.jcache.internal.store.CacheContents;
import dev.corral.jcache.internal.store.DecodingFailures;
import dev.corral.jcache.internal.store.IntentCommands;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The collaborators of a {@link RedisCache}, grouped by concern.
 *
 * @param listeners the registered listeners, and the delivery of events to them
 * @param asyncThreads runs asynchronous operations; refuses them if there are too many
 * @param onClose ends the background tasks of the cache and closes the user's callbacks; called
 *     once
 */
public record CacheComponents<K, V>(
    Entries<K, V> entries,
    Loading<K, V> loading,
    CacheListeners<K, V> listeners,
    Management<K, V> management,
    Executor asyncThreads,
    Runnable onClose) {

  /**
   * Access to the entries.
   *
   * @param pipeline executes the operations on one key or on several keys
   * @param contents clears and iterates, which are operations on the whole cache
   * @param nearCache null if the cache has none
   * @param intents records which keys transactions are about to change
   * @param accessChangesExpiry whether a read may change the time at which an entry expires
   */
  public record Entries<K, V>(
      Stage.Next<K, V> pipeline,
      CacheContents<K, V> contents,
      @Nullable NearCache<K, V> nearCache,
      IntentCommands<K> intents,
      boolean accessChangesExpiry) {}

  /**
   * The loader.
   *
   * @param guard null if the cache has no loader
   * @param fallback the loads during an outage; null if there are none
   * @param readThrough whether a miss calls the loader; {@code loadAll} calls it in any case
   * @param executor runs {@code loadAll}
   */
  public record Loading<K, V>(
      @Nullable LoadGuard<K, V> guard,
      @Nullable FallbackLoads<K, V> fallback,
      boolean readThrough,
      Executor executor) {

    /** Lets no later reader wait for a load that is in flight, because entries were removed. */
    void forgetLoads() {
      if (guard != null) {
        guard.forgetAll();
      }
      if (fallback != null) {
        fallback.forgetAll();
      }
    }

    /** The same for the loads of one key. */
    void forgetLoad(K key) {
      if (guard != null) {
        guard.forget(key);
      }
      if (fallback != null) {
        fallback.forget(key);
      }
    }

    /** How an entry processor loads its key; null if a miss calls no loader. */
    ProcessorRun.@Nullable Loader<V> forProcessor(K key, Stage.Next<K, V> pipeline) {
      return guard == null || !readThrough
          ? null
          : (isStored, isShared) -> guard.loadForProcessor(key, pipeline, isStored, isShared);
    }
  }

  /**
   * Statistics, the state of an outage, the queue of the writer, and what could not be decoded or
   * was refused.
   *
   * @param queuedWrites {@link QueuedWrites#none} unless the cache uses write-behind
   * @param settings lists the settings that apply; its argument is the current configuration
   * @param samples what samples of the reads say
   */
  public record Management<K, V>(
      CacheStatistics statistics,
      CacheRecovery recovery,
      QueuedWrites<K, V> queuedWrites,
      DecodingFailures decodingFailures,
      Function<CorralConfiguration<K, V>, List<EffectiveSetting>> settings,
      Supplier<RefusalStatistics> refusals,
      Samples<K> samples) {}

  /**
   * What samples of the reads say.
   *
   * @param hottestKeys the keys that are read most often, up to a number
   * @param verification how fresh the hits were
   */
  public record Samples<K>(
      IntFunction<List<K>> hottestKeys, Supplier<VerificationStatistics> verification) {}
}
