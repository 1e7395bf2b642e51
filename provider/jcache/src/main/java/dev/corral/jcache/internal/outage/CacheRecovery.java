package dev.corral.jcache.internal.outage;

import dev.corral.jcache.OutageStatistics;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.BucketClocks;
import dev.corral.jcache.internal.store.ChangeOrder;
import dev.corral.jcache.internal.store.PendingReleases;
import java.util.Collection;
import java.util.concurrent.atomic.LongAdder;
import javax.cache.CacheException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of one cache in an outage of Redis: whether Redis is available for it, which keys it has
 * to repair, and how it recovers when Redis is available again. Safe for many threads.
 */
public final class CacheRecovery implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CacheRecovery.class);

  /** The steps of a recovery that other classes implement. */
  public interface Steps {

    /**
     * Checks that the cache can use this Redis. Called until it succeeds once.
     *
     * @throws CacheException if it cannot
     */
    void open();

    /** Removes all entries. */
    void clear();

    /** Subscribes to the change feed again. */
    void resubscribe();
  }

  private final RedisCircuitBreaker breaker;
  private final String cacheName;
  private final Steps steps;
  private final RepairSender sender;
  private final RepairQueue repairs;
  private final BucketClocks clocks;
  private final PendingReleases releases;
  private volatile boolean opened;
  private volatile boolean rejected;
  private final LongAdder fallbackLoads = new LongAdder();
  private final LongAdder refusedLoads = new LongAdder();
  private final LongAdder writtenAround = new LongAdder();
  private final LongAdder droppedPuts = new LongAdder();
  private final LongAdder repaired = new LongAdder();
  private final LongAdder cleared = new LongAdder();

  /**
   * The recovery of a cache that is not open yet.
   *
   * @param direct commands that go to Redis even while the breaker is open
   */
  public CacheRecovery(RedisCircuitBreaker breaker, CacheContext direct, Steps steps) {
    this.breaker = breaker;
    this.cacheName = direct.name();
    this.steps = steps;
    this.clocks = new BucketClocks(direct);
    this.releases = new PendingReleases(direct);
    this.sender = new RepairSender(direct, ChangeOrder.writer(), clocks);
    this.repairs = new RepairQueue(RepairQueue.DEFAULT_LIMIT);
  }

  /**
   * Opens the cache now, or as soon as Redis is available.
   *
   * @throws CacheException if the cache cannot use this Redis
   */
  public void open() {
    breaker.register(this);
    if (!breaker.isAvailable()) {
      return;
    }
    try {
      steps.open();
      opened = true;
    } catch (RedisUnavailableException e) {
      breaker.open(e.getCause());
    } catch (RuntimeException e) {
      breaker.deregister(this);
      throw e;
    }
  }

  /** Whether the cache can use Redis now. */
  public boolean isAvailable() {
    return breaker.isAvailable() && !rejected;
  }

  /**
   * Does nothing if the cache can use Redis now.
   *
   * @throws RedisUnavailableException if it cannot
   */
  public void requireAvailable(String operation) {
    if (!isAvailable()) {
      throw unavailable(operation);
    }
  }

  /** The exception for an operation that fails because the cache cannot use Redis now. */
  public RedisUnavailableException unavailable(String operation) {
    return new RedisUnavailableException(
        ("cache '%s': %s failed: Redis is unavailable, and the operation has no fallback; try"
                + " again after the outage")
            .formatted(cacheName, operation),
        breaker.cause());
  }

  /**
   * Fails if the database must not get more changes during this outage, because the cache could not
   * repair their keys in the right order.
   *
   * @param operation the method of the cache
   * @param keys the number of keys that it changes
   * @throws RedisUnavailableException if there are too many keys to repair
   */
  public void requireRoomForRepairs(String operation, int keys) {
    if (!repairs.hasRoom(keys)) {
      throw new RedisUnavailableException(
          ("cache '%s': %s failed: Redis is unavailable, and this JVM has reached the limit of"
                  + " %d keys or %d MiB to repair while older queued writes are in Redis; try again"
                  + " after the outage")
              .formatted(
                  cacheName, operation, RepairQueue.DEFAULT_LIMIT, RepairQueue.MAX_BYTES >> 20),
          breaker.cause());
    }
  }

  /**
   * Repairs keys before any caller reads them from Redis again: now if Redis is available,
   * otherwise before the breaker closes.
   *
   * @param justFailed whether a command of the caller has just failed, so that another one would
   *     fail too
   */
  public void repair(Collection<Repair> all, boolean justFailed) {
    breaker.whileNotClosing(
        isAvailable -> {
          boolean canSend = isAvailable && !justFailed && !rejected;
          if (!canSend || !trySend(all)) {
            repairs.add(all);
            breaker.open(null);
          }
        });
  }

  private boolean trySend(Collection<Repair> all) {
    try {
      sender.send(all);
      repaired.add(all.size());
      return true;
    } catch (RedisUnavailableException e) {
      return false;
    }
  }

  /** Removes all entries before the breaker closes. */
  void repairAll() {
    breaker.whileNotClosing(
        isAvailable -> {
          repairs.addAll();
          breaker.open(null);
        });
  }

  /**
   * Opens the cache unless it was opened before, releases what could not be released during the
   * outage, and resubscribes to the change feed.
   */
  void reopen() {
    if (!opened && !rejected) {
      tryOpen();
    }
    if (!rejected) {
      releases.finish();
      steps.resubscribe();
    }
  }

  /** The clocks of the servers; they are read again before repairs. */
  public BucketClocks clocks() {
    return clocks;
  }

  /** What the cache could not release; it is released before the breaker closes. */
  public PendingReleases releases() {
    return releases;
  }

  /**
   * Makes the repairs that are due. It writes to every server of the cache, even if there are none,
   * so it fails if one of them cannot be written to.
   *
   * @return the number of repaired keys
   */
  long repairNow() {
    if (rejected) {
      return 0;
    }
    RepairQueue.Work work = repairs.peek();
    if (work.all()) {
      steps.clear();
      cleared.increment();
    }
    sendOrClear(work.repairs());
    repairs.done(work);
    repaired.add(work.repairs().size());
    return work.repairs().size();
  }

  /** Damaged keys of this cache must not keep the other caches from Redis; a clear removes them. */
  private void sendOrClear(Collection<Repair> all) {
    try {
      sender.send(all);
      return;
    } catch (RedisUnavailableException e) {
      throw e;
    } catch (CacheException e) {
      log.error(
          "Cache '{}' is cleared after the outage, because its keys could not be repaired: {}",
          cacheName,
          e.getMessage());
    }
    steps.clear();
    cleared.increment();
    sender.send(all);
  }

  private void tryOpen() {
    try {
      steps.open();
      opened = true;
    } catch (RedisUnavailableException e) {
      throw e;
    } catch (CacheException e) {
      rejected = true;
      log.error("Cache '{}' continues without Redis: {}", cacheName, e.getMessage());
    }
  }

  /** Counts loads during an outage. */
  public LongAdder fallbackLoads() {
    return fallbackLoads;
  }

  /** Counts loads that timed out while they waited for other loads during an outage. */
  public LongAdder refusedLoads() {
    return refusedLoads;
  }

  /** Counts keys whose change went to the writer but not to Redis. */
  public LongAdder writtenAround() {
    return writtenAround;
  }

  /** Counts puts that went neither to Redis nor to a writer. */
  public LongAdder droppedPuts() {
    return droppedPuts;
  }

  /** The current counts. */
  public OutageStatistics statistics() {
    return new OutageStatistics(
        !isAvailable(),
        breaker.openedTimes(),
        new OutageStatistics.Operations(
            fallbackLoads.sum(), refusedLoads.sum(), writtenAround.sum(), droppedPuts.sum()),
        new OutageStatistics.Repairs(repairs.size(), repaired.sum(), cleared.sum()));
  }

  /** Makes no more repairs. Keys that are not repaired may be stale until they expire. */
  @Override
  public void close() {
    breaker.deregister(this);
    var left = repairs.isEmpty() ? null : repairs.peek();
    if (left != null) {
      log.warn(
          "Cache '{}' is closed during an outage of Redis; {} changed keys were not repaired, and"
              + " may be stale in Redis until they expire or the cache is cleared",
          cacheName,
          left.all() ? "all" : left.repairs().size());
    }
  }
}
