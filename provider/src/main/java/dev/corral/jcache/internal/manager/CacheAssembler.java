package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.internal.cache.CacheParts;
import dev.corral.jcache.internal.cache.CorralCacheProxy;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Jitter;
import dev.corral.jcache.internal.feed.ChangeFeed;
import dev.corral.jcache.internal.feed.EntryChange;
import dev.corral.jcache.internal.feed.RedisChangeFeed;
import dev.corral.jcache.internal.outage.CacheOutage;
import dev.corral.jcache.internal.outage.FallbackLoadStage;
import dev.corral.jcache.internal.outage.FallbackLoads;
import dev.corral.jcache.internal.outage.OutageStage;
import dev.corral.jcache.internal.outage.OutageStore;
import dev.corral.jcache.internal.pipeline.EntryPipeline;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.pipeline.events.CacheListeners;
import dev.corral.jcache.internal.pipeline.events.EventStage;
import dev.corral.jcache.internal.pipeline.loading.LoadGuard;
import dev.corral.jcache.internal.pipeline.loading.LoadStatistics;
import dev.corral.jcache.internal.pipeline.loading.LoaderCall;
import dev.corral.jcache.internal.pipeline.loading.ReadThroughStage;
import dev.corral.jcache.internal.pipeline.statistics.CacheStatistics;
import dev.corral.jcache.internal.pipeline.statistics.StatisticsStage;
import dev.corral.jcache.internal.pipeline.writing.WriteThroughStage;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.ServerClock;
import dev.corral.jcache.internal.store.CommitStage;
import dev.corral.jcache.internal.store.EntryCalls;
import dev.corral.jcache.internal.store.EntryCodec;
import dev.corral.jcache.internal.store.EntryReads;
import dev.corral.jcache.internal.store.EntryStore;
import dev.corral.jcache.internal.store.ExpirySweeper;
import dev.corral.jcache.internal.store.KeyLocks;
import dev.corral.jcache.internal.store.RedisEntryStore;
import dev.corral.jcache.internal.store.RedisKeyLocks;
import dev.corral.jcache.internal.store.RedisLoadLocks;
import dev.corral.jcache.internal.store.Retirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import org.jspecify.annotations.Nullable;

/** Turns a configuration into a wired cache. */
final class CacheAssembler {

  /** How long an entry processor or a writer waits for a key that another one holds. */
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(30);

  private static final int FORMAT = 1;

  private final CacheManager manager;
  private final Connection connection;

  CacheAssembler(CacheManager manager, Connection connection) {
    this.manager = manager;
    this.connection = connection;
  }

  /** An open cache, and how to forget its data. */
  record Assembled<K, V>(CorralCacheProxy<K, V> cache, Retirement retirement) {}

  <K, V> Assembled<K, V> assemble(
      String name, CorralConfiguration<K, V> configuration, Runnable onClosed) {
    KeySpace names = new KeySpace(connection.keyPrefix(), name, connection.buckets(configuration));
    ChangeFeed feed =
        new RedisChangeFeed(
            connection.commands(), names, name, connection.node(), connection.threads().timer());
    CacheOutage outage = openedOrAway(names, name, configuration, feed);
    try {
      return assemble(name, configuration, names, feed, outage, onClosed);
    } catch (RuntimeException e) {
      outage.close();
      throw e;
    }
  }

  private <K, V> Assembled<K, V> assemble(
      String name,
      CorralConfiguration<K, V> configuration,
      KeySpace names,
      ChangeFeed feed,
      CacheOutage outage,
      Runnable onClosed) {
    RedisCommands redis = connection.commands();
    Retirement retirement = new Retirement(redis, names, name, connection.threads().background());
    EntryCodec<K, V> codec = connection.codec(name, configuration);
    UserCode<K, V> user = UserCode.create(name, configuration);
    AtomicReference<@Nullable CorralCacheProxy<K, V>> self = new AtomicReference<>();
    CacheListeners<K, V> listeners =
        new CacheListeners<>(
            name, feed, decoder(codec), connection.threads().background(), () -> opened(self));
    Expiry expiry =
        new Expiry(
            user.expiryPolicy(),
            new Jitter(configuration.jitter(), configuration.isJitterSymmetric()));
    ServerClock clock = connection.clock();
    EntryCalls calls = new EntryCalls(redis, names, name, feed.node(), terms(configuration));
    EntryReads<K, V> reads =
        new EntryReads<>(
            redis,
            names,
            codec,
            calls,
            name,
            clock,
            () -> listeners.hears(EntryChange.Kind.EXPIRED));
    EntryStore<K, V> store = new RedisEntryStore<>(calls, reads, codec, expiry, retirement);
    KeyLocks<K> locks = new RedisKeyLocks<>(redis, names, codec, name, LOCK_PATIENCE);
    CacheStatistics statistics = new CacheStatistics(configuration.isStatisticsEnabled());
    LoaderCall<K, V> loader = user.loader() == null ? null : new LoaderCall<>(name, user.loader());
    LoadGuard<K, V> guard =
        loader == null
            ? null
            : new LoadGuard<>(
                name,
                loader,
                new RedisLoadLocks<>(redis, names, codec, name),
                configuration.loading(),
                new LoadStatistics(),
                connection.threads().background());
    boolean failFast = connection.failsFast(configuration);
    LoadGuard<K, V> readThrough = configuration.isReadThrough() ? guard : null;
    FallbackLoads<K, V> fallback =
        loader == null || readThrough == null || failFast
            ? null
            : new FallbackLoads<>(outage, name, loader);
    WriteThroughStage<K, V> writing =
        configuration.isWriteThrough() && user.writer() != null
            ? new WriteThroughStage<>(name, user.writer())
            : null;
    List<Stage<K, V>> stages =
        stages(
            name,
            statistics,
            fallback == null ? null : new FallbackLoadStage<>(outage, fallback),
            readThrough,
            clock,
            listeners,
            writing,
            new OutageStage<>(
                outage,
                codec,
                new OutageStage.Terms<>(
                    writing == null ? null : writing.writer(),
                    fallback,
                    configuration.writeBehind().isPresent(),
                    failFast)),
            new CommitStage<>(name, store, locks));

    ScheduledFuture<?> sweeper =
        connection
            .threads()
            .timer()
            .scheduleAtFixedRate(
                new ExpirySweeper(
                    redis,
                    names,
                    name,
                    feed.node(),
                    () -> listeners.hears(EntryChange.Kind.EXPIRED)),
                ExpirySweeper.PERIOD.toMillis(),
                ExpirySweeper.PERIOD.toMillis(),
                TimeUnit.MILLISECONDS);
    CorralCacheProxy<K, V> cache =
        new CorralCacheProxy<>(
            name,
            manager,
            configuration,
            new CacheParts<>(
                EntryPipeline.of(stages),
                new OutageStore<>(outage, store, failFast),
                statistics,
                listeners,
                outage,
                guard,
                configuration.isReadThrough(),
                expiry.known().accessMillis() == Expiry.KEEP,
                connection.threads().background(),
                closing -> {
                  sweeper.cancel(false);
                  onClosed.run();
                  outage.close();
                  feed.close();
                  user.close(listeners.customizations());
                }));
    self.set(cache);
    try {
      configuration.getCacheEntryListenerConfigurations().forEach(listeners::register);
    } catch (RuntimeException e) {
      cache.close();
      throw e;
    }
    return new Assembled<>(cache, retirement);
  }

