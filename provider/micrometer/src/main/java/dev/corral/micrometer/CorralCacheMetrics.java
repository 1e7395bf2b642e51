package dev.corral.micrometer;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadingStatistics;
import dev.corral.jcache.NearCacheStatistics;
import dev.corral.jcache.OutageStatistics;
import dev.corral.jcache.WriteBehindStatistics;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.cache.CacheMeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import javax.cache.Cache;
import javax.cache.management.CacheStatisticsMXBean;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one cache of Corral: Micrometer's standard meters for caches ({@code cache.gets},
 * {@code cache.puts}, {@code cache.removals}), and Corral's own ({@code corral.…}). Each has the
 * tag {@code cache} with the name of the cache. To bind all caches of a manager, use {@link
 * CorralManagerMetrics}.
 *
 * <p>The standard meters count while the statistics of the cache are enabled. There is no {@code
 * cache.size} and no {@code cache.evictions}: Redis neither counts the entries of a cache cheaply,
 * nor reports which it evicts. The meters of a loader, a verification, a near cache and a
 * write-behind queue exist if the cache has one.
 *
 * <p>The meters of the queue come from Redis, for all JVMs. A scrape asks Redis once, and waits at
 * most 250 ms; without an answer, the figures are those of an earlier scrape, and NaN after a
 * minute. All other meters are numbers in this JVM. The binder does not keep the cache alive.
 */
public final class CorralCacheMetrics extends CacheMeterBinder<CorralCache<?, ?>> {

  private final QueueRounds rounds;
  private final List<Meter> bound = new ArrayList<>();
  private volatile long hits;
  private volatile long misses;
  private volatile long puts;

  /**
   * A binder of one cache.
   *
   * @param cache a cache of Corral
   * @param tags further tags of all meters
   * @throws IllegalArgumentException if the cache is not one of Corral's
   */
  public CorralCacheMetrics(Cache<?, ?> cache, Iterable<Tag> tags) {
    this(cache.unwrap(CorralCache.class), tags, new QueueRounds());
  }

  CorralCacheMetrics(CorralCache<?, ?> cache, Iterable<Tag> tags, QueueRounds rounds) {
    super(cache, cache.getName(), tags);
    this.rounds = rounds;
  }

  /**
   * Binds the meters of a cache to a registry.
   *
   * @param tags keys and values of further tags
   * @return the same cache
   */
  public static <C extends Cache<?, ?>> C monitor(MeterRegistry registry, C cache, String... tags) {
    new CorralCacheMetrics(cache, Tags.of(tags)).bindTo(registry);
    return cache;
  }

  /** Null: Redis does not count the entries of a cache cheaply. */
  @Override
  protected @Nullable Long size() {
    return null;
  }

  @Override
  protected long hitCount() {
    hits = standard(CacheStatisticsMXBean::getCacheHits, hits);
    return hits;
  }

  @Override
  protected @Nullable Long missCount() {
    misses = standard(CacheStatisticsMXBean::getCacheMisses, misses);
    return misses;
  }

  /** Null: Redis does not report which entries it evicts. */
  @Override
  protected @Nullable Long evictionCount() {
    return null;
  }

  @Override
  protected long putCount() {
    puts = standard(CacheStatisticsMXBean::getCachePuts, puts);
    return puts;
  }

  /** A counter of the standard; its last value if the cache is closed. */
  private long standard(ToLongFunction<CacheStatisticsMXBean> counter, long last) {
    CorralCache<?, ?> cache = getCache();
    try {
      return cache == null ? last : counter.applyAsLong(cache.statistics());
    } catch (IllegalStateException e) {
      return last;
    }
  }

  @Override
  protected void bindImplementationSpecificMetrics(MeterRegistry registry) {
    CorralCache<?, ?> cache = getCache();
    if (cache == null) {
      return;
    }
    CacheMeters meters = new CacheMeters(registry, cache, getTagsWithCacheName());
    CorralConfiguration<?, ?> configuration = configuration(cache);
    meters.counter(
        "cache.removals", "Entries that were removed", it -> it.statistics().getCacheRemovals());
    if (configuration.getCacheLoaderFactory() != null) {
      bindLoader(meters);
      if (configuration.verification().isPresent()) {
        VerificationMeters.bind(meters, cache);
      }
    }
    if (configuration.nearCache().isPresent()) {
      bindNearCache(meters);
    }
    bindOutage(meters);
    if (configuration.isWriteThrough()
        && configuration.getCacheWriterFactory() != null
        && configuration.writeBehind().isPresent()) {
      bindQueue(meters, new QueueFigures(cache, rounds));
    }
    bindValues(meters);
    bound.addAll(meters.registered());
  }

