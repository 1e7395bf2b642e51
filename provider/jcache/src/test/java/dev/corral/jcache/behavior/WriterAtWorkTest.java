package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.OwnRedis;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** While the write fence of a key exists, a loaded value is not stored. */
class WriterAtWorkTest {

  private static OwnRedis redis;
  private static Cache<String, String> cache;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
    cache =
        redis
            .manager()
            .createCache(
                "written",
                new MutableConfiguration<String, String>()
                    .setTypes(String.class, String.class)
                    .setReadThrough(true)
                    .setCacheLoaderFactory(new SingletonFactory<>(new Loader())));
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  @Test
  void miss_writeFence_isLoadedAndNotStored() {
    redis.raw().call("SET", "{written}!writing:miss", "another writer", "PX", "60000");

    assertThat(cache.get("miss")).isEqualTo("loaded");
    assertThat(cache.containsKey("miss")).isFalse();
  }

  @Test
  void reload_writeFence_keepsTheEntry() throws Exception {
    cache.put("live", "old");
    redis.raw().call("SET", "{written}!writing:live", "another writer", "PX", "60000");
    reload("live");

    assertThat(cache.get("live")).isEqualTo("old");
  }

  @Test
  void reload_noWriteFence_replacesTheEntry() throws Exception {
    cache.put("free", "old");
    reload("free");

    assertThat(cache.get("free")).isEqualTo("loaded");
  }

  private static void reload(String key) throws Exception {
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(Set.of(key), /* replaceExistingValues= */ true, done);
    done.get(10, TimeUnit.SECONDS);
  }

  /** Has a value for every key. */
  static final class Loader implements CacheLoader<String, String> {

    @Override
    public String load(String key) {
      return "loaded";
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> all = new HashMap<>();
      keys.forEach(key -> all.put(key, load(key)));
      return all;
    }
  }
}
