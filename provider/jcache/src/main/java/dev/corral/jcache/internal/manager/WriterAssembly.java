package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.OutageOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.pipeline.commit.ReadBeforeWrite;
import dev.corral.jcache.internal.pipeline.loading.LoadGuard;
import dev.corral.jcache.internal.pipeline.writing.QueuedWrites;
import dev.corral.jcache.internal.pipeline.writing.WriteBehindDrainer;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.store.DecodingFailures;
import dev.corral.jcache.internal.store.EntryCodec;
import dev.corral.jcache.internal.store.StoreOptions;
import dev.corral.jcache.internal.store.queue.RedisWriteQueue;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wiring of the writer of one cache, which writes through or behind.
 *
 * @param callback the writer of the configuration; null if it has none
 */
record WriterAssembly<K, V>(
    CacheContext context,
    CorralConfiguration<K, V> configuration,
    ManagerResources resources,
    @Nullable CacheWriter<? super K, ? super V> callback) {

  private static final Logger log = LoggerFactory.getLogger(WriterAssembly.class);

  /** The writer; null unless write-through is enabled, since the standard then calls no writer. */
  @Nullable CacheWriter<? super K, ? super V> writer() {
    return configuration.isWriteThrough() ? callback : null;
  }

  /** The options of write-behind; null if there is no writer, or if the cache writes through. */
  @Nullable WriteBehindOptions writeBehind() {
    return writer() == null ? null : configuration.writeBehind().orElse(null);
  }

  /** The queue of the writer. If the cache uses write-behind, this starts to write what is due. */
  QueuedWrites<K, V> queuedWrites(
      EntryCodec<K, V> codec, DecodingFailures decodingFailures, CacheRecovery recovery) {
    String name = context.name();
    WriteBehindOptions options = writeBehind();
    CacheWriter<? super K, ? super V> writer = writer();
    if (options == null || writer == null) {
      if (configuration.writeBehind().isPresent()) {
        log.warn(
            "Cache '{}': writeBehind is ignored because the cache has no writer; set"
                + " writeThrough=true and a CacheWriter factory",
            name);
      }
      return QueuedWrites.none();
    }
    WriteBehindDrainer<K, V> drainer =
        new WriteBehindDrainer<>(
            name,
            new RedisWriteQueue<>(
                context,
                codec,
                decodingFailures,
                recovery.clocks(),
                resources.jvmId(),
                options.delay()),
            writer,
            options,
            resources.threads().timer(),
            resources.observers());
    resources.threads().background().execute(drainer);
    return drainer;
  }

  /** How the entries of the cache are stored. */
  StoreOptions storeOptions(boolean withTags) {
    long retentionMillis = configuration.loading().retention().toMillis();
    WriteBehindOptions options = writeBehind();
    return options == null
        ? new StoreOptions(retentionMillis, 0, 0, withTags)
        : new StoreOptions(
            retentionMillis, options.queueLimit(), options.delay().toMillis(), withTags);
  }

  /**
   * The reads of the database before writes.
   *
   * @param guard null if the cache has no loader
   * @return null unless they are configured and possible
   */
  @Nullable ReadBeforeWrite<K, V> readBeforeWrite(
      OutageOptions outage, @Nullable LoadGuard<K, V> guard) {
    boolean isPossible = guard != null && writer() != null && writeBehind() == null;
    if (!outage.readBeforeWrite() || guard == null || !isPossible) {
      if (outage.readBeforeWrite() && (guard != null || writer() != null)) {
        log.warn(
            "Cache '{}': readBeforeWrite is ignored, because it needs a CacheLoader factory and"
                + " write-through, without write-behind",
            context.name());
      }
      return null;
    }
    return new ReadBeforeWrite<>(guard::call);
  }
}
