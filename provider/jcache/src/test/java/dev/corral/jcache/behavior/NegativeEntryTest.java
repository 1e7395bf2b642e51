package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CompletionListenerFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What replaces a negative entry after the database got a value for its key. */
class NegativeEntryTest {

  private static final Map<String, String> database = new ConcurrentHashMap<>();

  private static OwnRedis redis;
  private static Cache<String, String> cache;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
    cache =
        redis.cache(
            "negative",
            CorralConfiguration.builder(String.class, String.class)
                .standard(
                    it ->
                        it.setReadThrough(true)
                            .setCacheLoaderFactory(new SingletonFactory<>(new Loader())))
                .loading(LoadOptions.DEFAULTS.withNegativeTimeToLive(Duration.ofMinutes(1)))
                .build());
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  @Test
  void loadAll_replacing_storesTheNewValue() throws Exception {
    readMiss("late");
    loadAll("late", /* replace= */ true);

    assertThat(cache.get("late")).isEqualTo("value");
  }

  @Test
  void loadAll_notReplacing_keepsTheNegativeEntry() throws Exception {
    readMiss("left");
    loadAll("left", /* replace= */ false);

    assertThat(cache.get("left")).isNull();
  }

  @Test
  void put_negativeEntry_replacesIt() {
    readMiss("put");
    cache.put("put", "own");

    assertThat(cache.get("put")).isEqualTo("own");
  }

  private static void readMiss(String key) {
    assertThat(cache.get(key)).isNull();
    database.put(key, "value");
    assertThat(cache.get(key)).isNull();
  }

  private static void loadAll(String key, boolean replace) throws Exception {
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(Set.of(key), replace, done);
    done.get(10, TimeUnit.SECONDS);
  }

  /** Loads from {@link #database}. */
  static final class Loader implements CacheLoader<String, String> {

    @Override
    public @Nullable String load(String key) {
      return database.get(key);
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> found = new HashMap<>();
      for (String key : keys) {
        String value = load(key);
        if (value != null) {
          found.put(key, value);
        }
      }
      return found;
    }
  }
}
