package dev.corral.jcache.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A periodic refresh whose Redis becomes unavailable, or refuses changes. */
@Tag("baseline-jdk")
class PeriodicRefreshOutageTest {

  private static final Duration INTERVAL = Duration.ofMillis(200);

  private final AtomicInteger loads = new AtomicInteger();

  private final class Counting implements CacheLoader<Integer, String> {

    @Override
    public String load(Integer key) {
      return "v" + loads.incrementAndGet();
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> found = new HashMap<>();
      keys.forEach(key -> found.put(key, load(key)));
      return found;
    }
  }

  @SuppressWarnings("unchecked")
  private CorralCache<Integer, String> open(OwnRedis redis) {
    return redis
        .manager("?timeout=300ms")
        .createCache(
            "refreshed",
            CorralConfiguration.builder(Integer.class, String.class)
                .standard(
                    it ->
                        it.setReadThrough(true)
                            .setCacheLoaderFactory(new SingletonFactory<>(new Counting())))
                .loading(LoadOptions.DEFAULTS.withRefreshInterval(INTERVAL))
                .build())
        .unwrap(CorralCache.class);
  }

  @Test
  void refresh_outage_doesNotCallTheLoaderAndGoesOnAfterwards() throws Exception {
    try (OwnRedis redis = new OwnRedis()) {
      CorralCache<Integer, String> cache = open(redis);
      assertThat(cache.get(1)).isEqualTo("v1");
      await().until(() -> loads.get() >= 2);

      redis.server().freeze();
      await().until(() -> cache.outageStatistics().away());
      int before = loads.get();
      Thread.sleep(700);
      assertThat(loads.get()).isEqualTo(before);
      redis.server().thaw();

      await().until(() -> !cache.outageStatistics().away());
      await().until(() -> loads.get() > before + 1);
      await().until(() -> ("v" + loads.get()).equals(cache.get(1)));
    }
  }

  @Test
  void refresh_fullRedis_doesNotCallTheLoader() throws Exception {
    try (OwnRedis redis = new OwnRedis()) {
      CorralCache<Integer, String> cache = open(redis);
      cache.get(1);
      redis.raw().call("CONFIG", "SET", "maxmemory-policy", "noeviction");
      redis.raw().call("CONFIG", "SET", "maxmemory", "1000000");
      Thread.sleep(500); // a refresh that has begun ends, and is not stored
      int before = loads.get();
      Thread.sleep(1_000);

      assertThat(loads.get()).isLessThanOrEqualTo(before + 1);
      redis.raw().call("CONFIG", "SET", "maxmemory", "0");
      await().until(() -> loads.get() > before + 2);
    }
  }
}
