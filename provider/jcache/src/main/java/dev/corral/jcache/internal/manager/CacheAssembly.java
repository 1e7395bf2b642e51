package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.OutageOptions;
import dev.corral.jcache.RefusalStatistics;
import dev.corral.jcache.VerifyOptions;
import dev.corral.jcache.internal.cache.CacheComponents;
import dev.corral.jcache.internal.cache.RedisCache;
import dev.corral.jcache.internal.cache.UserCallbacks;
import dev.corral.jcache.internal.codec.values.ClassTable;
import dev.corral.jcache.internal.config.CacheSettings;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Jitter;
import dev.corral.jcache.internal.entry.ObserverList;
import dev.corral.jcache.internal.feed.ChangeFeed;
import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.outage.OutageAwareContents;
import dev.corral.jcache.internal.pipeline.EntryPipeline;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.pipeline.commit.CommitStage;
import dev.corral.jcache.internal.pipeline.commit.UncacheableStage;
import dev.corral.jcache.internal.pipeline.events.CacheListeners;
import dev.corral.jcache.internal.pipeline.events.EventStage;
import dev.corral.jcache.internal.pipeline.hot.HotKeys;
import dev.corral.jcache.internal.pipeline.hot.HotKeysStage;
import dev.corral.jcache.internal.pipeline.loading.FallbackLoadStage;
import dev.corral.jcache.internal.pipeline.loading.FallbackLoads;
import dev.corral.jcache.internal.pipeline.loading.LoadGuard;
import dev.corral.jcache.internal.pipeline.loading.LoadStatistics;
import dev.corral.jcache.internal.pipeline.loading.LoaderInvoker;
import dev.corral.jcache.internal.pipeline.loading.PeriodicRefresh;
import dev.corral.jcache.internal.pipeline.loading.ReadThroughStage;
import dev.corral.jcache.internal.pipeline.near.NearCache;
import dev.corral.jcache.internal.pipeline.near.NearStage;
import dev.corral.jcache.internal.pipeline.outage.OutageStage;
import dev.corral.jcache.internal.pipeline.statistics.CacheStatistics;
import dev.corral.jcache.internal.pipeline.statistics.StatisticsStage;
import dev.corral.jcache.internal.pipeline.verify.Verifier;
import dev.corral.jcache.internal.pipeline.writing.QueuedWrites;
import dev.corral.jcache.internal.pipeline.writing.WriteBehindStage;
import dev.corral.jcache.internal.pipeline.writing.WriteThroughStage;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.ServerClock;
import dev.corral.jcache.internal.store.CacheClearer;
import dev.corral.jcache.internal.store.DecodingFailures;
import dev.corral.jcache.internal.store.EntryCodec;
import dev.corral.jcache.internal.store.EntryCommands;
import dev.corral.jcache.internal.store.EntryLabeler;
import dev.corral.jcache.internal.store.EntryReads;
import dev.corral.jcache.internal.store.EntryStore;
import dev.corral.jcache.internal.store.ExpirySweeper;
import dev.corral.jcache.internal.store.HotKeyList;
import dev.corral.jcache.internal.store.IntentCommands;
import dev.corral.jcache.internal.store.PendingReleases;
import dev.corral.jcache.internal.store.RedisEntryPages;
import dev.corral.jcache.internal.store.RedisEntryStore;
import dev.corral.jcache.internal.store.VerifiedEntries;
import dev.corral.jcache.internal.store.loads.LoadCoordination;
import dev.corral.jcache.internal.store.locks.RedisKeyLocks;
import dev.corral.jcache.internal.store.tags.TagInvalidation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.cache.CacheManager;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wiring of one cache: creates its collaborators and connects them. {@link #stages} has the
 * list of the stages that every operation passes; begin to read there.
 */
final class CacheAssembly<K, V> {

  private static final Logger log = LoggerFactory.getLogger(CacheAssembly.class);

  /** How long an entry processor or a writer waits for the lock of its key. */
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

  private final CacheContext context;
  private final String name;
  private final CacheSettings<K, V> settings;
  private final CorralConfiguration<K, V> configuration;
  private final ManagerResources resources;
  private final ObserverList observers;
  private final ChangeFeed feed;
  private final CacheRecovery recovery;
  private final CacheClearer clearer;
  private final ClassTable classes;
  private final EntryCodec<K, V> codec;
  private final DecodingFailures decodingFailures;
  private final EntryCommands commands;
  private final EntryReads<K, V> reads;
  private final RedisKeyLocks<K, V> locks;
  private final LoadCoordination<K> loads;
  private final UserCallbacks<K, V> callbacks;
  private final Expiry expiry;
  private final CacheListeners<K, V> listeners;
  private final CacheStatistics statistics;
  private final @Nullable UncacheableStage<K, V> uncacheable;
  private final OutageOptions outage;
  private final @Nullable HotKeys<K> hotKeys;
  private final WriterAssembly<K, V> writers;

  CacheAssembly(
      CacheContext context,
      CacheSettings<K, V> settings,
      ManagerResources resources,
      ChangeFeed feed,
      CacheRecovery recovery,
      CacheClearer clearer) {
    this.context = context;
    this.name = context.name();
    this.settings = settings;
    this.configuration = settings.configuration();
    this.resources = resources;
    this.observers = resources.observers();
    this.feed = feed;
    this.recovery = recovery;
    this.clearer = clearer;
    VerificationAssembly.check(name, configuration);
    this.classes = new ClassTable(context);
    this.codec = resources.codec(name, settings, classes);
    this.decodingFailures = new DecodingFailures(name);
    this.callbacks = UserCallbacks.create(name, configuration);
    this.writers = new WriterAssembly<>(context, configuration, resources, callbacks.writer());
    this.expiry =
        new Expiry(
            callbacks.expiryPolicy(),
            new Jitter(configuration.jitter(), configuration.isJitterSymmetric()));
    this.listeners =
        new CacheListeners<>(
            name,
            feed,
            new EventDecoder<>(codec, decodingFailures),
            resources.threads().background());
    this.statistics = new CacheStatistics(configuration.isStatisticsEnabled());
    this.uncacheable = uncacheable();
    this.outage = configuration.outage().orElse(OutageOptions.DEFAULTS);
    this.commands =
        new EntryCommands(
            context,
            feed.jvmId(),
            writers.storeOptions(callbacks.giveTags()),
            recovery.clocks(),
            recovery.releases());
    this.reads =
        new EntryReads<>(
            context, codec, decodingFailures, resources.clock(), listeners::wantsExpired);
    if (callbacks.giveTags()) {
      reads.followTags();
    }
    this.locks = new RedisKeyLocks<>(context, codec, reads, recovery.releases(), LOCK_TIMEOUT);
    this.loads =
        LoadCoordination.inRedis(context, codec, configuration.loading(), recovery.releases());
    this.hotKeys =
        configuration
            .hotKeys()
            .map(it -> new HotKeys<>(it, codec::text, codec::key, new HotKeyList(context)))
            .orElse(null);
  }

  /** Wires the cache, registers the listeners of its configuration, and starts its tasks. */
  RedisCache<K, V> open(CacheManager manager, Runnable onClosed) {
    EntryLabeler<K, V> labeler =
        new EntryLabeler<>(name, callbacks.tags(), callbacks.hasContextualLoader());
    RedisEntryStore<K, V> store = new RedisEntryStore<>(commands, reads, codec, expiry, labeler);
    LoadGuard<K, V> guard = guard();
    VerificationAssembly<K, V> verification =
        VerificationAssembly.open(
            name,
            configuration,
            resources,
            recovery,
            guard,
            it -> new VerifiedEntries<>(context, codec, reads, it.comparison()));
    NearCacheAssembly<K, V> near = near(guard, verification.verifier());
    NearCache<K, V> nearCache = near == null ? null : near.cache();
    FallbackLoads<K, V> fallbackLoads = fallbackLoads(guard);
    QueuedWrites<K, V> queuedWrites = writers.queuedWrites(codec, decodingFailures, recovery);
    IntentCommands<K> intents = new IntentCommands<>(context, codec, recovery.releases());
    PeriodicTasks tasks = startTasks(intents);
    CacheComponents<K, V> components =
        new CacheComponents<>(
            new CacheComponents.Entries<>(
                EntryPipeline.of(
                    stages(store, guard, fallbackLoads, nearCache, verification.stage())),
                new OutageAwareContents<>(
                    recovery,
                    new RedisEntryPages<>(commands, reads, codec, expiry, labeler),
                    clearer::clear,
                    new TagInvalidation(context),
                    configuration.isFailFast()),
                nearCache,
                intents,
                accessChangesExpiry()),
            new CacheComponents.Loading<>(
                guard, fallbackLoads, configuration.isReadThrough(), resources.loadThreads()),
            listeners,
            new CacheComponents.Management<>(
                statistics,
                recovery,
                queuedWrites,
                decodingFailures,
                resources.effective(settings),
                this::refusals,
                new CacheComponents.Samples<>(
                    number -> hotKeys == null ? List.of() : hotKeys.hottest(number),
                    verification::statistics)),
            resources.asyncThreads(),
            () -> {
              if (near != null) {
                near.invalidations().close();
              }
              verification.close();
              queuedWrites.close();
              tasks.cancel();
              locks.close();
              onClosed.run();
              recovery.close();
              feed.close();
              callbacks.close(listeners.userObjects());
            });
    RedisCache<K, V> opened = new RedisCache<>(name, manager, configuration, components);
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
   * The list of the stages. Every operation on keys passes them from the first to the last, and its
   * outcome returns from the last to the first. A feature that is off is a stage that is absent.
   * {@code docs/architecture.md} explains the order.
   */
  private List<Stage<K, V>> stages(
      EntryStore<K, V> store,
      @Nullable LoadGuard<K, V> guard,
      @Nullable FallbackLoads<K, V> fallbackLoads,
      @Nullable NearCache<K, V> nearCache,
      @Nullable Stage<K, V> verification) {
    ServerClock clock = resources.clock();
    LoadGuard<K, V> readThrough = configuration.isReadThrough() ? guard : null;
    CacheWriter<? super K, ? super V> writer = writers.writer();
    boolean writesBehind = writers.writeBehind() != null;
    return new StageList<K, V>()
        .always(new StatisticsStage<>(statistics))
        .ifPresent(nearCache, NearStage::new)
        .ifPresent(hotKeys, HotKeysStage::new)
        .ifPresent(verification, it -> it)
        .ifPresent(fallbackLoads, it -> new FallbackLoadStage<>(recovery, it, codec::text))
        .ifPresent(readThrough, it -> new ReadThroughStage<>(it, clock::millisUntil))
        .always(new EventStage<>(listeners))
        .ifPresent(
            writer,
            it ->
                writesBehind
                    ? new WriteBehindStage<>(name, it, observers)
                    : new WriteThroughStage<>(name, it, observers))
        .ifPresent(uncacheable, it -> it)
        .always(new OutageStage<>(recovery, codec, outageOptions(fallbackLoads)))
        .always(new CommitStage<>(name, store, locks, writers.readBeforeWrite(outage, guard)))
        .toList();
  }

  private @Nullable FallbackLoads<K, V> fallbackLoads(@Nullable LoadGuard<K, V> guard) {
    return guard == null || !configuration.isReadThrough() || configuration.isFailFast()
        ? null
        : new FallbackLoads<>(recovery, guard);
  }

  /** During an outage, a write-behind cache writes through, because it cannot reach its queue. */
  private OutageStage.Options<K, V> outageOptions(@Nullable FallbackLoads<K, V> fallbackLoads) {
    CacheWriter<? super K, ? super V> writer = writers.writer();
    return new OutageStage.Options<>(
        writer == null ? null : new WriteThroughStage<K, V>(name, writer, observers).writer(),
        fallbackLoads == null ? null : fallbackLoads::forget,
        writers.writeBehind() != null,
        configuration.isFailFast(),
        locks,
        outage.processors(),
        fallbackLoads == null ? null : fallbackLoads::loadUnshared);
  }

  /** The stage that skips what cannot be stored; null if this is off, or if there is a writer. */
  private @Nullable UncacheableStage<K, V> uncacheable() {
    boolean skips = configuration.isSkipUncacheable();
    if (skips && writers.writer() != null) {
      log.warn(
          "Cache '{}': skipUncacheable is ignored because the cache has a writer, which must get"
              + " every value",
          name);
    }
    return skips && writers.writer() == null ? new UncacheableStage<>() : null;
  }

  private RefusalStatistics refusals() {
    RefusalStatistics refused = codec.keys().allowList().refusals();
    return new RefusalStatistics(
        refused.values(),
        refused.classes(),
        refused.patterns(),
        uncacheable == null ? 0 : uncacheable.skipped());
  }

  private boolean accessChangesExpiry() {
    return expiry.lifetimes().accessMillis() != Expiry.UNCHANGED;
  }

  /** The near cache; null if none is configured, or if each read has to change the expiry. */
  private @Nullable NearCacheAssembly<K, V> near(
      @Nullable LoadGuard<K, V> guard, @Nullable Verifier<K, V> verifier) {
    NearCacheOptions options = configuration.nearCache().orElse(null);
    if (configuration.verification().filter(VerifyOptions::dryRun).isPresent()) {
      return null;
    }
    if (options != null && accessChangesExpiry()) {
      log.info(
          "Cache '{}' has no near cache: its expiry policy must be applied in Redis on each read",
          name);
      return null;
    }
    return options == null
        ? null
        : NearCacheAssembly.open(
            context, configuration, resources, codec, statistics, hitRecorder(guard, verifier));
  }

  /** What gets the key of each near-cache hit; null if nothing does. */
  private @Nullable Consumer<K> hitRecorder(
      @Nullable LoadGuard<K, V> guard, @Nullable Verifier<K, V> verifier) {
    PeriodicRefresh<K, V> periodic = guard == null ? null : guard.periodicRefresh();
    List<Consumer<K>> recorders = new ArrayList<>();
    if (verifier != null) {
      recorders.add(verifier::sample);
    }
    if (hotKeys != null) {
      recorders.add(hotKeys::recordRead);
    }
    if (periodic != null) {
      recorders.add(periodic::recordRead);
    }
    return recorders.stream().reduce(Consumer::andThen).orElse(null);
  }

  private @Nullable LoadGuard<K, V> guard() {
    return callbacks.loader() == null
        ? null
        : new LoadGuard<>(
            name,
            new LoaderInvoker<>(name, callbacks.loader(), observers),
            loads,
            configuration.loading(),
            new LoadStatistics(),
            key -> reads.epochOf(codec.text(key)),
            resources.loadThreads());
  }

  private PeriodicTasks startTasks(IntentCommands<K> intents) {
    ExpirySweeper sweeper = new ExpirySweeper(context, feed.jvmId(), listeners::wantsExpired);
    PeriodicTasks tasks =
        new PeriodicTasks(resources.threads().timer())
            .repeat(sweeper, ExpirySweeper.PERIOD)
            .repeat(locks::renew, RedisKeyLocks.RENEWAL)
            .repeat(loads.renewal(), LoadCoordination.RENEWAL)
            .repeat(intents::renew, IntentCommands.RENEWAL)
            .repeat(() -> recovery.releases().retry(context.redis()), PendingReleases.PERIOD)
            .repeat(classes, ClassTable.PERIOD);
    return hotKeys == null ? tasks : tasks.repeat(hotKeys, hotKeys.period());
  }
}
