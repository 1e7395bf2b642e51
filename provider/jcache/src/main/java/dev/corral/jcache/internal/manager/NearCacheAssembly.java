package dev.corral.jcache.internal.manager;

import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.feed.Invalidations;
import dev.corral.jcache.internal.feed.NearCacheLease;
import dev.corral.jcache.internal.pipeline.near.NearCache;
import dev.corral.jcache.internal.pipeline.near.NearKeys;
import dev.corral.jcache.internal.pipeline.statistics.CacheStatistics;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.ServerClock;
import dev.corral.jcache.internal.store.EntryCodec;
import java.util.List;

/** The wiring of a near cache: what it forgets when its announcements say so. */
record NearCacheAssembly<K, V>(NearCache<K, V> cache, Invalidations announcements) {

  /** An entry is refreshed early in nineteen cases of twenty within so many times β·δ. */
  private static final double EARLY = 3;

  static <K, V> NearCacheAssembly<K, V> open(
      CacheContext context,
      NearCacheOptions options,
      LoadOptions loading,
      ManagerResources resources,
      EntryCodec<K, V> codec,
      CacheStatistics statistics) {
    List<NearCacheLease> leases =
        NearCacheLease.ofBuckets(context.keys().buckets(), options.maxStaleness());
    NearCache<K, V> near =
        new NearCache<>(
            options,
            new CodecKeys<>(codec, context.keys()),
            leases,
            bytes -> codec.value(bytes, 0),
            read -> usableMillis(read, loading, resources.clock()),
            statistics::isEnabled);
    Invalidations announcements =
        new Invalidations(
            context,
            leases,
            options.maxStaleness(),
            near::invalidateText,
            resources.threads().timer());
    return new NearCacheAssembly<>(near, announcements);
  }

  /** Towards its end an entry is left to those who read Redis, and so may refresh it. */
  private static long usableMillis(Snapshot<?> read, LoadOptions loading, ServerClock clock) {
    if (read.isBeingWritten()) {
      return 0;
    }
    return read.deadlineMillis() == 0
        ? Long.MAX_VALUE
        : clock.leastMillisUntil(read.deadlineMillis())
            - (long) (EARLY * loading.earlyRefresh() * read.loadMillis());
  }

  /** Simple keys as they are, all others by their text. */
  private record CodecKeys<K>(EntryCodec<K, ?> codec, KeySpace names) implements NearKeys<K> {

    @Override
    public Object of(K key) {
      return codec.keys().isSafeMapKey(key) ? key : codec.text(key);
    }

    @Override
    public Object ofText(String text) {
      K key = codec.key(text);
      return codec.keys().isSafeMapKey(key) ? key : text;
    }

    @Override
    public int bucketOf(K key) {
      return names.buckets() == 1 ? 0 : names.bucketOf(codec.text(key));
    }
  }
}
