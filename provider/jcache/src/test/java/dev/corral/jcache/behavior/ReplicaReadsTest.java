package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.fixtures.RawRedis;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;
import org.redisson.config.SubscriptionMode;

/**
 * A client of the application that reads from a replica, the default of Redisson in a cluster. This
 * "replica" is an independent server, so it never receives any data.
 */
@ParameterizedClass(name = "wrapped: {0}")
@ValueSource(booleans = {false, true})
class ReplicaReadsTest {

  private static RedisUnderTest master;
  private static RedisUnderTest replica;
  private static RedissonClient client;

  private final boolean isWrapped;
  private CorralCachingProvider firstJvm;
  private CorralCachingProvider secondJvm;

  ReplicaReadsTest(boolean isWrapped) {
    this.isWrapped = isWrapped;
  }

  /** A value of an application. */
  public record Point(int x, int y) {}

  @BeforeAll
  static void start() {
    master = RedisUnderTest.ownServer();
    replica = RedisUnderTest.ownServer();
    Config config =
        new Config().setCodec(StringCodec.INSTANCE).setPassword(master.credentials().password());
    config
        .useMasterSlaveServers()
        .setMasterAddress(address(master.address()))
        .addSlaveAddress(address(replica.address()))
        .setReadMode(ReadMode.SLAVE)
        .setSubscriptionMode(SubscriptionMode.MASTER);
    client = Redisson.create(config);
  }

  private static String address(HostAndPort address) {
    return "redis://%s:%d".formatted(address.host(), address.port());
  }

  @AfterAll
  static void stop() {
    client.shutdown();
    master.close();
    replica.close();
  }

  @BeforeEach
  void open() {
    firstJvm = new CorralCachingProvider();
    secondJvm = new CorralCachingProvider();
  }

  @AfterEach
  void close() {
    firstJvm.close();
    secondJvm.close();
  }

  private <K, V> Cache<K, V> cache(
      CorralCachingProvider jvm, String name, Configuration<K, V> configuration) {
    Properties properties = new Properties();
    properties.put("corral.redis.client", isWrapped ? RedisUnderTest.wrapped(client) : client);
    return jvm.getCacheManager(null, null, properties).createCache(name + isWrapped, configuration);
  }

  @Test
  void client_readsFromTheReplica() {
    client.getBucket("written").set("v");
    assertThat(client.getBucket("written").get()).isNull();
  }

  @Test
  void operations_afterWrites_readFromTheMaster() {
    Cache<String, String> cache = cache(firstJvm, "seen", new MutableConfiguration<>());
    cache.put("k", "1");
    assertThat(cache.get("k")).isEqualTo("1");
    assertThat(cache.getAll(Set.of("k", "other"))).isEqualTo(Map.of("k", "1"));
    assertThat(cache.containsKey("k")).isTrue();
    assertThat(cache.putIfAbsent("k", "2")).isFalse();
    assertThat(cache.replace("k", "1", "2")).isTrue();
    assertThat(cache.getAndPut("k", "3")).isEqualTo("2");
    assertThat(cache.<String>invoke("k", (entry, arguments) -> entry.getValue())).isEqualTo("3");
    cache.clear();
    assertThat(cache.get("k")).isNull();
    cache.put("k", "4");
    assertThat(cache.get("k")).isEqualTo("4");
  }

  @Test
  void get_codeOfAnotherJvm_readsTheClassTable() {
    Configuration<String, Point> typed =
        new MutableConfiguration<String, Point>().setTypes(String.class, Point.class);
    Cache<String, Point> writer = cache(firstJvm, "points", typed);
    try (RawRedis raw = RawRedis.connect(master)) {
      await()
          .until(
              () -> {
                writer.put("k", new Point(1, 2));
                return !raw.text("GET", "{points%s}:k".formatted(isWrapped)).contains("Point");
              });
    }
    Cache<String, Point> reader = cache(secondJvm, "points", typed);
    assertThat(reader.get("k")).isEqualTo(new Point(1, 2));
  }

  @Test
  void setIfAbsent_textExists_returnsIt() {
    RedisCommands commands = new RedisCommands(client, Duration.ofSeconds(5));
    assertThat(commands.setIfAbsent("c", "layout" + isWrapped, "a", "^.$")).isEqualTo("a");
    assertThat(commands.setIfAbsent("c", "layout" + isWrapped, "b", "^.$")).isEqualTo("a");
  }

  @Test
  void nearCache_writesOfAnotherJvm_areRead() {
    Configuration<String, String> near =
        CorralConfiguration.builder(String.class, String.class)
            .nearCache(NearCacheOptions.ofEntries(100))
            .build();
    Cache<String, String> reader = cache(firstJvm, "near", near);
    Cache<String, String> writer = cache(secondJvm, "near", near);
    for (String value : List.of("1", "2", "3")) {
      writer.put("k", value);
      await().until(() -> value.equals(reader.get("k")));
    }
  }
}
