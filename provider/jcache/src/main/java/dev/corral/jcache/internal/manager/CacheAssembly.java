package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.internal.cache.CacheComponents;
import dev.corral.jcache.internal.cache.RedisCache;
import dev.corral.jcache.internal.cache.UserCallbacks;
import dev.corral.jcache.internal.codec.values.ClassTable;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Jitter;
import dev.corral.jcache.internal.feed.ChangeFeed;
import dev.corral.jcache.internal.feed.EntryChange;
import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.outage.OutageStore;
import dev.corral.jcache.internal.pipeline.EntryPipeline;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.pipeline.commit.CommitStage;
import dev.corral.jcache.internal.pipeline.events.CacheListeners;
import dev.corral.jcache.internal.pipeline.events.EventStage;
import dev.corral.jcache.internal.pipeline.loading.FallbackLoadStage;
import dev.corral.jcache.internal.pipeline.loading.FallbackLoads;
import dev.corral.jcache.internal.pipeline.loading.LoadGuard;
import dev.corral.jcache.internal.pipeline.loading.LoadStatistics;
import dev.corral.jcache.internal.pipeline.loading.LoaderInvoker;
import dev.corral.jcache.internal.pipeline.loading.ReadThroughStage;
import dev.corral.jcache.internal.pipeline.near.NearStage;
import dev.corral.jcache.internal.pipeline.outage.OutageStage;
import dev.corral.jcache.internal.pipeline.statistics.CacheStatistics;
import dev.corral.jcache.internal.pipeline.statistics.StatisticsStage;
import dev.corral.jcache.internal.pipeline.writing.QueuedWrites;
import dev.corral.jcache.internal.pipeline.writing.WriteBehindDrainer;
import dev.corral.jcache.internal.pipeline.writing.WriteBehindStage;
import dev.corral.jcache.internal.pipeline.writing.WriteThroughStage;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.store.CacheClearer;
import dev.corral.jcache.internal.store.EntryCodec;
import dev.corral.jcache.internal.store.EntryCommands;
import dev.corral.jcache.internal.store.EntryReads;
import dev.corral.jcache.internal.store.EntryStore;
import dev.corral.jcache.internal.store.ExpirySweeper;
import dev.corral.jcache.internal.store.RedisEntryStore;
import dev.corral.jcache.internal.store.StoreOptions;
import dev.corral.jcache.internal.store.locks.RedisKeyLocks;
import dev.corral.jcache.internal.store.locks.RedisLoadLocks;
import dev.corral.jcache.internal.store.queue.RedisWriteQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheManager;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The wiring of one cache. {@link #stages} is the way of an operation, and so the architecture. */
final class CacheAssembly<K, V> {

  private static final Logger log = LoggerFactory.getLogger(CacheAssembly.class);

  /** How long an entry processor or a writer waits for a key that another one holds. */
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(30);

  private final CacheContext context;
  private final String name;
  private final CorralConfiguration<K, V> configuration;
  private final ManagerResources resources;
  private final ChangeFeed feed;
  private final CacheRecovery recovery;
  private final CacheClearer clearer;
  private final ClassTable classes;
  private final EntryCodec<K, V> codec;
  private final EntryCommands commands;
  private final EntryReads<K, V> reads;
  private final RedisKeyLocks<K, V> locks;
  private final UserCallbacks<K, V> user;
  private final Expiry expiry;
  private final CacheListeners<K, V> listeners;
  private final CacheStatistics statistics;
  private final boolean failFast;

  CacheAssembly(
      CacheContext context,
      CorralConfiguration<K, V> configuration,
      ManagerResources resources,
      ChangeFeed feed,
      CacheRecovery recovery,
      CacheClearer clearer) {
    this.context = context;
    this.name = context.name();
    this.configuration = configuration;
    this.resources = resources;
    this.feed = feed;
    this.recovery = recovery;
    this.clearer = clearer;
    this.classes = new ClassTable(context);
    this.codec = resources.codec(name, configuration, classes);
    this.user = UserCallbacks.create(name, configuration);
    this.expiry =
        new Expiry(
            user.expiryPolicy(),
            new Jitter(configuration.jitter(), configuration.isJitterSymmetric()));
    this.listeners =
        new CacheListeners<>(name, feed, decoder(codec), resources.threads().background());
    this.statistics = new CacheStatistics(configuration.isStatisticsEnabled());
    this.failFast = resources.failsFast(configuration);
    this.commands = new EntryCommands(context, feed.jvmId(), terms(), resources.clock());
    this.reads = new EntryReads<>(context, codec, commands, resources.clock(), this::expiryIsHeard);
    this.locks = new RedisKeyLocks<>(context, codec, reads, LOCK_PATIENCE);
  }

  /** Wires the cache and registers the listeners of its configuration. */
  RedisCache<K, V> open(CacheManager manager, Runnable onClosed) {
    EntryStore<K, V> store = new RedisEntryStore<>(commands, reads, codec, expiry, clearer);
    NearCacheAssembly<K, V> near = near();
    LoadGuard<K, V> guard = guard();
    QueuedWrites<K, V> queuedWrites = queuedWrites();
    ScheduledFuture<?> sweeper =
        everyNow(
            new ExpirySweeper(context, feed.jvmId(), this::expiryIsHeard), ExpirySweeper.PERIOD);
    ScheduledFuture<?> renewal = everyNow(locks::renew, RedisKeyLocks.RENEWAL);
    ScheduledFuture<?> telling = everyNow(classes, ClassTable.PERIOD);
    RedisCache<K, V> opened =
        new RedisCache<>(
            name,
            manager,
            configuration,
            new CacheComponents<>(
                new CacheComponents.Entries<>(
                    EntryPipeline.of(stages(store, guard, near)),
                    new OutageStore<>(recovery, store, failFast),
                    near == null ? null : near.cache(),
                    !readsLeaveNoTrace()),
                new CacheComponents.Loading<>(
                    guard, configuration.isReadThrough(), resources.threads().background()),
                listeners,
                new CacheComponents.Management<>(statistics, recovery, queuedWrites),
                () -> {
                  sweeper.cancel(false);
                  telling.cancel(false);
                  if (near != null) {
                    near.announcements().close();
                  }
                  queuedWrites.close();
                  renewal.cancel(false);
                  locks.close();
                  onClosed.run();
                  recovery.close();
                  feed.close();
                  user.close(listeners.customizations());
                }));
    try {
      configuration
          .getCacheEntryListenerConfigurations()
          .forEach(listener -> listeners.register(listener, opened));
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
    return opened;
  }

  /**
   * The way of every single-entry operation, outermost first. A feature that is off is a stage that
   * is not there.
   */
  private List<Stage<K, V>> stages(
      EntryStore<K, V> store,
      @Nullable LoadGuard<K, V> guard,
      @Nullable NearCacheAssembly<K, V> near) {
    List<Stage<K, V>> stages = new ArrayList<>();
    stages.add(new StatisticsStage<>(statistics));
    if (near != null) {
      stages.add(new NearStage<>(near.cache()));
    }
    FallbackLoads<K, V> fallback = null;
    if (guard != null && configuration.isReadThrough()) {
      if (!failFast) {
        fallback = new FallbackLoads<>(recovery, name, guard.loader());
        stages.add(new FallbackLoadStage<>(recovery, fallback));
      }
      stages.add(new ReadThroughStage<>(name, guard, resources.clock()::millisUntil));
    }
    stages.add(new EventStage<>(listeners));
    CacheWriter<? super K, ? super V> writer = writer();
    WriteThroughStage<K, V> writeThrough =
        writer == null ? null : new WriteThroughStage<>(name, writer);
    if (writer != null && writeThrough != null) {
      stages.add(writeBehind() == null ? writeThrough : new WriteBehindStage<>(name, writer));
    }
    stages.add(
        new OutageStage<>(
            recovery,
            codec,
            new OutageStage.Terms<>(
                writeThrough == null ? null : writeThrough.writer(),
                fallback == null ? null : fallback::forget,
                writeBehind() != null,
                failFast)));
    stages.add(new CommitStage<>(name, store, locks));
    return stages;
  }

  private boolean readsLeaveNoTrace() {
    return expiry.known().accessMillis() == Expiry.KEEP;
  }

  /** Null if nothing is kept near, or may not be, since each read has to reach Redis. */
  private @Nullable NearCacheAssembly<K, V> near() {
    NearCacheOptions options = resources.nearCache(configuration);
    if (options != null && !readsLeaveNoTrace()) {
      log.info(
          "Cache '{}' keeps nothing near: its expiry policy has to be applied on each access",
          name);
      return null;
    }
    return options == null
        ? null
        : NearCacheAssembly.open(
            context, options, configuration.loading(), resources, codec, statistics);
  }

  private StoreOptions terms() {
    long retentionMillis = configuration.loading().retention().toMillis();
    WriteBehindOptions options = writeBehind();
    return options == null
        ? new StoreOptions(retentionMillis, 0, 0)
        : new StoreOptions(retentionMillis, options.queueLimit(), options.delay().toMillis());
  }

  private boolean expiryIsHeard() {
    return listeners.wants(EntryChange.Kind.EXPIRED);
  }

  private @Nullable LoadGuard<K, V> guard() {
    return user.loader() == null
        ? null
        : new LoadGuard<>(
            name,
            new LoaderInvoker<>(name, user.loader()),
            new RedisLoadLocks<>(context, codec),
            configuration.loading(),
            new LoadStatistics(),
            resources.threads().background());
  }

  private @Nullable CacheWriter<? super K, ? super V> writer() {
    return configuration.isWriteThrough() ? user.writer() : null;
  }

  /** Null if there is no writer, or it is to be called at once. */
  private @Nullable WriteBehindOptions writeBehind() {
    return writer() == null ? null : configuration.writeBehind().orElse(null);
  }

  /** Starts to take to the database what waits for it. */
  private QueuedWrites<K, V> queuedWrites() {
    WriteBehindOptions options = writeBehind();
    CacheWriter<? super K, ? super V> writer = writer();
    if (options == null || writer == null) {
      if (configuration.writeBehind().isPresent()) {
        log.warn(
            "Cache '{}' is told to write behind, but not to write at all: it needs"
                + " setWriteThrough(true) and a cache writer",
            name);
      }
      return QueuedWrites.none();
    }
    WriteBehindDrainer<K, V> drainer =
        new WriteBehindDrainer<>(
            name,
            new RedisWriteQueue<>(context, codec, resources.jvmId(), options.delay()),
            writer,
            options,
            resources.threads().timer());
    resources.threads().background().execute(drainer);
    return drainer;
  }

  private ScheduledFuture<?> everyNow(Runnable task, Duration period) {
    return resources
        .threads()
        .timer()
        .scheduleAtFixedRate(task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
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
}
