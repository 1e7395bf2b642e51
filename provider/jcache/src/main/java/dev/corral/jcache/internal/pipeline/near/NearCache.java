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
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The entries that this JVM keeps near. It answers from them only while {@link NearCacheLease}
 * allows it, so never with what is older than the agreed staleness. Safe for many threads.
 *
 * <p>Who reads Redis to fill it takes a {@link Ticket} first; if the key, or something that shares
 * its stripe, was forgotten meanwhile, then what was read may be older than that, and is dropped.
 */
public final class NearCache<K, V> {

  private static final int STRIPES = 1 << 10;

  /** What an entry takes besides its value: the objects of Caffeine, the key, our own. */
  private static final int OVERHEAD_BYTES = 160;

  /** These bits of the clock decide by chance; lower ones may stand still on some machines. */
  private static final long UNTOLD = 0x3f0;

  private static final byte[] NO_BYTES = new byte[0];

  private final NearKeys<K> keys;
  private final List<NearCacheLease> buckets;
  private final Function<byte[], V> decoder;
  private final ToLongFunction<Snapshot<V>> usableMillis;
  private final BooleanSupplier counts;
  private final ImmutableTypes immutable;
  private final Duration timeToLive;
  private final Cache<Object, NearEntry<V>> entries;
  private final Policy<Object, NearEntry<V>> untold;
  private final AtomicIntegerArray forgotten = new AtomicIntegerArray(STRIPES);
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder bypasses = new LongAdder();
  private final LongAdder invalidations = new LongAdder();
  private final LongAdder droppedFills = new LongAdder();

  /**
   * @param buckets how far each of them is followed
   * @param decoder makes a value of the bytes that stand in Redis
   * @param usableMillis for how long an entry that was read may be used; 0 for not at all
   * @param counts whether hits are to be counted
   */
  public NearCache(
      NearCacheOptions options,
      NearKeys<K> keys,
      List<NearCacheLease> buckets,
      Function<byte[], V> decoder,
      ToLongFunction<Snapshot<V>> usableMillis,
      BooleanSupplier counts) {
    this.keys = keys;
    this.buckets = buckets;
    this.decoder = decoder;
    this.usableMillis = usableMillis;
    this.counts = counts;
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
    this.untold = entries.policy();
  }

  /**
   * What a fill needs to know from before its read.
   *
   * @param stripe where forgetting the key is counted
   */
  record Ticket(NearCacheLease bucket, int epoch, int stripe, int forgotten) {}

  /** The value of a key, if it is near and may be used; else null, and Redis has to be asked. */
  public @Nullable V get(K key) {
    NearEntry<V> entry = usable(key);
    if (entry == null) {
      return null;
    }
    V shared = entry.shared();
    V value = shared == null ? decoded(key, entry) : shared;
    if (value != null && counts.getAsBoolean()) {
      hits.increment();
    }
    return value;
  }

  /** Whether there is an entry for certain; false if Redis has to be asked. */
  public boolean contains(K key) {
    return usable(key) != null;
  }

  private @Nullable NearEntry<V> usable(K key) {
    long nowNanos = System.nanoTime();
    NearEntry<V> entry = found(keys.of(key), nowNanos);
    if (entry == null) {
      return null;
    }
    NearCacheLease bucket = entry.bucket();
    bucket.ask();
    if (!bucket.isCurrent(nowNanos)) {
      bucket.bypass(nowNanos);
      bypasses.increment();
      return null;
    }
    return entry.isValid(nowNanos) ? entry : null;
  }

  /** Caffeine is told of one read in so many, which is enough to know what is read often. */
  private @Nullable NearEntry<V> found(Object kept, long nowNanos) {
    return (nowNanos & UNTOLD) == 0 ? entries.getIfPresent(kept) : untold.getIfPresentQuietly(kept);
  }

  private @Nullable V decoded(K key, NearEntry<V> entry) {
    try {
      return decoder.apply(entry.bytes());
    } catch (UndecodableValueException e) {
      forget(key);
      return null;
    }
  }

  /** To be called before Redis is read. */
  Ticket ticket(K key) {
    NearCacheLease bucket = buckets.get(keys.bucketOf(key));
    bucket.ask();
    int stripe = stripe(keys.of(key));
    return new Ticket(bucket, bucket.epoch(), stripe, forgotten.get(stripe));
  }

  /** Keeps what was read, unless it may have changed since. */
  void fill(K key, Ticket ticket, Snapshot<V> read) {
    V value = read.value();
    long millis = Math.min(usableMillis.applyAsLong(read), timeToLive.toMillis());
    if (value == null || millis <= 0 || !(read.version() instanceof byte[] bytes)) {
      return;
    }
    boolean shares = immutable.contains(value);
    NearEntry<V> filled =
        new NearEntry<>(
            shares ? value : null,
            shares ? NO_BYTES : bytes,
            OVERHEAD_BYTES + bytes.length,
            ticket.bucket(),
            ticket.epoch(),
            System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    entries
        .asMap()
        .compute(
            keys.of(key),
            (it, standing) -> isOutdated(ticket) ? standing : replace(standing, filled));
  }

  private boolean isOutdated(Ticket ticket) {
    boolean outdated =
        ticket.epoch() != ticket.bucket().epoch()
            || ticket.forgotten() != forgotten.get(ticket.stripe());
    if (outdated) {
      droppedFills.increment();
    }
    return outdated;
  }

  private static <V> NearEntry<V> replace(@Nullable NearEntry<V> standing, NearEntry<V> filled) {
    if (standing != null) {
      standing.forget();
    }
    return filled;
  }

  /** This JVM changed the entry, or may have. */
  void forget(K key) {
    forgetKept(keys.of(key));
  }

  /** Some JVM changed the entry whose key has this text. */
  public void invalidateText(String text) {
    try {
      forgetKept(keys.ofText(text));
    } catch (CacheException e) {
      invalidateAll();
    }
  }

  private void forgetKept(Object kept) {
    forgotten.incrementAndGet(stripe(kept));
    NearEntry<V> standing = entries.asMap().remove(kept);
    if (standing != null) {
      standing.forget();
      invalidations.increment();
    }
  }

  /** This JVM cleared the cache, or may have. */
  public void invalidateAll() {
    buckets.forEach(NearCacheLease::forgetAll);
    entries.invalidateAll();
  }

  void countMiss() {
    misses.increment();
  }

  /** What happened so far. */
  public NearCacheStatistics statistics() {
    entries.cleanUp();
    return new NearCacheStatistics(
        entries.estimatedSize(),
        hits.sum(),
        misses.sum(),
        bypasses.sum(),
        invalidations.sum(),
        droppedFills.sum(),
        buckets.stream().mapToLong(NearCacheLease::gaps).sum(),
        Duration.ofNanos(buckets.stream().mapToLong(NearCacheLease::bypassedNanos).sum()));
  }

  private static int stripe(Object kept) {
    int hash = kept.hashCode();
    return (hash ^ (hash >>> 16)) & (STRIPES - 1);
  }
}
