package dev.corral.jcache.internal.redis.client;

import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.Sentinel;
import dev.corral.jcache.internal.redis.settings.Tls;
import io.netty.channel.EventLoopGroup;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;
import org.redisson.config.EqualJitterDelay;
import org.redisson.config.ReadMode;
import org.redisson.config.SslVerificationMode;
import org.redisson.config.SubscriptionMode;

/** What the settings are in Redisson's words. */
final class RedissonClients {

  /*
   * Redisson counts the attempts to subscribe by the same number as the attempts to send a command
   * (PublishSubscribeService.trySubscribe) and with 0 of them refuses every subscription, a lock's
   * too. So this cannot be 0 for the client; an object that must not send twice is asked for with
   * its own retryAttempts(0).
   */
  private static final int ATTEMPTS_TO_SUBSCRIBE = 3;

  /*
   * How long to wait between these attempts, and between those to connect at first. Redisson also
   * derives the tick of its timer from it (ServiceManager.initTimer), half of what exceeds the
   * full hundred: 20 ms.
   */
  private static final Duration RETRY_DELAY = Duration.ofMillis(540);

  /** How long a lock outlives a JVM that died with it; a JVM that lives renews it in time. */
  private static final Duration LOCK_LEASE = Duration.ofSeconds(10);

  /** A near cache may listen to a channel of each bucket; they are to share a connection. */
  private static final int SUBSCRIPTIONS = 1_000;

  private static final Duration FIRST_RECONNECT = Duration.ofMillis(50);
  private static final Duration LAST_RECONNECT = Duration.ofMillis(500);

  private RedissonClients() {}

  /**
   * A configuration of Redisson.
   *
   * @param settings with an address: not embedded
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
    config.setLockWatchdogTimeout(LOCK_LEASE.toMillis());
    config.setUsername(settings.credentials().username());
    config.setPassword(settings.credentials().password());
    putTls(config, settings.tls());
    switch (settings.topology()) {
      case SINGLE ->
          common(config.useSingleServer(), settings)
              .setAddress(address(settings, settings.addresses().get(0)))
              .setConnectionPoolSize(settings.poolSize())
              .setConnectionMinimumIdleSize(settings.poolSize())
              .setDatabase(settings.database());
      case CLUSTER ->
          masters(common(config.useClusterServers(), settings), settings)
              .setScanInterval(1000)
              .setSubscriptionsPerConnection(SUBSCRIPTIONS)
              .setDatabase(settings.database())
              .addNodeAddress(addresses(settings));
      case SENTINEL -> {
        Sentinel sentinel = settings.sentinel();
        if (sentinel == null) {
          throw new IllegalArgumentException("A master's name is missing in corral.redis.uri");
        }
        masters(common(config.useSentinelServers(), settings), settings)
            .setMasterName(sentinel.masterName())
            .setSentinelUsername(sentinel.credentials().username())
            .setSentinelPassword(sentinel.credentials().password())
            .setCheckSentinelsList(false)
            .setDatabase(settings.database())
            .addSentinelAddress(addresses(settings));
      }
      case EMBEDDED -> throw new IllegalArgumentException("An embedded server has no address yet");
    }
    return config;
  }

  private static <T extends BaseConfig<T>> T common(T servers, RedisSettings settings) {
    return servers
        .setClientName(settings.clientName())
        .setConnectTimeout(Math.toIntExact(settings.connectTimeout().toMillis()))
        .setTimeout(Math.toIntExact(settings.timeout().toMillis()))
        .setSubscriptionTimeout(Math.toIntExact(settings.timeout().toMillis()))
        .setRetryAttempts(ATTEMPTS_TO_SUBSCRIBE)
        .setRetryDelay(new ConstantDelay(RETRY_DELAY))
        .setReconnectionDelay(new EqualJitterDelay(FIRST_RECONNECT, LAST_RECONNECT));
  }

  private static <T extends BaseMasterSlaveServersConfig<T>> T masters(
      T servers, RedisSettings settings) {
    return servers
        .setReadMode(ReadMode.MASTER)
        .setSubscriptionMode(SubscriptionMode.MASTER)
        .setMasterConnectionPoolSize(settings.poolSize())
        .setMasterConnectionMinimumIdleSize(settings.poolSize());
  }

  private static void putTls(Config config, Tls tls) {
    if (!tls.enabled()) {
      return;
    }
    config.setSslVerificationMode(
        tls.verifiesHostname() ? SslVerificationMode.STRICT : SslVerificationMode.CA_ONLY);
    URL truststore = url("corral.redis.truststore", tls.truststore());
    if (truststore != null) {
      config.setSslTruststore(truststore);
      config.setSslTruststorePassword(tls.truststorePassword());
    }
    URL keystore = url("corral.redis.keystore", tls.keystore());
    if (keystore != null) {
      config.setSslKeystore(keystore);
      config.setSslKeystorePassword(tls.keystorePassword());
    }
  }

  private static @Nullable URL url(String setting, @Nullable Path store) {
    if (store == null) {
      return null;
    }
    if (!Files.isReadable(store)) {
      throw new CacheException(
          "The file %s that %s names does not exist or cannot be read"
              .formatted(store.toAbsolutePath(), setting));
    }
    try {
      return store.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new CacheException("%s names no file: %s".formatted(setting, store), e);
    }
  }

  private static String[] addresses(RedisSettings settings) {
    return settings.addresses().stream()
        .map(address -> address(settings, address))
        .toArray(String[]::new);
  }

  private static String address(RedisSettings settings, HostAndPort address) {
    return (settings.tls().enabled() ? "rediss://" : "redis://") + address;
  }
}
