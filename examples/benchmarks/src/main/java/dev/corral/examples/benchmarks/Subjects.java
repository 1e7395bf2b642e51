package dev.corral.examples.benchmarks;

import com.hazelcast.cache.HazelcastCachingProvider;
import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.cache.HazelcastClientCachingProvider;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.CacheConfig;
import com.hazelcast.core.HazelcastInstance;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.spi.CorralCachingProvider;
import io.lettuce.core.RedisClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.redisson.jcache.JCachingProvider;
import org.redisson.jcache.configuration.RedissonConfiguration;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;

/** Everybody who is compared, on one Redis or a server of its own, each with entries of its own. */
final class Subjects {

  static final String CORRAL = "Corral";
  static final String CORRAL_NEAR = "Corral, near cache";
  static final String REDISSON = "Redisson JCache, defaults";
  static final String REDISSON_TUNED = "Redisson JCache, tuned";
  static final String BUCKET = "Redisson RBucket";
  static final String JEDIS = "Jedis";
  static final String LETTUCE = "Lettuce";
  static final String HAZELCAST = "Hazelcast JCache";
  static final String INFINISPAN = "Infinispan JCache";

  /** The best pool of Redisson's JCache on two cores: below ten it pipelines. */
  private static final int TUNED_POOL = 4;

  /** As many as Corral's own client has. */
  private static final int CORRAL_NETTY_THREADS = 2;

  /** Half of the keys. */
  private static final int NEAR = Keys.COUNT / 2;

  /** More blocking connections than this did not help Jedis on two cores. */
  private static final int JEDIS_POOL = 32;

  private Subjects() {}

  /**
   * Those that the options ask for.
   *
   * @param address host and port of Redis, or of the relay before it
   */
  static List<Subject> of(Options options, String address) {
    Consumer<CorralConfiguration.Builder<String, String>> expiry =
        options.expiring() ? Subjects::expiring : it -> {};
    if (!options.comparesPeers()) {
      return List.of(corral(CORRAL, address, expiry));
    }
    // They take a while to start.
    Optional<ServerProcess> member =
        options.isDelayed() ? Optional.empty() : Optional.of(HazelcastMember.start());
    Optional<ServerProcess> server =
        options.isDelayed() ? Optional.empty() : Optional.of(InfinispanServer.start());
    List<Subject> subjects = new ArrayList<>();
    subjects.add(corral(CORRAL, address, expiry));
    subjects.add(
        corral(
            CORRAL_NEAR,
            address,
            expiry.andThen(it -> it.nearCache(NearCacheOptions.ofEntries(NEAR)))));
    subjects.add(redisson(REDISSON, Redisson.create(redisson(address))));
    subjects.add(redisson(REDISSON_TUNED, Redisson.create(tuned(address))));
    Config asCorral = tuned(address).setNettyThreads(CORRAL_NETTY_THREADS);
    subjects.add(new BucketSubject(BUCKET, Redisson.create(asCorral)));
    subjects.add(new JedisSubject(JEDIS, jedis(address)));
    RedisClient lettuce = RedisClient.create("redis://" + address);
    subjects.add(new LettuceSubject(LETTUCE, lettuce, lettuce.connect()));
    member.ifPresent(it -> subjects.add(hazelcast(HAZELCAST, it)));
    server.ifPresent(it -> subjects.add(infinispan(INFINISPAN, it)));
    return subjects;
  }

  private static void expiring(CorralConfiguration.Builder<String, String> builder) {
    builder.standard(
        it -> it.setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(Duration.ONE_HOUR)));
  }

  private static MutableConfiguration<String, String> plain() {
    return new MutableConfiguration<String, String>().setTypes(String.class, String.class);
  }

  private static Subject corral(
      String name, String address, Consumer<CorralConfiguration.Builder<String, String>> options) {
    CorralConfiguration.Builder<String, String> builder =
        CorralConfiguration.builder(String.class, String.class);
    options.accept(builder);
    CorralCachingProvider provider = new CorralCachingProvider();
    CacheManager manager =
        provider.getCacheManager(URI.create("redis://" + address), null, new Properties());
    return new JCacheSubject(
        name, true, manager.createCache(name, builder.build()), provider::close);
  }

  private static Config redisson(String address) {
    Config config = new Config();
    config.useSingleServer().setAddress("redis://" + address);
    return config;
  }

  private static Config tuned(String address) {
    Config config = redisson(address);
    config
        .useSingleServer()
        .setConnectionPoolSize(TUNED_POOL)
        .setConnectionMinimumIdleSize(TUNED_POOL);
    return config;
  }

  private static Subject redisson(String name, RedissonClient client) {
    CacheManager manager =
        new JCachingProvider()
            .getCacheManager(URI.create("redisson:" + name.hashCode()), null, new Properties());
    Cache<String, String> cache =
        manager.createCache(name, RedissonConfiguration.fromInstance(client, plain()));
    return new JCacheSubject(
        name,
        true,
        cache,
        () -> {
          manager.close();
          client.shutdown();
        });
  }

  /** Client and server, with Hazelcast's defaults save for a bound that holds all keys. */
  private static Subject hazelcast(String name, ServerProcess member) {
    HazelcastMember.useCommonPool();
    ClientConfig config = new ClientConfig();
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.getNetworkConfig().addAddress(member.address());
    HazelcastInstance client = HazelcastClient.newHazelcastClient(config);
    CacheManager manager =
        new HazelcastClientCachingProvider()
            .getCacheManager(
                null, null, HazelcastCachingProvider.propertiesByInstanceItself(client));
    CacheConfig<String, String> entries = new CacheConfig<>(plain());
    entries.getEvictionConfig().setSize(10 * Keys.COUNT);
    return new JCacheSubject(
        name,
        false,
        manager.createCache(name, entries),
        () -> {
          manager.close();
          client.shutdown();
          member.close();
        });
  }

  /** Client and server, with Infinispan's defaults. */
  private static Subject infinispan(String name, ServerProcess server) {
    System.setProperty("org.jboss.logging.provider", "slf4j");
    Properties properties = new Properties();
    properties.setProperty("infinispan.client.hotrod.server_list", server.address());
    org.infinispan.jcache.remote.JCachingProvider provider =
        new org.infinispan.jcache.remote.JCachingProvider();
    CacheManager manager =
        provider.getCacheManager(
            URI.create("infinispan:remote"), Subjects.class.getClassLoader(), properties);
    return new JCacheSubject(
        name,
        false,
        manager.getCache(InfinispanServer.CACHE, String.class, String.class),
        () -> {
          provider.close();
          server.close();
        });
  }

  private static redis.clients.jedis.RedisClient jedis(String address) {
    GenericObjectPoolConfig<Connection> pool = new GenericObjectPoolConfig<>();
    pool.setMaxTotal(JEDIS_POOL);
    pool.setMaxIdle(JEDIS_POOL);
    pool.setMaxWait(java.time.Duration.ofSeconds(10));
    return redis.clients.jedis.RedisClient.builder()
        .hostAndPort(HostAndPort.from(address))
        .poolConfig(pool)
        .build();
  }
}
