package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.internal.cache.CacheParts;
import dev.corral.jcache.internal.cache.CorralCacheProxy;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Jitter;
import dev.corral.jcache.internal.feed.ChangeFeed;
import dev.corral.jcache.internal.feed.EntryChange;
import dev.corral.jcache.internal.feed.RedisChangeFeed;
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
import dev.corral.jcache.internal.pipeline.writing.QueuedWrites;
import dev.corral.jcache.internal.pipeline.writing.WriteBehindDrainer;
import dev.corral.jcache.internal.pipeline.writing.WriteBehindStage;
import dev.corral.jcache.internal.pipeline.writing.WriteQueue;
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
import dev.corral.jcache.internal.store.RedisWriteQueue;
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
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a configuration into a wired cache. */
final class CacheAssembler {

  /** How long an entry processor or a writer waits for a key that another one holds. */
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(CacheAssembler.class);
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
    RedisCommands redis = connection.commands();
    KeySpace names = new KeySpace(connection.keyPrefix(), name, connection.buckets(configuration));
    checkLayout(redis, names, name);
    Retirement retirement = new Retirement(redis, names, name, connection.threads().background());
    retirement.resume();

    EntryCodec<K, V> codec = connection.codec(name, configuration);
    UserCode<K, V> user = UserCode.create(name, configuration);
    AtomicReference<@Nullable CorralCacheProxy<K, V>> self = new AtomicReference<>();
    ChangeFeed feed =
        new RedisChangeFeed(redis, names, name, connection.node(), connection.threads().timer());
    CacheListeners<K, V> listeners =
        new CacheListeners<>(
            name, feed, decoder(codec), connection.threads().background(), () -> opened(self));
    Expiry expiry =
        new Expiry(
            user.expiryPolicy(),
            new Jitter(configuration.jitter(), configuration.isJitterSymmetric()));
    ServerClock clock = connection.clock();
    WriteBehindOptions writeBehind = writeBehind(configuration, user);
    EntryCalls calls =
        new EntryCalls(redis, names, name, feed.node(), terms(configuration, writeBehind));
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
    LoadGuard<K, V> guard =
        user.loader() == null
            ? null
            : new LoadGuard<>(
                name,
                new LoaderCall<>(name, user.loader()),
                new RedisLoadLocks<>(redis, names, codec, name),
                configuration.loading(),
                new LoadStatistics(),
                connection.threads().background());
    CommitStage<K, V> commit = new CommitStage<>(name, store, locks);
    List<Stage<K, V>> stages =
        stages(
            name,
            statistics,
            configuration.isReadThrough() ? guard : null,
            clock,
            listeners,
            configuration.isWriteThrough() ? user.writer() : null,
            writeBehind != null,
            commit);

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
    QueuedWrites<K, V> queuedWrites =
        writeBehind == null || user.writer() == null
            ? QueuedWrites.none()
            : drain(name, redis, names, codec, user.writer(), writeBehind);
    CorralCacheProxy<K, V> cache =
        new CorralCacheProxy<>(
            name,
            manager,
            configuration,
            new CacheParts<>(
                EntryPipeline.of(stages),
                store,
                statistics,
                listeners,
                guard,
                configuration.isReadThrough(),
                expiry.known().accessMillis() == Expiry.KEEP,
                queuedWrites,
                connection.threads().background(),
                closing -> {
                  sweeper.cancel(false);
                  queuedWrites.close();
                  onClosed.run();
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

  /** Starts to take to the database what waits for it. */
  private <K, V> QueuedWrites<K, V> drain(
      String name,
      RedisCommands redis,
      KeySpace names,
      EntryCodec<K, V> codec,
      CacheWriter<? super K, ? super V> writer,
      WriteBehindOptions options) {
    WriteQueue<K, V> queue =
        new RedisWriteQueue<>(redis, names, codec, name, connection.node(), options.delay());
    WriteBehindDrainer<K, V> drainer =
        new WriteBehindDrainer<>(name, queue, writer, options, connection.threads().timer());
    connection.threads().background().execute(drainer);
    return drainer;
  }

  /**
   * The way of every single-entry operation, outermost first. A feature that is off is a stage that
   * is not there.
   */
  private static <K, V> List<Stage<K, V>> stages(
      String name,
      CacheStatistics statistics,
      @Nullable LoadGuard<K, V> readThrough,
      ServerClock clock,
      CacheListeners<K, V> listeners,
      @Nullable CacheWriter<? super K, ? super V> writer,
      boolean writesBehind,
      CommitStage<K, V> commit) {
    List<Stage<K, V>> stages = new ArrayList<>();
    stages.add(new StatisticsStage<>(statistics));
    if (readThrough != null) {
      stages.add(new ReadThroughStage<>(name, readThrough, clock::millisUntil));
    }
    stages.add(new EventStage<>(listeners));
    if (writer != null) {
      stages.add(
          writesBehind
              ? new WriteBehindStage<>(name, writer)
              : new WriteThroughStage<>(name, writer));
    }
    stages.add(commit);
    return stages;
  }

  private static EntryCalls.Terms terms(
      CorralConfiguration<?, ?> configuration, @Nullable WriteBehindOptions writeBehind) {
    long retentionMillis = configuration.loading().retention().toMillis();
    return writeBehind == null
        ? new EntryCalls.Terms(retentionMillis, 0, 0)
        : new EntryCalls.Terms(
            retentionMillis, writeBehind.queueLimit(), writeBehind.delay().toMillis());
  }

  /** Null if there is no writer, or it is to be called at once. */
  private static @Nullable WriteBehindOptions writeBehind(
      CorralConfiguration<?, ?> configuration, UserCode<?, ?> user) {
    boolean writes = configuration.isWriteThrough() && user.writer() != null;
    if (!writes && configuration.writeBehind().isPresent()) {
      log.warn(
          "Cache '{}': writeBehind has no effect without setWriteThrough(true) and a cache writer",
          user.cacheName());
    }
    return writes ? configuration.writeBehind().orElse(null) : null;
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
