package dev.corral.jcache.patterns;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralCacheLoader;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadContext;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.LoadResult;
import dev.corral.jcache.fixtures.OwnRedis;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.integration.CompletionListenerFuture;

/** Rows of a cache, each with a result; they note what the loader gets of each key. */
final class ContextualRows implements CorralCacheLoader<String, String> {

  private static final AtomicInteger names = new AtomicInteger();

  /** The name of the cache, which no other rows have. */
  final String name = "contextual" + names.incrementAndGet();

  final Map<String, LoadResult<String>> results = new ConcurrentHashMap<>();
  final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  volatile boolean readsValues;

  /** What happens once while the loader runs. */
  final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});

  @Override
  public LoadResult<String> load(String key, LoadContext<String> context) {
    String value = readsValues ? String.valueOf(context.value()) : "unread";
    CompletableFuture.runAsync(meanwhile.getAndSet(() -> {})).join();
    seen.add(key + " " + context.hasValue() + " " + context.version() + " " + value);
    LoadResult<String> result = results.getOrDefault(key, LoadResult.absent());
    boolean isCurrent =
        context.version() != null && context.version().equals(result.options().version());
    return isCurrent
        ? LoadResult.<String>notModified().withTimeToLive(result.options().timeToLive())
        : result;
  }

  /** A cache that reads through these rows, with counters, and entries for an hour. */
  CorralCache<String, String> open(OwnRedis redis) {
    return open(redis, LoadOptions.DEFAULTS, javax.cache.expiry.Duration.ONE_HOUR);
  }

  /** The same with options and another time to live. */
  @SuppressWarnings("unchecked")
  CorralCache<String, String> open(
      OwnRedis redis, LoadOptions options, javax.cache.expiry.Duration timeToLive) {
    return redis
        .cache(
            name,
            CorralConfiguration.builder(String.class, String.class)
                .standard(
                    it ->
                        it.setReadThrough(true)
                            .setStatisticsEnabled(true)
                            .setCacheLoaderFactory(new SingletonFactory<>(this))
                            .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(timeToLive)))
                .loading(options)
                .build())
        .unwrap(CorralCache.class);
  }

  /** The key in Redis. */
  String entry(String key) {
    return "{" + name + "}:" + key;
  }

  /** Loads keys again, also those in the cache. */
  static void reload(CorralCache<String, String> cache, Set<String> keys) throws Exception {
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(keys, true, done);
    done.get();
  }
}
