package dev.corral.jcache.internal.outage;

import dev.corral.jcache.OutageStatistics;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.util.Collection;
import java.util.concurrent.atomic.LongAdder;
import javax.cache.CacheException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an outage is to one cache: whether it may ask Redis, and what to do when Redis is back. */
public final class CacheRecovery implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CacheRecovery.class);

  /** What the cache does whenever Redis is back, and when it is reached for the first time. */
  public interface Steps {

    /**
     * Checks that the cache can live in this Redis, once.
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
  private final RepairSender calls;
  private final RepairQueue repairs;
  private volatile boolean opened;
  private volatile boolean refused;
  private final LongAdder fallbackLoads = new LongAdder();
  private final LongAdder refusedLoads = new LongAdder();
  private final LongAdder writtenAround = new LongAdder();
  private final LongAdder droppedPuts = new LongAdder();
  private final LongAdder repaired = new LongAdder();
  private final LongAdder cleared = new LongAdder();

  /**
   * Not open yet.
   *
   * @param direct commands that try in any case
   */
  public CacheRecovery(RedisCircuitBreaker breaker, CacheContext direct, Steps steps) {
    this.breaker = breaker;
    this.cacheName = direct.name();
    this.steps = steps;
    this.calls = new RepairSender(direct);
    this.repairs = new RepairQueue(RepairQueue.DEFAULT_LIMIT);
  }

  /**
   * Opens the cache, now or as soon as Redis is there.
   *
   * @throws CacheException if the cache cannot live in this Redis
   */
  public void open() {
    breaker.enter(this);
    if (!breaker.isAvailable()) {
      return;
    }
    try {
      steps.open();
      opened = true;
    } catch (RedisUnavailableException e) {
      breaker.open(e.getCause());
    } catch (RuntimeException e) {
      breaker.leave(this);
      throw e;
    }
  }

  /** Whether Redis can be asked for this cache. */
  public boolean isAvailable() {
    return breaker.isAvailable() && !refused;
  }

  /**
   * Does nothing if Redis can be asked for this cache.
   *
   * @throws CacheException if it cannot
   */
  public void requireAvailable(String operation) {
    if (!isAvailable()) {
      throw away(operation);
    }
  }

  /** That it cannot, as an exception. */
  public RedisUnavailableException away(String operation) {
    return new RedisUnavailableException(
        "cache '%s': %s: Redis is away, and without it there is no right answer"
            .formatted(cacheName, operation),
        breaker.cause());
  }

  /** Whether more keys than these would be too many to repair one by one. */
  public boolean mayRemember(int keys) {
    return repairs.hasRoom(keys);
  }

  /**
   * Lets nobody see what Redis holds under these keys before it is put right: now if Redis is there
   * again, else before it is asked again.
   *
   * @param justFailed whether a command of the caller failed just now, so that there is no use in
   *     another one
   */
  public void repair(Collection<Repair> all, boolean justFailed) {
    breaker.whileNotClosing(
        isAvailable -> {
          boolean back = isAvailable && !justFailed && !refused;
          if (!back || !isRepairedNow(all)) {
            repairs.add(all);
            breaker.open(null);
          }
        });
  }

  private boolean isRepairedNow(Collection<Repair> all) {
    try {
      calls.send(all);
      repaired.add(all.size());
      return true;
    } catch (RedisUnavailableException e) {
      return false;
    }
  }

  /** The same as a repair of all that the cache holds. */
  void repairAll() {
    breaker.whileNotClosing(
        isAvailable -> {
          repairs.addAll();
          breaker.open(null);
        });
  }

  /** Opens the cache if it never was, and listens again. */
  void reopen() {
    if (!opened && !refused) {
      tryOpen();
    }
    if (!refused) {
      steps.resubscribe();
    }
  }

  /** Does what waits for it, and shows that every server of the cache can be written to. */
  long repairNow() {
    if (refused) {
      return 0;
    }
    RepairQueue.Work work = repairs.peek();
    if (work.all()) {
      steps.clear();
      cleared.increment();
    }
    calls.send(work.repairs());
    repairs.done(work);
    repaired.add(work.repairs().size());
    return work.repairs().size();
  }

  private void tryOpen() {
    try {
      steps.open();
      opened = true;
    } catch (RedisUnavailableException e) {
      throw e;
    } catch (CacheException e) {
      refused = true;
      log.error("Cache '{}' goes on without Redis: {}", cacheName, e.getMessage());
    }
  }

  public LongAdder fallbackLoads() {
    return fallbackLoads;
  }

  public LongAdder refusedLoads() {
    return refusedLoads;
  }

  public LongAdder writtenAround() {
    return writtenAround;
  }

  public LongAdder droppedPuts() {
    return droppedPuts;
  }

  /** What has been counted so far. */
  public OutageStatistics statistics() {
    return new OutageStatistics(
        !isAvailable(),
        breaker.openedTimes(),
        fallbackLoads.sum(),
        refusedLoads.sum(),
        writtenAround.sum(),
        droppedPuts.sum(),
        repairs.size(),
        repaired.sum(),
        cleared.sum());
  }

  /** Repairs no more: what is not repaired by now expires by itself, or is stale. */
  @Override
  public void close() {
    breaker.leave(this);
    var left = repairs.isEmpty() ? null : repairs.peek();
    if (left != null) {
      log.warn(
          "Cache '{}' is closed while Redis is away; {} keys that were changed meanwhile may be"
              + " stale in it",
          cacheName,
          left.all() ? "all" : left.repairs().size());
    }
  }
}
