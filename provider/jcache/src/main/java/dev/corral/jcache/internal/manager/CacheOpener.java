package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.internal.cache.RedisCache;
import dev.corral.jcache.internal.config.CacheSettings;
import dev.corral.jcache.internal.feed.ChangeFeed;
import dev.corral.jcache.internal.feed.RedisChangeFeed;
import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.redis.ServerClock;
import dev.corral.jcache.internal.store.CacheClearer;
import java.util.concurrent.CompletableFuture;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the caches of one manager: checks that all JVMs use the same layout of the cache in Redis,
 * then wires the cache by {@link CacheAssembly}.
 */
final class CacheOpener {

  private static final Logger log = LoggerFactory.getLogger(CacheOpener.class);

  /** The version of the stored format. */
  private static final int FORMAT = 1;

  private static final String LAYOUT_OF_ANY_FORMAT = "^format=%d";

  private final CacheManager manager;
  private final ManagerResources resources;

  CacheOpener(CacheManager manager, ManagerResources resources) {
    this.manager = manager;
    this.resources = resources;
  }

  /** An open cache, and the clearer that removes its data when the cache is destroyed. */
  record OpenCache<K, V>(RedisCache<K, V> cache, CacheClearer clearer) {}

  /**
   * Opens a cache. If Redis is unavailable and the cache is not fail-fast, the cache is opened in
   * Redis later.
   *
   * @param onClosed runs when the cache is closed
   * @throws CacheException if the layouts differ, or if a fail-fast cache finds Redis unavailable
   */
  <K, V> OpenCache<K, V> open(String name, CacheSettings<K, V> settings, Runnable onClosed) {
    CorralConfiguration<K, V> configuration = settings.configuration();
    KeySpace keys = new KeySpace(resources.keyPrefix(), name, resources.buckets(configuration));
    CacheContext context = new CacheContext(name, keys, resources.commands());
    ChangeFeed feed = new RedisChangeFeed(context, resources.jvmId(), resources.threads().timer());
    CacheRecovery recovery =
        openedWhenAvailable(context.over(resources.direct()), configuration.isFailFast(), feed);
    try {
      CacheClearer clearer = clearer(context);
      RedisCache<K, V> cache =
          new CacheAssembly<>(context, settings, resources, feed, recovery, clearer)
              .open(manager, onClosed);
      return new OpenCache<>(cache, clearer);
    } catch (RuntimeException e) {
      recovery.close();
      throw e;
    }
  }

  private CacheClearer clearer(CacheContext context) {
    return new CacheClearer(context, resources.threads().background());
  }

  /**
   * The recovery of the cache, which opens the cache in Redis: at once, or as soon as Redis is
   * available. A fail-fast cache needs Redis from the start.
   */
  private CacheRecovery openedWhenAvailable(
      CacheContext direct, boolean failsFast, ChangeFeed feed) {
    CacheClearer clearer = clearer(direct);
    CacheRecovery.Steps steps =
        new CacheRecovery.Steps() {
          @Override
          public void open() {
            checkLayout(direct);
            readClock(direct);
            clearer.resume();
          }

          @Override
          public void listen() {
            feed.listen();
          }

          @Override
          public CompletableFuture<?> resubscribe(int bucket) {
            return feed.resubscribe(bucket);
          }

          @Override
          public CompletableFuture<?> clear(int bucket) {
            return clearer.clear(bucket);
          }
        };
    CacheRecovery recovery = new CacheRecovery(resources.breaker(), direct, steps);
    if (failsFast && !resources.breaker().isReachable(direct.keys().layout())) {
      throw recovery.unavailable("open");
    }
    recovery.open();
    return recovery;
  }

  /**
   * Reads the clock of the server: by the key that all caches of the manager use, otherwise by a
   * key of this cache, since the node of the other key may be unavailable, or the user may lack the
   * right to it. A cache works without the clock, too; then it does not notice by itself that an
   * entry is stale.
   */
  private void readClock(CacheContext direct) {
    ServerClock clock = resources.clock();
    try {
      direct.await("read the clock", clock.synchronize());
      return;
    } catch (CacheException e) {
      log.debug("Cache '{}': {}", direct.name(), e.getMessage());
    }
    try {
      direct.await("read the clock", clock.synchronizeBy(direct.keys().layout()));
    } catch (RedisUnavailableException e) {
      throw e;
    } catch (CacheException e) {
      log.warn(
          "Cache '{}' cannot read the clock of Redis, and may serve entries longer than grace and"
              + " keep allow; grant EVALSHA and TIME to the user of the connection: {}",
          direct.name(),
          e.getMessage());
    }
  }

  /** JVMs with different layouts would look for an entry in different places. */
  private static void checkLayout(CacheContext direct) {
    String layout = "format=%d buckets=%d keys=1".formatted(FORMAT, direct.keys().buckets());
    String stored =
        direct
            .redis()
            .setIfAbsent(direct.name(), direct.keys().layout(), layout, LAYOUT_OF_ANY_FORMAT);
    if (!stored.equals(layout)) {
      throw new CacheException(
          ("cache '%s' has the layout \"%s\" in Redis, but this JVM is configured for \"%s\"; set "
                  + "the same number of buckets in all JVMs, destroy the cache, or use another key "
                  + "prefix")
              .formatted(direct.name(), stored, layout));
    }
  }
}
