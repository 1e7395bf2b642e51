package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import javax.management.ObjectName;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Caches and managers: how they are created, found, closed and destroyed. */
class LifecycleTest {

  private static OwnRedis redis;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  private static MutableConfiguration<String, String> strings() {
    return new MutableConfiguration<String, String>().setTypes(String.class, String.class);
  }

  @Test
  void createCache_otherNumberOfBuckets_isRefusedWithARemedy() {
    redis.cache("layout", strings());
    var spread = CorralConfiguration.builder(String.class, String.class).buckets(8).build();
    assertThatThrownBy(() -> redis.manager("?pool-size=3").createCache("layout", spread))
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("layout", "buckets=1", "buckets=8", "destroy the cache");
    assertThat(redis.manager("?pool-size=3").getCacheNames()).doesNotContain("layout");
  }

  @Test
  void createCache_afterDestroyCache_mayUseAnotherLayout() {
    redis.cache("new-layout", strings()).put("k", "v");
    redis.manager().destroyCache("new-layout");
    var spread = CorralConfiguration.builder(String.class, String.class).buckets(8).build();
    assertThat(redis.cache("new-layout", spread)).isEmpty();
  }

  @Test
  void createCache_nameOfAnOpenCache_isRefused() {
    redis.cache("twice", strings());
    assertThatThrownBy(() -> redis.cache("twice", strings()))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("twice");
  }

  @Test
  void getCache_otherTypes_throwsClassCastException() {
    redis.cache("typed", strings());
    CacheManager manager = redis.manager();
    assertThatThrownBy(() -> manager.getCache("typed", Integer.class, String.class))
        .isInstanceOf(ClassCastException.class)
        .hasMessageContainingAll("typed", "java.lang.String", "java.lang.Integer");
    assertThatThrownBy(() -> manager.getCache("typed", String.class, Object.class))
        .isInstanceOf(ClassCastException.class);
    assertThat(manager.<String, String>getCache("typed")).isNotNull();
    assertThat(manager.getCache("unknown", String.class, String.class)).isNull();
  }

  @Test
  void close_cache_keepsItsEntriesAndRefusesCalls() {
    Cache<String, String> cache = redis.cache("closed", strings());
    cache.put("k", "v");

    cache.close();
    cache.close();

    assertThat(cache.isClosed()).isTrue();
    Map<String, ThrowingCallable> calls =
        Map.ofEntries(
            Map.entry("get", () -> cache.get("k")),
            Map.entry("getAll", () -> cache.getAll(Set.of("k"))),
            Map.entry("put", () -> cache.put("k", "v")),
            Map.entry("putAll", () -> cache.putAll(Map.of("k", "v"))),
            Map.entry("remove", () -> cache.remove("k")),
            Map.entry("removeAll", cache::removeAll),
            Map.entry("clear", cache::clear),
            Map.entry("iterator", cache::iterator),
            Map.entry("invoke", () -> cache.invoke("k", (entry, none) -> null)),
            Map.entry("invokeAll", () -> cache.invokeAll(Set.of("k"), (entry, none) -> null)),
            Map.entry("loadAll", () -> cache.loadAll(Set.of("k"), true, null)));
    calls.forEach(
        (name, call) ->
            assertThatThrownBy(call).as(name).isInstanceOf(IllegalStateException.class));
    assertThat(redis.cache("closed", strings()).get("k")).isEqualTo("v");
  }

  @Test
  void destroyCache_sameCacheInAnotherManager_isEmpty() {
    Cache<String, String> cache = redis.cache("destroyed", strings());
    Cache<String, String> elsewhere =
        redis.manager("?pool-size=3").createCache("destroyed", strings());
    cache.put("k", "v");
    assertThat(elsewhere.get("k")).isEqualTo("v");

    redis.manager().destroyCache("destroyed");

    assertThat(cache.isClosed()).isTrue();
    assertThat(elsewhere.get("k")).isNull();
    elsewhere.put("k", "w");
    assertThat(elsewhere.get("k")).isEqualTo("w");
  }

  @Test
  void close_manager_closesItsCachesAndRefusesCalls() {
    try (CorralCachingProvider provider = new CorralCachingProvider()) {
      CacheManager manager = provider.getCacheManager(redis.uri(), null);
      Cache<String, String> cache = manager.createCache("of-closed-manager", strings());

      manager.close();
      manager.close();

      assertThat(manager.isClosed()).isTrue();
      assertThat(cache.isClosed()).isTrue();
      Map<String, ThrowingCallable> calls =
          Map.of(
              "createCache", () -> manager.createCache("another", strings()),
              "getCache", () -> manager.getCache("of-closed-manager"),
              "getCacheNames", manager::getCacheNames,
              "destroyCache", () -> manager.destroyCache("of-closed-manager"),
              "enableStatistics", () -> manager.enableStatistics("of-closed-manager", true));
      calls.forEach(
          (name, call) ->
              assertThatThrownBy(call).as(name).isInstanceOf(IllegalStateException.class));
      assertThat(provider.getCacheManager(redis.uri(), null)).isNotSameAs(manager);
    }
  }

