package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.feed.Invalidations;
import dev.corral.jcache.internal.feed.NearCacheLease;
import dev.corral.jcache.internal.pipeline.hot.HotKeyFilter;
import dev.corral.jcache.internal.pipeline.near.NearCache;
import dev.corral.jcache.internal.pipeline.near.NearKeys;
import dev.corral.jcache.internal.pipeline.near.NearWatch;
import dev.corral.jcache.internal.pipeline.statistics.CacheStatistics;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.ServerClock;
import dev.corral.jcache.internal.store.EntryCodec;
import dev.corral.jcache.internal.store.UncacheableException;
import java.util.List;
import java.util.function.Consumer;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** The wiring of a near cache to the invalidations that remove its entries. */
record NearCacheAssembly<K, V>(NearCache<K, V> cache, Invalidations invalidations) {

  /** Of all early refreshes, 95 % begin within this multiple of β·δ before the expiry. */
  private static final double EARLY = 3;

  static <K, V> NearCacheAssembly<K, V> open(
      CacheContext context,
      CorralConfiguration<K, V> configuration,
      ManagerResources resources,
      EntryCodec<K, V> codec,
      CacheStatistics statistics,
      @Nullable Consumer<K> hitRecorder) {
    NearCacheOptions options = configuration.nearCache().orElseThrow();
    LoadOptions loading = configuration.loading();
    Watch<K> watch =
        new Watch<>(
            hitRecorder,
            options.hotKeysOnly()
                ? new HotKeyFilter<>((int) options.maxEntries(), resources.threads().background())
                : null);
    List<NearCacheLease> leases =
        NearCacheLease.ofBuckets(context.keys().buckets(), options.maxStaleness());
    NearCache<K, V> near =
        new NearCache<>(
            options,
            new CodecKeys<>(codec, context.keys()),
            leases,
            bytes -> codec.value(bytes, 0),
            read -> usableMillis(read, loading, resources.clock()),
            statistics::isEnabled,
            watch.isOff() ? null : watch);
    Invalidations invalidations =
        new Invalidations(
            context,
            leases,
            options.maxStaleness(),
            near::invalidateText,
            resources.threads().timer());
    return new NearCacheAssembly<>(near, invalidations);
  }

  /**
   * For how long the near cache may use an entry, in milliseconds. It ends when an early refresh
   * becomes likely, because only a read from Redis starts one.
   */
  private static long usableMillis(Snapshot<?> read, LoadOptions loading, ServerClock clock) {
    if (read.isBeingWritten()) {
      return 0;
    }
    return read.deadlineMillis() == 0
        ? Long.MAX_VALUE
        : clock.leastMillisUntil(read.deadlineMillis())
            - (long) (EARLY * loading.earlyRefresh() * read.loadMillis());
  }

  /**
   * Who wants to know the reads of a near cache.
   *
   * @param hitRecorder gets the key of each hit; null if nothing does
   * @param filter chooses the hot keys, which are kept; null if all keys are
   */
  private record Watch<K>(@Nullable Consumer<K> hitRecorder, @Nullable HotKeyFilter<Object> filter)
      implements NearWatch<K> {

    boolean isOff() {
      return hitRecorder == null && filter == null;
    }

    @Override
    public void recordHit(K key, Object nearKey) {
      if (hitRecorder != null) {
        hitRecorder.accept(key);
      }
      if (filter != null) {
        filter.recordRead(nearKey);
      }
    }

    @Override
    public void recordMiss(Object nearKey) {
      if (filter != null) {
        filter.recordRead(nearKey);
      }
    }

    @Override
    public boolean keeps(Object nearKey) {
      return filter == null || filter.isHot(nearKey);
    }

    @Override
    public long version() {
      return filter == null ? 0 : filter.version();
    }
  }

  /** The keys of the near cache: a simple key itself, the canonical text of any other key. */
  private record CodecKeys<K>(EntryCodec<K, ?> codec, KeySpace keySpace) implements NearKeys<K> {

    /** In place of all keys that have no text, and so no entry. */
    private static final Object NONE = new Object();

    @Override
    public Object of(K key) {
      try {
        return codec.keys().isSafeMapKey(key) ? key : codec.text(key);
      } catch (UncacheableException e) {
        return NONE;
      }
    }

    /** A key that this JVM cannot decode is no simple one, so the near cache has its text. */
    @Override
    public Object ofText(String text) {
      try {
        Object key = codec.keys().decode(text);
        return codec.keys().isSafeMapKey(key) ? key : text;
      } catch (CacheException e) {
        return text;
      }
    }

    @Override
    public int bucketOf(K key) {
      try {
        return keySpace.buckets() == 1 ? 0 : keySpace.bucketOf(codec.text(key));
      } catch (UncacheableException e) {
        return 0;
      }
    }
  }
}
