package dev.corral.jcache.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EntryMetadata;
import dev.corral.jcache.EntryOptions;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.NearCacheOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Entries expire without waiting, wherever the provider has them. */
@CorralTest(settings = {"redis.timeout = 10s", "redis.connect-timeout = 10s"})
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AdvanceExpiryIT {

  private static final javax.cache.expiry.Duration TEN_MINUTES =
      new javax.cache.expiry.Duration(TimeUnit.MINUTES, 10);

  private static CorralConfiguration.Builder<Long, String> tenMinutes() {
    return CorralConfiguration.builder(Long.class, String.class)
        .standard(it -> it.setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(TEN_MINUTES)));
  }

  /** A database in which only the key 1 exists, and which can fail. */
  private static final class Database implements CacheLoader<Long, String> {

    final AtomicInteger loads = new AtomicInteger();
    volatile boolean failing;

    @Override
    public @Nullable String load(Long key) {
      int number = loads.incrementAndGet();
      if (failing) {
        throw new IllegalStateException("the database is down");
      }
      return key == 1L ? "load " + number : null;
    }

    @Override
    public Map<Long, String> loadAll(Iterable<? extends Long> keys) {
      Map<Long, String> values = new HashMap<>();
      for (Long key : keys) {
        String value = load(key);
        if (value != null) {
          values.put(key, value);
        }
      }
      return values;
    }
  }

  private static CorralConfiguration.Builder<Long, String> loading(Database database) {
    return tenMinutes()
        .standard(
            it -> it.setReadThrough(true).setCacheLoaderFactory(new SingletonFactory<>(database)));
  }

  @Test
  void advanceExpiry_byLessThanTheTimeToLive_leavesTheEntry_andTheRestExpiresIt(
      CacheManager manager, RedisControl redis) {
    Cache<Long, String> cache = manager.createCache("cache", tenMinutes().build());
    cache.put(1L, "one");

    redis.advanceExpiry(Duration.ofMinutes(9));
    assertThat(cache.get(1L)).isEqualTo("one");
    assertThat(cache.putIfAbsent(1L, "another")).isFalse();

    redis.advanceExpiry(Duration.ofMinutes(1));
    assertThat(cache.containsKey(1L)).isFalse();
    assertThat(cache.get(1L)).isNull();
    assertThat(cache.iterator()).isExhausted();
    assertThat(cache.putIfAbsent(1L, "another")).isTrue();
    assertThat(cache.get(1L)).as("entries after the advance are new").isEqualTo("another");
  }

  @Test
  @SuppressWarnings("unchecked")
  void advanceExpiry_ofEntriesWithOptions_makesThemOlder(CacheManager manager, RedisControl redis) {
    CorralCache<Long, String> cache =
        manager.createCache("options", tenMinutes().build()).unwrap(CorralCache.class);
    cache.put(1L, "one", EntryOptions.DEFAULTS.withTags("red", "blue").withVersion("v1"));
    cache.put(2L, "two", EntryOptions.DEFAULTS.withTimeToLive(Duration.ofMinutes(1)));

    redis.advanceExpiry(Duration.ofMinutes(9));
    assertThat(cache.get(1L)).isEqualTo("one");
    assertThat(cache.get(2L)).isNull();
    EntryMetadata metadata = cache.metadata(1L).orElseThrow();
    assertThat(metadata.age()).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
    assertThat(metadata.timeLeft()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
    assertThat(metadata.version()).isEqualTo("v1");

    redis.advanceExpiry(Duration.ofMinutes(1));
    assertThat(cache.get(1L)).isNull();
  }

  @Test
  void advanceExpiry_ofEternalEntries_changesNothing(CacheManager manager, RedisControl redis) {
    Cache<Long, String> cache =
        manager.createCache("eternal", new MutableConfiguration<Long, String>());
    cache.put(1L, "one");

    redis.advanceExpiry(Duration.ofDays(1_000));
    assertThat(cache.get(1L)).isEqualTo("one");
  }

  @Test
  void advanceExpiry_concernsNearCachesOfAllInstances(CacheManager manager, RedisControl redis) {
    var configuration = tenMinutes().nearCache(NearCacheOptions.ofEntries(100)).build();
    Cache<Long, String> cache = manager.createCache("near", configuration);
    Cache<Long, String> other =
        redis.newInstance().getCacheManager().createCache("near", configuration);
    cache.put(1L, "one");
    fillNearCache(cache);
    fillNearCache(other);

    redis.advanceExpiry(Duration.ofMinutes(10));
    assertThat(cache.get(1L)).isNull();
    assertThat(other.get(1L)).isNull();
  }

  /** The near cache needs a lease first. */
  private static void fillNearCache(Cache<Long, String> cache) {
    CorralCache<?, ?> corral = cache.unwrap(CorralCache.class);
    await()
        .until(
            () -> {
              assertThat(cache.get(1L)).isEqualTo("one");
              return corral.nearCacheStatistics().entries() == 1;
            });
  }

  @Test
  void advanceExpiry_ofALoadedEntry_loadsAgain(CacheManager manager, RedisControl redis) {
    Database database = new Database();
    Cache<Long, String> cache = manager.createCache("loaded", loading(database).build());
    assertThat(cache.get(1L)).isEqualTo("load 1");

    redis.advanceExpiry(Duration.ofMinutes(10));
    assertThat(cache.get(1L)).isEqualTo("load 2");
    assertThat(cache.get(1L)).isEqualTo("load 2");
  }

  @Test
  void advanceExpiry_ofARememberedMiss_asksTheLoaderAgain(
      CacheManager manager, RedisControl redis) {
    Database database = new Database();
    var options = LoadOptions.DEFAULTS.withNegativeTimeToLive(Duration.ofMinutes(5));
    Cache<Long, String> cache =
        manager.createCache("misses", loading(database).loading(options).build());
    assertThat(cache.get(2L)).isNull();
    assertThat(cache.get(2L)).isNull();
    assertThat(database.loads).hasValue(1);

    redis.advanceExpiry(Duration.ofMinutes(5));
    assertThat(cache.get(2L)).isNull();
    assertThat(database.loads).hasValue(2);
  }

  @Test
  void advanceExpiry_withKeep_servesTheStaleEntryOnlyUntilKeepEnds(
      CacheManager manager, RedisControl redis) {
    Database database = new Database();
    var options =
        LoadOptions.DEFAULTS
            .withStale(Duration.ZERO, Duration.ofMinutes(20))
            .withRetryInterval(Duration.ofMillis(1));
    Cache<Long, String> cache =
        manager.createCache("kept", loading(database).loading(options).build());
    assertThat(cache.get(1L)).isEqualTo("load 1");
    database.failing = true;

    redis.advanceExpiry(Duration.ofMinutes(15));
    assertThat(cache.get(1L)).isEqualTo("load 1");
    redis.advanceExpiry(Duration.ofMinutes(16));
    assertThatThrownBy(() -> cache.get(1L)).hasMessageContaining("loader");
  }

  @Test
  void advanceExpiry_publishesExpiredEvents(CacheManager manager, RedisControl redis) {
    Cache<Long, String> cache = manager.createCache("events", tenMinutes().build());
    List<String> expired = new CopyOnWriteArrayList<>();
    CacheEntryExpiredListener<Long, String> listener =
        events -> events.forEach(it -> expired.add(it.getKey() + "=" + it.getOldValue()));
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            new SingletonFactory<>(listener), null, /* isOldValueRequired= */ true, false));
    cache.put(1L, "one");

    redis.advanceExpiry(Duration.ofMinutes(10));
    await().untilAsserted(() -> assertThat(expired).containsExactly("1=one"));
  }

  @Test
  void advanceExpiry_ofOtherTests_changesNothing(CacheManager manager, RedisControl redis) {
    Cache<Long, String> cache = manager.createCache("cache", tenMinutes().build());
    cache.put(1L, "one");
    TestServer server = TestServer.given(redis.uri());
    try (RedisControl other = new RedisControl(server, TestOptions.of(null))) {
      other.advanceExpiry(Duration.ofMinutes(10));
    }
    assertThat(cache.get(1L)).isEqualTo("one");
  }

  @Test
  void advanceExpiry_byNothing_isRefused(RedisControl redis) {
    assertThatThrownBy(() -> redis.advanceExpiry(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
