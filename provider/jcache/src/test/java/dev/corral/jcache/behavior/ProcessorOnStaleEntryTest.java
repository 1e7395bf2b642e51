package dev.corral.jcache.behavior;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.Test;

/** What an entry processor sees of keys whose value in Redis is no live entry. */
class ProcessorOnStaleEntryTest {

  private static String setIfAbsent(Cache<String, String> cache, String key, String value) {
    return cache.invoke(
        key,
        (entry, none) -> {
          if (entry.exists()) {
            return entry.getValue();
          }
          entry.setValue(value);
          return null;
        });
  }

  @Test
  void invoke_staleEntry_findsNoEntry() throws InterruptedException {
    var configuration =
        CorralConfiguration.builder(String.class, String.class)
            .standard(
                it ->
                    it.setExpiryPolicyFactory(
                        CreatedExpiryPolicy.factoryOf(new Duration(MILLISECONDS, 50))))
            .loading(
                LoadOptions.DEFAULTS.withStale(
                    java.time.Duration.ZERO, java.time.Duration.ofMinutes(1)))
            .build();
    try (OwnRedis redis = new OwnRedis()) {
      Cache<String, String> cache = redis.cache("kept", configuration);
      cache.put("k", "old");
      TimeUnit.MILLISECONDS.sleep(100);

      assertThat(setIfAbsent(cache, "k", "new")).isNull();
    }
  }

  @Test
  void invoke_keyIsBeingLoaded_findsNoEntryAndItsChangeWins() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    var configuration =
        CorralConfiguration.builder(String.class, String.class)
            .standard(
                it ->
                    it.setReadThrough(true).setCacheLoaderFactory(() -> new SlowLoader(begun, go)))
            .build();
    try (OwnRedis redis = new OwnRedis()) {
      Cache<String, String> cache = redis.cache("loaded", configuration);
      var get = CompletableFuture.supplyAsync(() -> cache.get("k"));
      assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();

      assertThat(setIfAbsent(cache, "k", "new")).isNull();
      go.countDown();

      assertThat(get).succeedsWithin(java.time.Duration.ofSeconds(5));
      assertThat(cache.get("k")).isEqualTo("new");
    }
  }

  private record SlowLoader(CountDownLatch begun, CountDownLatch go)
      implements CacheLoader<String, String> {

    @Override
    public String load(String key) {
      begun.countDown();
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return "loaded";
    }

    @Override
    public java.util.Map<String, String> loadAll(Iterable<? extends String> keys) {
      throw new UnsupportedOperationException();
    }
  }
}
