package dev.corral.jcache.internal.pipeline.near;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.NearCacheStatistics;
import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.feed.NearCacheLease;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Entries of one cache in the memory of this JVM. It answers a read only while the {@link
 * NearCacheLease} of the bucket is valid, so no read is staler than {@code maxStaleness}. Safe for
 * many threads.
 *
 * <p>A thread that reads Redis to fill the near cache takes a {@link FillStamp} first. If the key,
 * or another key of its stripe, is invalidated during the read, the result may be older than the
 * invalidation, so the near cache does not store it.
 */
public final class NearCache<K, V> {

  private static final int STRIPES = 1 << 10;

  /** The approximate size of an entry without its value: the objects of Caffeine, key, fields. */
  private static final int OVERHEAD_BYTES = 160;

  /**
   * The bits of the clock that choose the reads that Caffeine records: 1 in 64. On some machines
   * the lower bits are always 0.
   */
  private static final long UNRECORDED = 0x3f0;

  private static final byte[] NO_BYTES = new byte[0];

  private final NearKeys<K> keys;
  private final List<NearCacheLease> leases;
  private final Function<byte[], V> decoder;
  private final ToLongFunction<Snapshot<V>> usableMillis;
  private final BooleanSupplier statisticsEnabled;
  private final @Nullable NearWatch<K> watch;
  private final ImmutableTypes immutable;
  private final Duration timeToLive;
  private final Cache<Object, NearEntry<V>> entries;
  private final Policy<Object, NearEntry<V>> policy;

  /** How many keys of each stripe have been invalidated. */
  private final AtomicIntegerArray invalidated = new AtomicIntegerArray(STRIPES);

  /** The version of the watch by which entries were removed. */
  private final AtomicLong keptVersion = new AtomicLong();

  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder bypasses = new LongAdder();
  private final LongAdder invalidations = new LongAdder();
  private final LongAdder droppedFills = new LongAdder();

  /**
   * @param leases one for each bucket, in the order of the buckets
   * @param decoder decodes the bytes of a value
   * @param usableMillis how long the near cache may use an entry that was read; 0 or less if it
   *     must not store it
   * @param statisticsEnabled whether hits are counted
   * @param watch chooses the keys that are kept; null if all are, and no reads are recorded
   */
  public NearCache(
      NearCacheOptions options,
      NearKeys<K> keys,
      List<NearCacheLease> leases,
      Function<byte[], V> decoder,
      ToLongFunction<Snapshot<V>> usableMillis,
      BooleanSupplier statisticsEnabled,
      @Nullable NearWatch<K> watch) {
    this.keys = keys;
    this.leases = leases;
    this.decoder = decoder;
    this.usableMillis = usableMillis;
    this.statisticsEnabled = statisticsEnabled;
    this.watch = watch;
    this.immutable = new ImmutableTypes(options.immutableClasses());
    this.timeToLive = options.timeToLive();
    Caffeine<Object, Object> builder = Caffeine.newBuilder();
    this.entries =
        options.maxBytes() > 0
            ? builder
                .maximumWeight(options.maxBytes())
                .<Object, NearEntry<V>>weigher((key, entry) -> entry.weight())
                .build()
            : builder.maximumSize(options.maxEntries()).build();
    this.policy = entries.policy();
  }

  /**
   * The state of the near cache before a read of Redis.
   *
   * @param lease the lease of the key's bucket
   * @param stripe the stripe of the key
   * @param invalidated how many keys of the stripe had been invalidated
   */
  record FillStamp(NearCacheLease lease, int epoch, int stripe, int invalidated) {}

  /**
   * The value of a key.
   *
   * @return null if the near cache cannot answer, so that the caller has to read Redis
   */
  public @Nullable V get(K key) {
    Object nearKey = keys.of(key);
    NearEntry<V> entry = usable(nearKey);
    if (entry == null) {
      return null;
    }
    V shared = entry.shared();
    V value = shared == null ? decoded(key, entry) : shared;
    if (value != null && watch != null) {
      watch.recordHit(key, nearKey);
    }
    if (value != null && statisticsEnabled.getAsBoolean()) {
      hits.increment();
    }
    return value;
  }

  /** Whether the key has an entry; false also if the near cache cannot answer. */
  public boolean contains(K key) {
    return usable(keys.of(key)) != null;
  }

  /** Whether the near cache can answer a read of the key now. This look counts nothing. */
  public boolean isUsable(K key) {
    NearEntry<V> entry = policy.getIfPresentQuietly(keys.of(key));
    long nowNanos = System.nanoTime();
    return entry != null && entry.lease().isValid(nowNanos) && entry.isUsable(nowNanos);
  }

  private @Nullable NearEntry<V> usable(Object nearKey) {
    long nowNanos = System.nanoTime();
    NearEntry<V> entry = find(nearKey, nowNanos);
    if (entry == null) {
      return null;
    }
    NearCacheLease lease = entry.lease();
    lease.recordRead();
    if (!lease.isValid(nowNanos)) {
      lease.recordBypass(nowNanos);
      bypasses.increment();
      return null;
    }
    return entry.isUsable(nowNanos) ? entry : null;
  }