  @Test
  void createCache_aFactoryFails_closesTheCallbacksThatExistAndOpensNoCache() {
    AtomicInteger closed = new AtomicInteger();
    MutableConfiguration<String, String> configuration =
        strings()
            .setExpiryPolicyFactory(() -> new UserCodeFailuresTest.ClosingPolicy(closed))
            .setReadThrough(true)
            .setCacheLoaderFactory(() -> new UserCodeFailuresTest.ClosingLoader(closed))
            .setWriteThrough(true)
            .setCacheWriterFactory(
                () -> {
                  throw new UnsupportedOperationException("the factory fails");
                });

    assertThatThrownBy(() -> redis.cache("failed-factory", configuration))
        .hasStackTraceContaining("the factory fails");

    assertThat(closed).hasValue(2);
    assertThat(redis.manager().getCacheNames()).doesNotContain("failed-factory");
    redis.cache("failed-factory", strings()).put("k", "works");
  }

  @Test
  void createCache_aListenerFactoryFails_closesTheCallbacksAndOpensNoCache() {
    AtomicInteger closed = new AtomicInteger();
    MutableConfiguration<String, String> configuration =
        strings()
            .setExpiryPolicyFactory(() -> new UserCodeFailuresTest.ClosingPolicy(closed))
            .addCacheEntryListenerConfiguration(
                new javax.cache.configuration.MutableCacheEntryListenerConfiguration<>(
                    () -> {
                      throw new UnsupportedOperationException("the factory fails");
                    },
                    null,
                    /* isOldValueRequired= */ false,
                    /* isSynchronous= */ true));

    assertThatThrownBy(() -> redis.cache("failed-listener", configuration))
        .hasStackTraceContaining("the factory fails");

    assertThat(closed).hasValue(1);
    assertThat(redis.manager().getCacheNames()).doesNotContain("failed-listener");
    redis.cache("failed-listener", strings()).put("k", "works");
  }

  @Test
  void close_cache_closesItsCallbacks() {
    AtomicInteger closed = new AtomicInteger();
    redis
        .cache(
            "closing",
            strings()
                .setExpiryPolicyFactory(() -> new UserCodeFailuresTest.ClosingPolicy(closed))
                .setCacheLoaderFactory(() -> new UserCodeFailuresTest.ClosingLoader(closed)))
        .close();
    assertThat(closed).hasValue(2);
  }

  @Test
  void close_cacheWhoseBeanWasReplaced_keepsTheNewerBean() throws Exception {
    ClassLoader another = new ClassLoader(getClass().getClassLoader()) {};
    try (CorralCachingProvider provider = new CorralCachingProvider()) {
      CacheManager first = provider.getCacheManager(redis.uri(), null);
      CacheManager second = provider.getCacheManager(redis.uri(), another);
      Cache<String, String> older =
          first.createCache("replaced", strings().setStatisticsEnabled(true));
      second.createCache("replaced", strings().setStatisticsEnabled(true));

      older.close();

      var name = new ObjectName("javax.cache:type=CacheStatistics,Cache=replaced,*");
      var server = ManagementFactory.getPlatformMBeanServer();
      assertThat(server.queryNames(name, null)).hasSize(1);
      second.destroyCache("replaced");
      assertThat(server.queryNames(name, null)).isEmpty();
    }
  }

  @Test
  void close_cacheWhoseBeanReplacedAnother_givesTheNameBackToTheOlderBean() throws Exception {
    ClassLoader another = new ClassLoader(getClass().getClassLoader()) {};
    try (CorralCachingProvider provider = new CorralCachingProvider()) {
      CacheManager first = provider.getCacheManager(redis.uri(), null);
      CacheManager second = provider.getCacheManager(redis.uri(), another);
      var configuration = strings().setStatisticsEnabled(true).setManagementEnabled(true);
      Cache<String, String> older = first.createCache("given-back", configuration);
      Cache<String, String> newer = second.createCache("given-back", configuration);
      newer.put("k", "v");
      assertThat(puts()).isEqualTo(1);

      newer.close();

      assertThat(puts()).isZero();
      older.put("k", "v");
      older.put("k", "v");
      assertThat(puts()).isEqualTo(2);
      var server = ManagementFactory.getPlatformMBeanServer();
      var all = new ObjectName("*:Cache=given-back,*");
      assertThat(server.queryNames(all, null)).hasSize(3);
      older.close();
      assertThat(server.queryNames(all, null)).isEmpty();
    }
  }

  private static long puts() throws Exception {
    var server = ManagementFactory.getPlatformMBeanServer();
    var pattern = new ObjectName("javax.cache:type=CacheStatistics,Cache=given-back,*");
    var name = server.queryNames(pattern, null).iterator().next();
    return (Long) server.getAttribute(name, "CachePuts");
  }
}
