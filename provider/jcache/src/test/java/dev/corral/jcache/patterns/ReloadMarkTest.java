package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.OwnRedis;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.Test;

/** A reload of a live entry stores its reload mark in it, and every write resets the mark. */
class ReloadMarkTest {

  private final CountDownLatch loading = new CountDownLatch(1);
  private final CountDownLatch changed = new CountDownLatch(1);

  @Test
  void reload_twoPutsThatRestoreTheValueMeanwhile_isNotStored() throws Exception {
    assertThat(
            afterReload(
                cache -> {
                  cache.put("k", "other");
                  cache.put("k", "a");
                }))
        .isEqualTo("a");
  }

  @Test
  void reload_putOfTheSameValueMeanwhile_isNotStored() throws Exception {
    assertThat(afterReload(cache -> cache.put("k", "a"))).isEqualTo("a");
  }

  @Test
  void reload_noChangeMeanwhile_isStored() throws Exception {
    assertThat(afterReload(cache -> {})).isEqualTo("loaded");
  }

  private String afterReload(Consumer<Cache<String, String>> change) throws Exception {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<String, String> cache =
          redis.cache(
              "reloaded",
              new MutableConfiguration<String, String>()
                  .setTypes(String.class, String.class)
                  .setCacheLoaderFactory(SlowLoader::new));
      cache.put("k", "a");
      CompletionListenerFuture done = new CompletionListenerFuture();
      cache.loadAll(Set.of("k"), /* replaceExistingValues= */ true, done);
      assertThat(loading.await(10, TimeUnit.SECONDS)).isTrue();
      change.accept(cache);
      changed.countDown();
      done.get(10, TimeUnit.SECONDS);
      return cache.get("k");
    }
  }

  /** A loader that returns after the entry was changed. */
  private final class SlowLoader implements CacheLoader<String, String> {

    @Override
    public String load(String key) {
      loading.countDown();
      try {
        assertThat(changed.await(10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return "loaded";
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> loaded = new HashMap<>();
      keys.forEach(key -> loaded.put(key, load(key)));
      return loaded;
    }
  }
}