  @SuppressWarnings("unchecked")
  private static CorralConfiguration<?, ?> configuration(CorralCache<?, ?> cache) {
    return ((CorralCache<Object, Object>) cache).getConfiguration(CorralConfiguration.class);
  }

  private static void bindLoader(CacheMeters meters) {
    meters.timer(
        "corral.loads",
        "Keys that the loader was called for, and the time of the calls",
        it -> it.loadingStatistics().loads(),
        it -> it.loadingStatistics().loadTime());
    counter(meters, "corral.load.failures", "Failed loader calls", LoadingStatistics::failures);
    meters.counter(
        "corral.load.waits",
        "Loads that another thread or JVM spared",
        it -> it.loadingStatistics().waitsInJvm(),
        "scope",
        "jvm");
    meters.counter(
        "corral.load.waits",
        "Loads that another thread or JVM spared",
        it -> it.loadingStatistics().waitsInCluster(),
        "scope",
        "cluster");
    counter(
        meters,
        "corral.load.lock.timeouts",
        "Loads that ran without the load lock of their key",
        LoadingStatistics::lockTimeouts);
    counter(
        meters,
        "corral.load.joint",
        "Keys that were loaded together with other single misses",
        LoadingStatistics::jointLoads);
    counter(
        meters,
        "corral.load.over.budget",
        "Calls of the loader that did not happen, because the load budget was used up",
        LoadingStatistics::overBudget);
    counter(
        meters,
        "corral.load.early.refreshes",
        "Entries that were refreshed in the background",
        LoadingStatistics::earlyRefreshes);
    counter(
        meters,
        "corral.load.discarded",
        "Loaded values that were not stored, because the key was changed",
        LoadingStatistics::discardedLoads);
    meters.gauge(
        "corral.load.pending",
        "Keys that running loadAll calls have not processed yet",
        it -> it.loadingStatistics().pending());
    counter(
        meters,
        "corral.reads.stale",
        "Expired values that were served",
        LoadingStatistics::staleServed);
    counter(
        meters,
        "corral.reads.negative",
        "Misses that a negative entry answered without the loader",
        LoadingStatistics::negativeHits);
  }

  private static void counter(
      CacheMeters meters, String name, String meaning, ToLongFunction<LoadingStatistics> number) {
    meters.counter(name, meaning, it -> number.applyAsLong(it.loadingStatistics()));
  }

  private static void bindNearCache(CacheMeters meters) {
    meters.gauge(
        "corral.near.entries",
        "Entries of the near cache",
        it -> it.nearCacheStatistics().entries());
    String reads = "Reads by how the near cache answered them";
    nearReads(meters, reads, "hit", NearCacheStatistics::hits);
    nearReads(meters, reads, "miss", it -> it.misses() - it.bypasses());
    nearReads(meters, reads, "bypass", NearCacheStatistics::bypasses);
    meters.counter(
        "corral.near.invalidations",
        "Near-cache entries that were removed because of a change",
        it -> it.nearCacheStatistics().invalidations());
    meters.counter(
        "corral.near.fills.dropped",
        "Entries that the near cache did not keep, because they changed meanwhile",
        it -> it.nearCacheStatistics().droppedFills());
    meters.counter(
        "corral.near.gaps",
        "Missing invalidations that were detected",
        it -> it.nearCacheStatistics().gaps());
    meters.seconds(
        "corral.near.bypassed",
        "The time without a near-cache lease, summed over all buckets",
        it -> it.nearCacheStatistics().bypassed());
  }

  private static void nearReads(
      CacheMeters meters, String meaning, String result, ToLongFunction<NearCacheStatistics> n) {
    meters.counter(
        "corral.near.reads",
        meaning,
        it -> n.applyAsLong(it.nearCacheStatistics()),
        "result",
        result);
  }

