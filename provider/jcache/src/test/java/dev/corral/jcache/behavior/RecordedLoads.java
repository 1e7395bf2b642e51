package dev.corral.jcache.behavior;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** A cache with a loader that records its calls, for tests of loads in one JVM. */
abstract class RecordedLoads {

  static final Duration WINDOW = Duration.ofMillis(50);

  static OwnRedis redis;

  final Rows rows = new Rows();

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @AfterEach
  void endLoads() {
    rows.permits.release(1_000);
  }

  /** A loader that records its calls, fails for the key "bad", and waits for a permit if asked. */
  static final class Rows implements CacheLoader<String, String> {

    final List<Set<String>> calls = new CopyOnWriteArrayList<>();
    final Semaphore permits = new Semaphore(0);
    volatile boolean waits;
    volatile UnaryOperator<String> valueOf = key -> "value of " + key;

    @Override
    public String load(String key) {
      return loadAll(Set.of(key)).get(key);
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> values = new LinkedHashMap<>();
      keys.forEach(key -> values.put(key, ""));
      calls.add(Set.copyOf(values.keySet()));
      if (waits) {
        permits.acquireUninterruptibly();
      }
      if (values.containsKey("bad")) {
        throw new CacheLoaderException("bad row");
      }
      values.replaceAll((key, empty) -> valueOf.apply(key));
      return values;
    }
  }

  CorralCache<String, String> open(LoadOptions options, Duration timeToLive) {
    CorralConfiguration<String, String> configuration =
        CorralConfiguration.builder(String.class, String.class)
            .standard(
                it ->
                    it.setReadThrough(true)
                        .setCacheLoaderFactory(() -> rows)
                        .setExpiryPolicyFactory(
                            CreatedExpiryPolicy.factoryOf(
                                new javax.cache.expiry.Duration(
                                    TimeUnit.MILLISECONDS, timeToLive.toMillis()))))
            .loading(options)
            .build();
    Cache<String, String> cache =
        redis.manager("").createCache("rows-" + UUID.randomUUID(), configuration);
    @SuppressWarnings("unchecked")
    CorralCache<String, String> own = cache.unwrap(CorralCache.class);
    return own;
  }

  CorralCache<String, String> open(LoadOptions options) {
    return open(options, Duration.ofHours(1));
  }

  static Map<String, CompletableFuture<String>> getEach(
      CorralCache<String, String> cache, List<String> keys) {
    Map<String, CompletableFuture<String>> gets = new HashMap<>();
    CompletableFuture<Void> all = new CompletableFuture<>();
    keys.forEach(
        key ->
            gets.put(
                key, all.thenApplyAsync(done -> cache.get(key), task -> new Thread(task).start())));
    all.complete(null);
    return gets;
  }
}
