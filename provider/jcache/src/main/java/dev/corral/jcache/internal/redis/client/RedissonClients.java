package dev.corral.jcache.internal.redis.client;

import dev.corral.jcache.internal.redis.settings.ClientOptions;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.Sentinel;
import dev.corral.jcache.internal.redis.settings.Servers;
import dev.corral.jcache.internal.redis.settings.Tls;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import javax.cache.CacheException;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;
import org.redisson.config.EqualJitterDelay;
import org.redisson.config.ReadMode;
import org.redisson.config.SslVerificationMode;
import org.redisson.config.SubscriptionMode;

/** Translates the settings to a configuration of Redisson. */
final class RedissonClients {

  /*
   * Redisson uses one number for the attempts to send a command and the attempts to subscribe
   * (PublishSubscribeService.trySubscribe). With 0 it refuses every subscription. The client
   * therefore has retries; objects whose commands must not be sent twice override
   * them with retryAttempts(0).
   */
  private static final int ATTEMPTS = 3;

  /*
   * The delay between these attempts, and between the first attempts to connect. Redisson derives
   * the tick of its timer from it (ServiceManager.initTimer): half of the milliseconds above a
   * multiple of 100, here 20 ms.
   */
  private static final Duration RETRY_DELAY = Duration.ofMillis(540);

  /** A near cache may subscribe to one channel per bucket; all of them share a connection. */
  private static final int SUBSCRIPTIONS_PER_CONNECTION = 1_000;

  private static final Duration FIRST_RECONNECT = Duration.ofMillis(50);
  private static final Duration LAST_RECONNECT = Duration.ofMillis(500);

  private RedissonClients() {}

  /**
   * The configuration of a client with these settings.
   *
   * @param settings have an address; their topology is not {@link
   *     dev.corral.jcache.internal.redis.settings.Topology#EMBEDDED}
   * @param group the threads of Netty
   * @param executor the threads for Redisson's callbacks
   * @throws CacheException if a trust store or key store cannot be read
   */
  static Config configuration(
      RedisSettings settings, EventLoopGroup group, ExecutorService executor) {
    Config config = new Config();
    config.setCodec(ByteArrayCodec.INSTANCE);
    config.setReferenceEnabled(false);
    config.setEventLoopGroup(group);
    config.setExecutor(executor);
    config.setNettyHook(NettyBuffers.INSTANCE);
    config.setKeepPubSubOrder(true);
    config.setLazyInitialization(true);
    config.setUseThreadClassLoader(false);
    config.setUsername(settings.credentials().username());
    config.setPassword(settings.credentials().password());
    putTls(config, settings.tls());
    Servers servers = settings.servers();
    switch (servers.topology()) {
      case SINGLE ->
          common(config.useSingleServer(), settings)
              .setAddress(address(settings, servers.addresses().get(0)))
              .setConnectionPoolSize(settings.client().poolSize())
              .setConnectionMinimumIdleSize(settings.client().poolSize())
              .setDatabase(settings.database());
      case CLUSTER ->
          masters(common(config.useClusterServers(), settings), settings)
              .setScanInterval(1000)
              .setDatabase(settings.database())
              .addNodeAddress(addresses(settings));
      case SENTINEL -> {
        Sentinel sentinel = servers.sentinel();
        if (sentinel == null) {
          throw new IllegalArgumentException("corral.redis.uri has no name of a master");
        }
        masters(common(config.useSentinelServers(), settings), settings)
            .setMasterName(sentinel.masterName())
            .setSentinelUsername(sentinel.credentials().username())
            .setSentinelPassword(sentinel.credentials().password())
            .setCheckSentinelsList(false)
            .setDatabase(settings.database())
            .addSentinelAddress(addresses(settings));
      }
      case EMBEDDED ->
          throw new IllegalArgumentException("The embedded server has not been started");
    }
    return config;
  }

  private static <T extends BaseConfig<T>> T common(T config, RedisSettings settings) {
    ClientOptions options = settings.client();
    int timeoutMillis = Math.toIntExact(options.timeout().toMillis());
    return config
        .setClientName(options.name())
        .setSubscriptionsPerConnection(SUBSCRIPTIONS_PER_CONNECTION)
        .setConnectTimeout(Math.toIntExact(options.connectTimeout().toMillis()))
        .setTimeout(timeoutMillis)
        .setSubscriptionTimeout(timeoutMillis)
        .setRetryAttempts(ATTEMPTS)
        .setRetryDelay(new ConstantDelay(RETRY_DELAY))
        .setReconnectionDelay(new EqualJitterDelay(FIRST_RECONNECT, LAST_RECONNECT));
  }

  private static <T extends BaseMasterSlaveServersConfig<T>> T masters(
      T config, RedisSettings settings) {
    return config
        .setReadMode(ReadMode.MASTER)
        .setSubscriptionMode(SubscriptionMode.MASTER)
        .setMasterConnectionPoolSize(settings.client().poolSize())
        .setMasterConnectionMinimumIdleSize(settings.client().poolSize());
  }

  private static void putTls(Config config, Tls tls) {
    if (!tls.enabled()) {
      return;
    }
    config.setSslVerificationMode(
        tls.verifiesHostname() ? SslVerificationMode.STRICT : SslVerificationMode.CA_ONLY);
    TlsFiles files = new TlsFiles(tls);
    TlsFiles.Store truststore = files.truststore();
    if (truststore != null) {
      config.setSslTruststore(truststore.url());
      config.setSslTruststorePassword(truststore.password());
    }
    TlsFiles.Store keystore = files.keystore();
    if (keystore != null) {
      config.setSslKeystore(keystore.url());
      config.setSslKeystorePassword(keystore.password());
    }
  }

  private static String[] addresses(RedisSettings settings) {
    return settings.servers().addresses().stream()
        .map(address -> address(settings, address))
        .toArray(String[]::new);
  }

  private static String address(RedisSettings settings, HostAndPort address) {
    return (settings.tls().enabled() ? "rediss://" : "redis://") + address;
  }
}
