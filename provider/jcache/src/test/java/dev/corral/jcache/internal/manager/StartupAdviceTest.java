package dev.corral.jcache.internal.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.CorralObserver;
import dev.corral.jcache.CorralObserver.Advice;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RecordingWriter;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheManager;
import javax.cache.expiry.CreatedExpiryPolicy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;

/** Which advice a manager gives on which settings of Redis and of its caches. */
@Tag("baseline-jdk")
class StartupAdviceTest {

  private static final List<String> ON_SERVER =
      List.of("noeviction", "queue-evictable", "queue-without-aof");

  private final OwnRedis redis = new OwnRedis();
  private final CorralCachingProvider provider = new CorralCachingProvider();
  private final List<Advice> given = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    provider.close();
    redis.close();
  }

  private CacheManager manager(URI uri, @Nullable Object client) {
    Properties properties = new Properties();
    properties.put(
        CorralObserver.PROPERTY,
        new CorralObserver() {
          @Override
          public void advised(Advice advice) {
            given.add(advice);
          }
        });
    if (client != null) {
      properties.put(CorralCacheManager.CLIENT, client);
    }
    return provider.getCacheManager(uri, null, properties);
  }

  private CacheManager manager(String settings) {
    return manager(redis.uri(settings), null);
  }

  private static CorralConfiguration.Builder<String, String> good() {
    return CorralConfiguration.builder(String.class, String.class)
        .standard(
            it ->
                it.setStatisticsEnabled(true)
                    .setExpiryPolicyFactory(
                        CreatedExpiryPolicy.factoryOf(
                            new javax.cache.expiry.Duration(TimeUnit.MINUTES, 5))));
  }

  private static CorralConfiguration<String, String> writingBehind() {
    return good()
        .standard(it -> it.setWriteThrough(true).setCacheWriterFactory(RecordingWriter::new))
        .writeBehind(WriteBehindOptions.DEFAULTS)
        .build();
  }

  private static CorralConfiguration<String, String> careless() {
    return CorralConfiguration.builder(String.class, String.class).build();
  }

  private List<String> ids() {
    return given.stream().map(Advice::id).toList();
  }

  private Advice advice(String id) {
    await().until(() -> ids().contains(id));
    return given.stream().filter(it -> it.id().equals(id)).findFirst().orElseThrow();
  }

  private void setServer(String name, String value) {
    redis.raw().call("CONFIG", "SET", name, value);
  }

  @Test
  void caches_withoutExpiryAndStatistics_areNamedTogetherAndOnce() {
    CacheManager manager = manager("");
    manager.createCache("b", careless());
    manager.createCache("a", careless());
    manager.createCache("good", good().build());

    assertThat(advice("no-expiry").caches()).containsExactly("a", "b");
    assertThat(advice("statistics-off").caches()).containsExactly("a", "b");
    assertThat(advice("statistics-off").remedy()).contains("statistics = true");

    manager.createCache("later", careless());
    await().until(() -> given.stream().filter(it -> it.id().equals("no-expiry")).count() == 2);
    assertThat(given.stream().filter(it -> it.caches().contains("a"))).hasSize(2);
    assertThat(given.stream().filter(it -> it.caches().contains("later"))).isNotEmpty();
  }

  @Test
  void noPrefix_inADatabaseWithForeignKeys_isAdvised() {
    redis.raw().call("SET", "session:1", "x");
    manager("").createCache("users", careless());

    assertThat(advice("no-prefix").caches()).isEmpty();
    assertThat(advice("no-prefix").remedy()).contains("redis.key-prefix");
  }

  @Test
  void noPrefix_inADatabaseOfItsOwn_isNotAdvised() {
    manager("").createCache("users", careless()).put("a", "1");

    assertThat(advice("statistics-off")).isNotNull();
    assertThat(ids()).doesNotContain("no-prefix");
  }

  @Test
  void noeviction_withALimit_isAdvisedWithoutWriteBehindOnly() {
    setServer("maxmemory", "100mb");
    setServer("maxmemory-policy", "noeviction");
    manager("?client-name=plain").createCache("users", careless());
    assertThat(advice("noeviction").remedy()).contains("allkeys-lru");
    given.clear();
    manager("?client-name=behind").createCache("orders", writingBehind());

    assertThat(advice("queue-without-aof").caches()).containsExactly("orders");
    assertThat(ids()).containsExactly("queue-without-aof");
  }

  @Test
  void writeBehind_inARedisThatEvictsAllKeysAndHasNoLog_isAdvised() {
    setServer("maxmemory-policy", "allkeys-lru");
    CacheManager manager = manager("");
    manager.createCache("orders", writingBehind());
    manager.createCache("users", good().build());

    assertThat(advice("queue-evictable").caches()).containsExactly("orders");
    assertThat(advice("queue-evictable").finding()).contains("allkeys-lru");
    assertThat(advice("queue-without-aof").remedy()).isEqualTo("set appendonly yes");
  }

  @Test
  void pool_ofTheApplicationsClientThatIsLarge_isAdvised() {
    Config config = new Config();
    config.setCodec(ByteArrayCodec.INSTANCE);
    config.setPassword(redis.server().credentials().password());
    config
        .useSingleServer()
        .setAddress("redis://127.0.0.1:" + redis.server().address().port())
        .setConnectionMinimumIdleSize(1);
    RedissonClient client = Redisson.create(config);
    try {
      manager(redis.uri(), client).createCache("users", good().build());
      assertThat(advice("pool-large").finding()).contains("64 connections");
    } finally {
      provider.close();
      client.shutdown();
    }
  }

  @Test
  void goodSettings_andNoRightToAsk_areNotAdvisedOn() throws InterruptedException {
    setServer("maxmemory", "100mb");
    setServer("maxmemory-policy", "noeviction");
    redis.raw().call("ACL", "SETUSER", "app", "reset", "on", ">pw", "~*", "&*", "+@all", "-info");
    int port = redis.server().address().port();
    manager(URI.create("redis://app:pw@127.0.0.1:%d".formatted(port)), null)
        .createCache("users", careless());
    assertThat(advice("statistics-off")).isNotNull();
    setServer("maxmemory-policy", "allkeys-lru");
    manager("?key-prefix=shop:").createCache("users", good().build());
    Thread.sleep(2_500);

    assertThat(ids()).containsExactlyInAnyOrder("no-expiry", "statistics-off");
    assertThat(ids()).doesNotContainAnyElementsOf(ON_SERVER);
  }

  @Test
  void advice_thatIsOff_isNotGiven() throws InterruptedException {
    manager("?advice=false").createCache("users", careless());
    Thread.sleep(2_000);

    assertThat(given).isEmpty();
  }

  @Test
  void pool_ofOneConnection_isAdvised() {
    manager("?pool-size=1").createCache("users", good().build());

    assertThat(advice("pool-small").remedy()).contains("pool-size = 4");
  }
}