  /** Caffeine records a sample of the reads only, which is sufficient for its eviction policy. */
  private @Nullable NearEntry<V> find(Object nearKey, long nowNanos) {
    return (nowNanos & UNRECORDED) == 0
        ? entries.getIfPresent(nearKey)
        : policy.getIfPresentQuietly(nearKey);
  }

  private @Nullable V decoded(K key, NearEntry<V> entry) {
    try {
      return decoder.apply(entry.bytes());
    } catch (UndecodableValueException e) {
      invalidate(key);
      return null;
    }
  }

  /** Takes a fill stamp. To be called before Redis is read. */
  FillStamp stamp(K key) {
    NearCacheLease lease = leases.get(keys.bucketOf(key));
    lease.recordRead();
    int stripe = stripe(keys.of(key));
    return new FillStamp(lease, lease.epoch(), stripe, invalidated.get(stripe));
  }

  /** Stores an entry that was read, unless it may have changed since the stamp was taken. */
  void fill(K key, FillStamp stamp, Snapshot<V> read) {
    V value = read.value();
    long millis = Math.min(usableMillis.applyAsLong(read), timeToLive.toMillis());
    if (value == null || millis <= 0 || !(read.version() instanceof byte[] bytes)) {
      return;
    }
    Object nearKey = keys.of(key);
    if (watch != null) {
      watch.recordMiss(nearKey);
      if (!keeps(watch, nearKey)) {
        return;
      }
    }
    boolean shares = immutable.contains(value);
    NearEntry<V> filled =
        new NearEntry<>(
            shares ? value : null,
            shares ? NO_BYTES : bytes,
            OVERHEAD_BYTES + bytes.length,
            stamp.lease(),
            stamp.epoch(),
            System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    entries
        .asMap()
        .compute(nearKey, (it, current) -> isOutdated(stamp) ? current : replace(current, filled));
  }

  /** Whether the entry of a key is kept. Removes the entries that are no longer kept. */
  private boolean keeps(NearWatch<K> chooser, Object nearKey) {
    long version = chooser.version();
    if (keptVersion.get() != version && keptVersion.getAndSet(version) != version) {
      entries.asMap().forEach((it, entry) -> removeIfNotKept(chooser, it, entry));
    }
    return chooser.keeps(nearKey);
  }

  private void removeIfNotKept(NearWatch<K> chooser, Object nearKey, NearEntry<V> entry) {
    if (!chooser.keeps(nearKey) && entries.asMap().remove(nearKey, entry)) {
      entry.invalidate(); // a reader that has it already must not use it after a later change
    }
  }

  private boolean isOutdated(FillStamp stamp) {
    boolean outdated =
        stamp.epoch() != stamp.lease().epoch()
            || stamp.invalidated() != invalidated.get(stamp.stripe());
    if (outdated) {
      droppedFills.increment();
    }
    return outdated;
  }

  private static <V> NearEntry<V> replace(@Nullable NearEntry<V> current, NearEntry<V> filled) {
    if (current != null) {
      current.invalidate();
    }
    return filled;
  }

  /** Removes an entry that this JVM has changed or may have changed. */
  public void invalidate(K key) {
    remove(keys.of(key));
  }

  /**
   * Removes an entry that any JVM has changed. Does not block, and decodes no value.
   *
   * @param text the text of the key
   */
  public void invalidateText(String text) {
    try {
      remove(keys.ofText(text));
    } catch (CacheException e) {
      invalidateAll();
    }
  }

  private void remove(Object nearKey) {
    invalidated.incrementAndGet(stripe(nearKey));
    NearEntry<V> removed = entries.asMap().remove(nearKey);
    if (removed != null) {
      removed.invalidate();
      invalidations.increment();
    }
  }

  /** Removes all entries, because this JVM has cleared the cache or may have cleared it. */
  public void invalidateAll() {
    leases.forEach(NearCacheLease::endEpoch);
    entries.invalidateAll();
  }

  /** Counts a read that the near cache did not answer. */
  void countMiss() {
    misses.increment();
  }

  /** The current numbers of entries and events. */
  public NearCacheStatistics statistics() {
    entries.cleanUp();
    Duration bypassed =
        Duration.ofNanos(leases.stream().mapToLong(NearCacheLease::bypassedNanos).sum());
    return new NearCacheStatistics(
        entries.estimatedSize(),
        new NearCacheStatistics.Reads(hits.sum(), misses.sum(), bypasses.sum(), bypassed),
        invalidations.sum(),
        droppedFills.sum(),
        leases.stream().mapToLong(NearCacheLease::gaps).sum());
  }

  private static int stripe(Object nearKey) {
    int hash = nearKey.hashCode();
    return (hash ^ (hash >>> 16)) & (STRIPES - 1);
  }
}