  /**
   * The way of every single-entry operation, outermost first. A feature that is off is a stage that
   * is not there.
   */
  private static <K, V> List<Stage<K, V>> stages(
      String name,
      CacheStatistics statistics,
      @Nullable FallbackLoadStage<K, V> fallback,
      @Nullable LoadGuard<K, V> readThrough,
      ServerClock clock,
      CacheListeners<K, V> listeners,
      @Nullable WriteThroughStage<K, V> writeThrough,
      OutageStage<K, V> outage,
      CommitStage<K, V> commit) {
    List<Stage<K, V>> stages = new ArrayList<>();
    stages.add(new StatisticsStage<>(statistics));
    if (fallback != null) {
      stages.add(fallback);
    }
    if (readThrough != null) {
      stages.add(new ReadThroughStage<>(name, readThrough, clock::millisUntil));
    }
    stages.add(new EventStage<>(listeners));
    if (writeThrough != null) {
      stages.add(writeThrough);
    }
    stages.add(outage);
    stages.add(commit);
    return stages;
  }

  /** A cache that fails fast wants Redis from the beginning; any other one can wait for it. */
  private CacheOutage openedOrAway(
      KeySpace names, String name, CorralConfiguration<?, ?> configuration, ChangeFeed feed) {
    RedisCommands direct = connection.direct();
    Retirement retirement = new Retirement(direct, names, name, connection.threads().background());
    CacheOutage.Steps steps =
        new CacheOutage.Steps() {
          @Override
          public void open() {
            checkLayout(direct, names, name);
            direct.await(name, "ask the time", connection.clock().synchronize());
            retirement.resume();
          }

          @Override
          public void clear() {
            retirement.retireAll();
          }

          @Override
          public void listen() {
            feed.resume();
          }
        };
    CacheOutage outage = new CacheOutage(connection.outage(), direct, names, name, steps);
    if (connection.failsFast(configuration)) {
      connection.commands().requireAvailable(name, "open");
    }
    outage.open();
    return outage;
  }

  private static EntryCalls.Terms terms(CorralConfiguration<?, ?> configuration) {
    long retentionMillis = configuration.loading().retention().toMillis();
    return configuration
        .writeBehind()
        .map(it -> new EntryCalls.Terms(retentionMillis, it.queueLimit(), it.delay().toMillis()))
        .orElse(new EntryCalls.Terms(retentionMillis, 0, 0));
  }

  /** JVMs that would look for an entry in different places must not share a cache. */
  private static void checkLayout(RedisCommands redis, KeySpace names, String cacheName) {
    String ours = "format=%d buckets=%d keys=1".formatted(FORMAT, names.buckets());
    String standing = redis.setIfAbsent(cacheName, names.layout(), ours);
    if (!standing.equals(ours)) {
      throw new CacheException(
          ("cache '%s' is laid out in Redis as \"%s\", but this JVM is configured for \"%s\"; set "
                  + "the same number of buckets everywhere, or destroy the cache, or use another "
                  + "key prefix")
              .formatted(cacheName, standing, ours));
    }
  }

  private static <K, V> CacheListeners.Decoder<K, V> decoder(EntryCodec<K, V> codec) {
    return new CacheListeners.Decoder<>() {
      @Override
      public K key(String text) {
        return codec.key(text);
      }

      @Override
      public String text(K key) {
        return codec.text(key);
      }

      @Override
      public V value(byte[] bytes) {
        return codec.value(bytes, 0);
      }
    };
  }

  private static <K, V> Cache<K, V> opened(
      AtomicReference<@Nullable CorralCacheProxy<K, V>> cache) {
    CorralCacheProxy<K, V> opened = cache.get();
    if (opened == null) {
      throw new IllegalStateException("the cache is not open yet");
    }
    return opened;
  }
}
