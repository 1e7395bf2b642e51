package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EffectiveSetting;
import dev.corral.jcache.EmbeddedServer;
import dev.corral.jcache.codec.KeyCodec;
import dev.corral.jcache.internal.cache.RedisCache;
import dev.corral.jcache.internal.codec.keys.KeyCodecs;
import dev.corral.jcache.internal.codec.values.AllowList;
import dev.corral.jcache.internal.codec.values.ClassCodes;
import dev.corral.jcache.internal.codec.values.ValueFormats;
import dev.corral.jcache.internal.config.CacheSettings;
import dev.corral.jcache.internal.config.Settings;
import dev.corral.jcache.internal.entry.ObserverList;
import dev.corral.jcache.internal.outage.RedisCircuitBreaker;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.ServerClock;
import dev.corral.jcache.internal.redis.client.SharedRedis;
import dev.corral.jcache.internal.redis.settings.ClientOptions;
import dev.corral.jcache.internal.store.EntryCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.cache.CacheException;
import javax.cache.configuration.Factory;
import org.jspecify.annotations.Nullable;

/** What the caches of one manager share: Redis, settings, class loader and threads. */
final class ManagerResources implements AutoCloseable {

  private static final int CLUSTER_BUCKETS = 64;

  private final Settings settings;
  private final ClassLoader classLoader;
  private final SharedRedis redis;
  private final RedisCommands direct;
  private final RedisCommands commands;
  private final RedisCircuitBreaker breaker;
  private final ServerClock clock;
  private final DaemonThreads threads = DaemonThreads.start();
  private final AsyncThreads asyncThreads = AsyncThreads.create();
  private final String jvmId = UUID.randomUUID().toString();
  private final ObserverList observers;
  private final StartupAdvice advice;

  /**
   * Connects to Redis. If Redis is unavailable, the circuit breaker is open from the start.
   *
   * @param client the application's own Redisson client; null if Corral creates one
   * @param openCaches the caches of the manager that are open now
   * @param observers the observers of the manager
   * @throws CacheException if Redis refused the login, if its user lacks rights, or if the embedded
   *     server did not start
   */
  ManagerResources(
      Settings settings,
      ClassLoader classLoader,
      @Nullable Object client,
      ObserverList observers,
      Supplier<? extends Collection<? extends RedisCache<?, ?>>> openCaches) {
    this.settings = settings;
    this.observers = observers;
    this.classLoader = classLoader;
    this.redis =
        client == null ? SharedRedis.open(settings.redis()) : SharedRedis.ofApplication(client);
    ClientOptions options = settings.redis().client();
    Duration maxWait = options.connectTimeout().plus(options.timeout().multipliedBy(2));
    this.direct = redis.commands(maxWait);
    String key = KeySpace.clock(keyPrefix());
    this.breaker = new RedisCircuitBreaker(direct, key, threads.background(), observers);
    this.commands = direct.guardedBy(breaker, options.timeout());
    this.clock = new ServerClock(direct, key);
    this.advice = new StartupAdvice(settings, redis, commands, threads, observers, openCaches);
    ConnectionWatch watch =
        new ConnectionWatch(
            redis,
            direct,
            breaker::isUnrestricted,
            threads.background(),
            settings.keyPrefix(),
            key);
    CacheException firstProblem = watch.firstProblem();
    if (firstProblem != null) {
      breaker.open(firstProblem);
    } else {
      try {
        watch.requireRights();
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }
    repeat(clock::resynchronize, Duration.ofSeconds(ServerClock.PERIOD_SECONDS));
    repeat(watch, ConnectionWatch.PERIOD);
  }

  private void repeat(Runnable task, Duration period) {
    var unused =
        threads
            .timer()
            .scheduleAtFixedRate(task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** This JVM's estimate of the server clock. */
  ServerClock clock() {
    return clock;
  }

  /** The commands for callers: during an outage they fail at once. */
  RedisCommands commands() {
    return commands;
  }

  /** The commands for probes and repairs: they are sent even during an outage. */
  RedisCommands direct() {
    return direct;
  }

  RedisCircuitBreaker breaker() {
    return breaker;
  }

  DaemonThreads threads() {
    return threads;
  }

  /** Advice about the settings. */
  StartupAdvice advice() {
    return advice;
  }

  /** Runs loads, with the context of the thread that needs them. */
  Executor loadThreads() {
    return observers.withContext(threads.background());
  }

  /** Runs the asynchronous operations of all caches. */
  Executor asyncThreads() {
    return observers.withContext(asyncThreads);
  }

  /** The observers of the manager. */
  ObserverList observers() {
    return observers;
  }

  /** The embedded server, if this JVM started one for these settings. */
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

  /** The random name by which this manager recognizes its own changes on the change feed. */
  String jvmId() {
    return jvmId;
  }

  String keyPrefix() {
    return settings.keyPrefix().text();
  }

  /** The number of buckets: by the cache's configuration, else by the topology. */
  int buckets(CorralConfiguration<?, ?> configuration) {
    return configuration.buckets().orElse(redis.isCluster() ? CLUSTER_BUCKETS : 1);
  }

  /** Lists the settings of a cache after those of the connection, without secrets. */
  <K, V> Function<CorralConfiguration<K, V>, List<EffectiveSetting>> effective(
      CacheSettings<K, V> ofCache) {
    return current -> {
      List<EffectiveSetting> all = new ArrayList<>(settings.connection());
      all.addAll(ofCache.effective().apply(current));
      return List.copyOf(all);
    };
  }

  /** The codec of a cache; custom key codecs come from the service loader and the configuration. */
  <K, V> EntryCodec<K, V> codec(String cacheName, CacheSettings<K, V> ofCache, ClassCodes codes) {
    CorralConfiguration<K, V> configuration = ofCache.configuration();
    AllowList allowed =
        AllowList.of(
            configuration.allowedClasses(),
            configuration.getKeyType(),
            configuration.getValueType());
    List<KeyCodec<?>> custom = new ArrayList<>(provided());
    for (Factory<? extends KeyCodec<?>> factory : configuration.keyCodecs()) {
      custom.add(factory.create());
    }
    return new EntryCodec<>(
        cacheName,
        new KeyCodecs(custom, allowed, classLoader),
        new ValueFormats(
                cacheName,
                keyPrefix(),
                classLoader,
                allowed,
                codes,
                ofCache.maxDecodedBytes(),
                configuration.compressAbove().orElse(Integer.MAX_VALUE))
            .create(configuration.values(), configuration.getValueType()),
        configuration.getKeyType(),
        configuration.getValueType());
  }

  /** The key codecs of the service loader. A codec that several class loaders find is one codec. */
  private List<KeyCodec<?>> provided() {
    List<KeyCodec<?>> codecs = new ArrayList<>();
    Set<String> types = new HashSet<>();
    for (ClassLoader loader : ApplicationClassLoader.defining(classLoader)) {
      for (KeyCodec<?> codec : ServiceLoader.load(KeyCodec.class, loader)) {
        if (types.add(codec.getClass().getName())) {
          codecs.add(codec);
        }
      }
    }
    return codecs;
  }

  @Override
  public void close() {
    breaker.close();
    asyncThreads.close();
    threads.close();
    redis.close();
  }
}
