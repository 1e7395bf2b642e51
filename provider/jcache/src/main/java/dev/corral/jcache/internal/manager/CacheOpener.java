package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.internal.cache.RedisCache;
import dev.corral.jcache.internal.feed.ChangeFeed;
import dev.corral.jcache.internal.feed.RedisChangeFeed;
import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.store.CacheClearer;
import javax.cache.CacheException;
import javax.cache.CacheManager;

/**
 * Opens caches: what has to be agreed with the other JVMs first, then the wiring, which is in
 * {@link CacheAssembly}.
 */
final class CacheOpener {

  private static final int FORMAT = 1;

  private final CacheManager manager;
  private final ManagerResources connection;

  CacheOpener(CacheManager manager, ManagerResources connection) {
    this.manager = manager;
    this.connection = connection;
  }

  /** An open cache, and how to forget its data. */
  record Assembled<K, V>(RedisCache<K, V> cache, CacheClearer retirement) {}

  <K, V> Assembled<K, V> assemble(
      String name, CorralConfiguration<K, V> configuration, Runnable onClosed) {
    KeySpace names = new KeySpace(connection.keyPrefix(), name, connection.buckets(configuration));
    ChangeFeed feed =
        new RedisChangeFeed(
            connection.commands(), names, name, connection.node(), connection.threads().timer());
    CacheRecovery outage = openedOrAway(names, name, configuration, feed);
    try {
      CacheClearer retirement = retirement(connection.commands(), names, name);
      RedisCache<K, V> cache =
          new CacheAssembly<>(name, configuration, connection, names, feed, outage, retirement)
              .open(manager, onClosed);
      return new Assembled<>(cache, retirement);
    } catch (RuntimeException e) {
      outage.close();
      throw e;
    }
  }

  private CacheClearer retirement(RedisCommands redis, KeySpace names, String name) {
    return new CacheClearer(redis, names, name, connection.threads().background());
  }

  /** A cache that fails fast wants Redis from the beginning; any other one can wait for it. */
  private CacheRecovery openedOrAway(
      KeySpace names, String name, CorralConfiguration<?, ?> configuration, ChangeFeed feed) {
    RedisCommands direct = connection.direct();
    CacheClearer retirement = retirement(direct, names, name);
    CacheRecovery.Steps steps =
        new CacheRecovery.Steps() {
          @Override
          public void open() {
            checkLayout(direct, names, name);
            direct.await(name, "ask the time", connection.clock().synchronize());
            retirement.resume();
          }

          @Override
          public void clear() {
            retirement.retireAll();
          }

          @Override
          public void listen() {
            feed.resume();
          }
        };
    CacheRecovery outage = new CacheRecovery(connection.outage(), direct, names, name, steps);
    if (connection.failsFast(configuration)) {
      connection.commands().requireAvailable(name, "open");
    }
    outage.open();
    return outage;
  }

  /** JVMs that would look for an entry in different places must not share a cache. */
  private static void checkLayout(RedisCommands redis, KeySpace names, String cacheName) {
    String ours = "format=%d buckets=%d keys=1".formatted(FORMAT, names.buckets());
    String standing = redis.setIfAbsent(cacheName, names.layout(), ours);
    if (!standing.equals(ours)) {
      throw new CacheException(
          ("cache '%s' is laid out in Redis as \"%s\", but this JVM is configured for \"%s\"; set "
                  + "the same number of buckets everywhere, or destroy the cache, or use another "
                  + "key prefix")
              .formatted(cacheName, standing, ours));
    }
  }
}
