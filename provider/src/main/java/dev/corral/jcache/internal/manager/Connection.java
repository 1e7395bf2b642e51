package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EmbeddedServer;
import dev.corral.jcache.internal.config.RedisSettings;
import dev.corral.jcache.internal.config.Settings;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.ServerClock;
import dev.corral.jcache.internal.redis.SharedRedis;
import dev.corral.jcache.internal.redis.codec.AllowList;
import dev.corral.jcache.internal.redis.codec.KeyCodecs;
import dev.corral.jcache.internal.redis.codec.KryoValueCodec;
import dev.corral.jcache.internal.store.EntryCodec;
import dev.corral.jcache.spi.KeyCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.cache.configuration.Factory;
import org.jspecify.annotations.Nullable;

/** What the caches of one manager have in common: Redis, settings, class loader, threads. */
final class Connection implements AutoCloseable {

  private static final int CLUSTER_BUCKETS = 64;

  /** Never set: it only says which server of a cluster is asked for the time. */
  private static final String CLOCK_KEY = "{corral}!clock";

  private final Settings settings;
  private final ClassLoader classLoader;
  private final SharedRedis redis;
  private final RedisCommands commands;
  private final ServerClock clock;
  private final DaemonThreads threads = DaemonThreads.start();
  private final String node = UUID.randomUUID().toString();

  /**
   * Connects.
   *
   * @param client the application's own client; null if there is none
   * @throws javax.cache.CacheException if Redis cannot be reached
   */
  Connection(Settings settings, ClassLoader classLoader, @Nullable Object client) {
    this.settings = settings;
    this.classLoader = classLoader;
    this.redis = client == null ? SharedRedis.open(settings.redis()) : SharedRedis.handedIn(client);
    RedisSettings of = settings.redis();
    Duration lastResort = of.connectTimeout().plus(of.timeout().multipliedBy(2));
    this.commands = redis.commands(lastResort);
    this.clock = new ServerClock(commands, CLOCK_KEY);
    commands.await("of any name", "ask the time", clock.synchronize());
    var unused =
        threads
            .timer()
            .scheduleAtFixedRate(
                clock::resynchronize,
                ServerClock.PERIOD_SECONDS,
                ServerClock.PERIOD_SECONDS,
                TimeUnit.SECONDS);
  }

  /** An estimate of Redis's clock. */
  ServerClock clock() {
    return clock;
  }

  RedisCommands commands() {
    return commands;
  }

  DaemonThreads threads() {
    return threads;
  }

  /** The server that was started for this JVM, if there is one. */
  Optional<EmbeddedServer> embeddedServer() {
    return redis
        .embedded()
        .map(
            server ->
                new EmbeddedServer(
                    server.address().host(),
                    server.address().port(),
                    Objects.requireNonNull(server.credentials().password())));
  }

  /** This manager's name among all that listen to changes. */
  String node() {
    return node;
  }

  String keyPrefix() {
    return settings.redis().keyPrefix();
  }

  /** The code decides, else the file, else the topology. */
  int buckets(CorralConfiguration<?, ?> configuration) {
    return configuration
        .buckets()
        .orElse(settings.defaults().buckets().orElse(redis.isCluster() ? CLUSTER_BUCKETS : 1));
  }

  <K, V> EntryCodec<K, V> codec(String cacheName, CorralConfiguration<K, V> configuration) {
    List<String> patterns = new ArrayList<>(configuration.allowedClasses());
    patterns.addAll(settings.defaults().allowedClasses());
    AllowList allowed =
        AllowList.of(patterns, configuration.getKeyType(), configuration.getValueType());
    List<KeyCodec<?>> custom = new ArrayList<>();
    ServiceLoader.load(KeyCodec.class, classLoader).forEach(custom::add);
    for (Factory<? extends KeyCodec<?>> factory : configuration.keyCodecs()) {
      custom.add(factory.create());
    }
    return new EntryCodec<>(
        cacheName,
        new KeyCodecs(custom, allowed, classLoader),
        new KryoValueCodec(classLoader, allowed));
  }

  @Override
  public void close() {
    threads.close();
    redis.close();
  }
}
