package dev.corral.examples.benchmarks;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.util.Properties;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.redisson.jcache.JCachingProvider;
import org.redisson.jcache.configuration.RedissonConfiguration;

/** Caches of Corral and of Redisson, side by side, with the same time to live. */
final class TwoCaches implements AutoCloseable {

  private static final String OWN_CLASSES = "dev.corral.examples.benchmarks.*";

  private final Duration lifetime;
  private final CorralCachingProvider provider = new CorralCachingProvider();
  private final CacheManager corral;
  private final RedissonClient client;
  private final CacheManager redisson;

  TwoCaches(RedisServer redis, Duration lifetime) {
    this.lifetime = lifetime;
    String address = "redis://" + redis.host() + ":" + redis.port();
    this.corral = provider.getCacheManager(URI.create(address), null, new Properties());
    Config config = new Config();
    config.useSingleServer().setAddress(address);
    this.client = Redisson.create(config);
    this.redisson =
        new JCachingProvider().getCacheManager(URI.create("redisson:pair"), null, new Properties());
  }

  private <V> MutableConfiguration<String, V> configuration(Class<V> type) {
    return new MutableConfiguration<String, V>()
        .setTypes(String.class, type)
        .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(lifetime));
  }

  <V> Cache<String, V> ofCorral(String name, Class<V> type) {
    return corral.createCache(
        name,
        CorralConfiguration.builder(String.class, type)
            .standard(it -> it.setExpiryPolicyFactory(configuration(type).getExpiryPolicyFactory()))
            .allowedClasses(OWN_CLASSES)
            .build());
  }

  <V> Cache<String, V> ofRedisson(String name, Class<V> type) {
    return redisson.createCache(
        name, RedissonConfiguration.fromInstance(client, configuration(type)));
  }

  @Override
  public void close() {
    redisson.close();
    client.shutdown();
    provider.close();
  }
}