  private static void bindOutage(CacheMeters meters) {
    String available = "1 if Redis accepts the operation for all keys of the cache, otherwise 0";
    outageGauge(
        meters,
        "corral.redis.available",
        available,
        it -> it.buckets().unavailable() == 0 ? 1 : 0,
        "operation",
        "read");
    outageGauge(
        meters, "corral.redis.available", available, it -> it.away() ? 0 : 1, "operation", "write");
    String buckets = "Buckets of the cache that an outage concerns";
    outageGauge(
        meters,
        "corral.redis.buckets",
        buckets,
        it -> it.buckets().unavailable(),
        "state",
        "unavailable");
    outageGauge(
        meters,
        "corral.redis.buckets",
        buckets,
        it -> it.buckets().readOnly(),
        "state",
        "read-only");
    outageGauge(
        meters,
        "corral.outage.repairs.waiting",
        "Keys to repair before Redis is used again",
        OutageStatistics::waitingRepairs);
    outage(
        meters,
        "corral.outage.repairs",
        "Keys that were repaired after outages",
        OutageStatistics::repairedKeys);
    outage(
        meters,
        "corral.outage.clears",
        "Buckets that were cleared instead of repaired key by key",
        OutageStatistics::repairedByClear);
    outage(
        meters,
        "corral.outage.loads",
        "Loader calls during outages",
        OutageStatistics::fallbackLoads);
    outage(
        meters,
        "corral.outage.loads.refused",
        "Reads that waited too long for a load during an outage",
        OutageStatistics::refusedLoads);
    outage(
        meters,
        "corral.outage.writes.around",
        "Changes that the writer got and the cache did not",
        OutageStatistics::writtenAround);
    outage(
        meters,
        "corral.outage.puts.dropped",
        "Puts that were dropped during outages, because the cache has no writer",
        OutageStatistics::droppedPuts);
  }

  private static void outage(
      CacheMeters meters, String name, String meaning, ToLongFunction<OutageStatistics> number) {
    meters.counter(name, meaning, it -> number.applyAsLong(it.outageStatistics()));
  }

  private static void outageGauge(
      CacheMeters meters,
      String name,
      String meaning,
      ToLongFunction<OutageStatistics> number,
      String... more) {
    meters.gauge(name, meaning, it -> number.applyAsLong(it.outageStatistics()), more);
  }

  private static void bindQueue(CacheMeters meters, QueueFigures queue) {
    meters.gauge(
        "corral.queue.depth",
        "Keys with a queued write, of all JVMs",
        it -> queue.value(WriteBehindStatistics::depth));
    meters.timeGauge(
        "corral.queue.oldest.age",
        "The age of the oldest queued change",
        it -> queue.value(read -> CacheMeters.seconds(read.oldestAge())));
    meters.gauge(
        "corral.queue.dead.letters",
        "Changes that the writer has refused for good",
        it -> queue.value(WriteBehindStatistics::deadLetters));
    queueChanges(meters, queue, "queued", WriteBehindStatistics::queued);
    queueChanges(meters, queue, "coalesced", WriteBehindStatistics::coalesced);
    queueChanges(meters, queue, "written", WriteBehindStatistics::written);
    queueChanges(meters, queue, "retried", WriteBehindStatistics::retries);
    meters.counter(
        "corral.queue.batches",
        "Writer calls that wrote at least one queued change, of all JVMs",
        it -> queue.value(WriteBehindStatistics::batches));
  }

  private static void queueChanges(
      CacheMeters meters,
      QueueFigures queue,
      String event,
      ToDoubleFunction<WriteBehindStatistics> number) {
    meters.counter(
        "corral.queue.changes",
        "Queued changes by what happened to them, of all JVMs",
        it -> queue.value(number),
        "event",
        event);
  }

  private static void bindValues(CacheMeters meters) {
    String undecodable = "Stored values and keys that this JVM could not decode";
    meters.counter(
        "corral.undecodable",
        undecodable,
        it -> it.decodingStatistics().undecodableValues(),
        "part",
        "value");
    meters.counter(
        "corral.undecodable",
        undecodable,
        it -> it.decodingStatistics().undecodableKeys(),
        "part",
        "key");
    meters.counter(
        "corral.refused",
        "Values that were not stored, because a class is not allowed",
        it -> it.refusalStatistics().values());
  }

  /** Removes the meters of this binder from a registry. */
  void removeFrom(MeterRegistry registry) {
    bound.forEach(registry::remove);
    bound.clear();
    for (String standard : List.of("cache.gets", "cache.puts")) {
      registry.find(standard).tags(getTagsWithCacheName()).meters().forEach(registry::remove);
    }
  }
}
