package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EffectiveSetting;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoader;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Caches that a file declares or configures: listed, opened on demand, and with its options. */
class DeclaredCachesTest {

  private static OwnRedis redis;

  @TempDir private Path directory;

  private final CorralCachingProvider provider = new CorralCachingProvider();

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  @AfterEach
  void closeManager() {
    provider.close();
  }

  /** A loader that settings name. */
  public static final class Doubling implements CacheLoader<Long, String> {

    @Override
    public String load(Long key) {
      return "loaded " + key;
    }

    @Override
    public Map<Long, String> loadAll(Iterable<? extends Long> keys) {
      throw new UnsupportedOperationException();
    }
  }

  private CacheManager manager(String file) throws Exception {
    Path path = Files.writeString(directory.resolve("corral.conf"), file);
    Properties properties = new Properties();
    properties.setProperty("corral.redis.uri", redis.uri().toString());
    return provider.getCacheManager(path.toUri(), null, properties);
  }

  @Test
  void getCacheNames_declaredCaches_areListedWithTheOpenOnes() throws Exception {
    CacheManager manager = manager("caches { users {}, \"com.shop.*\" {}, orders.jitter = 1% }");
    assertThat(manager.getCacheNames()).containsExactly("orders", "users");
    manager.createCache("other", new MutableConfiguration<>());
    assertThat(manager.getCacheNames()).containsExactly("orders", "other", "users");
    assertThat(manager.<Object, Object>getCache("com.shop.*")).isNull();
  }

  @Test
  void getCache_declaredCache_isOpenedWithItsSettings() throws Exception {
    CacheManager manager =
        manager(
            """
            caches.loaded {
              key-type = java.lang.Long, value-type = java.lang.String
              loader = "%s", read-through = true, time-to-live = 10m
            }
            """
                .formatted(Doubling.class.getName()));
    Cache<Long, String> cache = manager.getCache("loaded", Long.class, String.class);
    assertThat(cache.get(7L)).isEqualTo("loaded 7");
    assertThat(redis.raw().number("PTTL", "{loaded}:7")).isBetween(1L, 600_000L);
    assertThat(manager.<Long, String>getCache("loaded")).isSameAs(cache);
    assertThatThrownBy(() -> manager.getCache("loaded", String.class, String.class))
        .isInstanceOf(ClassCastException.class)
        .hasMessageContainingAll("loaded", "java.lang.Long", "java.lang.String", "the file");
    assertThatThrownBy(() -> manager.createCache("loaded", new MutableConfiguration<>()))
        .isInstanceOf(CacheException.class);
  }

  @Test
  void getCache_manyThreads_openTheDeclaredCacheOnce() throws Exception {
    CacheManager manager = manager("caches.together {}");
    var threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Cache<Object, Object>>> calls =
          java.util.Collections.nCopies(16, () -> manager.getCache("together"));
      Cache<Object, Object> first = manager.getCache("together");
      for (Future<Cache<Object, Object>> each : threads.invokeAll(calls)) {
        assertThat(each.get()).isSameAs(first);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void close_declaredCache_isOpenedAgain() throws Exception {
    CacheManager manager = manager("caches.again {}");
    Cache<Object, Object> cache = manager.getCache("again");
    cache.put("k", "v");
    cache.close();
    assertThat(manager.getCacheNames()).contains("again");
    assertThat(manager.<Object, Object>getCache("again").get("k")).isEqualTo("v");
  }

  @Test
  void destroyCache_declaredCache_removesItsEntriesAndItsDeclaration() throws Exception {
    manager("caches.gone {}").<Object, Object>getCache("gone").put("k", "v");
    provider.close();
    CacheManager manager = manager("caches.gone {}");
    manager.destroyCache("gone");
    assertThat(manager.getCacheNames()).isEmpty();
    assertThat(manager.<Object, Object>getCache("gone")).isNull();
    assertThat(manager.createCache("gone", new MutableConfiguration<>()).get("k")).isNull();
    assertThat(manager.getCacheNames()).containsExactly("gone");
  }

  /** As Spring Boot and Hibernate do: by a bare name, with an empty configuration. */
  @Test
  void createCache_plainConfiguration_getsWhatTheFileSays() throws Exception {
    CacheManager manager =
        manager("caches { \"com.shop.*\" { time-to-live = 10m, near-cache.max-entries = 9 } }");
    @SuppressWarnings("unchecked")
    CorralConfiguration<Object, Object> effective =
        manager
            .createCache("com.shop.Order", new MutableConfiguration<>())
            .getConfiguration(CorralConfiguration.class);
    assertThat(effective.nearCache()).isPresent();
    assertThat(
            effective.getExpiryPolicyFactory().create().getExpiryForCreation().getAdjustedTime(0))
        .isEqualTo(600_000);
  }

  @Test
  void getCache_classOfADeclaredCacheIsMissing_namesFileAndLine() throws Exception {
    CacheManager manager = manager("caches.broken {\n  loader = com.shop.NoLoader\n}");
    assertThatThrownBy(() -> manager.getCache("broken"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("corral.conf: 2", "caches.broken.loader", "com.shop.NoLoader");
  }

  @Test
  void effectiveSettings_apiAndBean_haveValuesAndPlacesWithoutSecrets() throws Exception {
    CacheManager manager = manager("caches.shown {\n  time-to-live = 10m\n}");
    Cache<Object, Object> cache = manager.getCache("shown");
    manager.enableStatistics("shown", true);
    @SuppressWarnings("unchecked")
    List<EffectiveSetting> settings = cache.unwrap(CorralCache.class).effectiveSettings();
    var beans = ManagementFactory.getPlatformMBeanServer();
    var name = new ObjectName("dev.corral:type=CorralCache,Cache=shown,*");
    String[] lines =
        (String[])
            beans.getAttribute(beans.queryNames(name, null).iterator().next(), "EffectiveSettings");

    assertThat(settings)
        .contains(new EffectiveSetting("statistics", "true", "code"))
        .anySatisfy(
            it ->
                assertThat(it.toString())
                    .startsWith("time-to-live = 10m (/")
                    .endsWith("corral.conf: 2, caches.shown.time-to-live)"))
        .anySatisfy(
            it ->
                assertThat(it.toString())
                    .startsWith("redis.uri = redis://***@127.0.0.1:")
                    .endsWith("(CacheManager property corral.redis.uri)"));
    assertThat(lines)
        .containsExactlyElementsOf(settings.stream().map(EffectiveSetting::toString).toList());
    assertThat(String.join("\n", lines)).doesNotContain(redis.server().credentials().password());
  }
}
