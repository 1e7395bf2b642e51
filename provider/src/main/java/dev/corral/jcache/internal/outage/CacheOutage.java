package dev.corral.jcache.internal.outage;

import dev.corral.jcache.OutageStatistics;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import javax.cache.CacheException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an outage is to one cache: whether it may ask Redis, and what to do when Redis is back. */
public final class CacheOutage implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CacheOutage.class);
  private static final int PAGE = 200;

  /** What the cache does whenever Redis is back, and when it is reached for the first time. */
  public interface Steps {

    /**
     * Checks that the cache can live in this Redis, once.
     *
     * @throws CacheException if it cannot
     */
    void open();

    /** Retires all entries. */
    void clear();

    /** Listens again. */
    void listen();
  }

  private final Outage outage;
  private final RedisCommands direct;
  private final KeySpace names;
  private final String cacheName;
  private final Steps steps;
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
  public CacheOutage(
      Outage outage, RedisCommands direct, KeySpace names, String cacheName, Steps steps) {
    this.outage = outage;
    this.direct = direct;
    this.names = names;
    this.cacheName = cacheName;
    this.steps = steps;
    this.repairs = new RepairQueue(RepairQueue.DEFAULT_LIMIT);
  }

  /**
   * Opens the cache, now or as soon as Redis is there.
   *
   * @throws CacheException if the cache cannot live in this Redis
   */
  public void open() {
    outage.enter(this);
    if (!outage.isAvailable()) {
      return;
    }
    try {
      steps.open();
      opened = true;
    } catch (RedisUnavailableException e) {
      outage.open(e.getCause());
    } catch (RuntimeException e) {
      outage.leave(this);
      throw e;
    }
  }

  /** Whether Redis can be asked for this cache. */
  boolean isAvailable() {
    return outage.isAvailable() && !refused;
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
  RedisUnavailableException away(String operation) {
    return new RedisUnavailableException(
        "cache '%s': %s: Redis is away, and without it there is no right answer"
            .formatted(cacheName, operation),
        outage.cause());
  }

  /** Whether more keys than these would be too many to repair one by one. */
  boolean mayRemember(int keys) {
    return repairs.hasRoom(keys);
  }

  /**
   * Lets nobody see what Redis holds under these keys before it is removed: now if Redis is there
   * again, else before it is asked again.
   *
   * @param justFailed whether a command of the caller failed just now, so that there is no use in
   *     another one
   */
  void repair(Collection<String> keys, boolean justFailed) {
    outage.whileNotClosing(
        isAvailable -> {
          boolean back = isAvailable && !justFailed && !refused;
          if (!back || !isRemovedNow(keys)) {
            repairs.add(keys);
            outage.open(null);
          }
        });
  }

  private boolean isRemovedNow(Collection<String> keys) {
    try {
      remove(keys);
      repaired.add(keys.size());
      return true;
    } catch (RedisUnavailableException e) {
      return false;
    }
  }

  /** The same as a repair of all that the cache holds. */
  void repairAll() {
    outage.whileNotClosing(
        isAvailable -> {
          repairs.addAll();
          outage.open(null);
        });
  }

  /** Opens the cache if it never was, and listens again. */
  void reopen() {
    if (!opened && !refused) {
      tryOpen();
    }
    if (!refused) {
      steps.listen();
    }
  }

  /** Removes what waits for it, and shows that every server of the cache can be written to. */
  long repairNow() {
    if (refused) {
      return 0;
    }
    RepairQueue.Work work = repairs.peek();
    if (work.all()) {
      steps.clear();
      cleared.increment();
    }
    remove(work.keys());
    repairs.done(work);
    repaired.add(work.keys().size());
    return work.keys().size();
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

  /** One call for each bucket at least, since a bucket may be on a server that is still away. */
  private void remove(Collection<String> keys) {
    Map<Integer, List<String>> byBucket = new HashMap<>();
    for (int bucket = 0; bucket < names.buckets(); bucket++) {
      byBucket.put(bucket, new ArrayList<>());
    }
    for (String key : keys) {
      byBucket.computeIfAbsent(names.bucketOf(key), it -> new ArrayList<>()).add(key);
    }
    List<CompletableFuture<Long>> replies = new ArrayList<>();
    byBucket.forEach(
        (bucket, all) -> {
          int from = 0;
          do {
            int to = Math.min(from + PAGE, all.size());
            replies.add(remove(bucket, all.subList(from, to)));
            from = to;
          } while (from < all.size());
        });
    replies.forEach(reply -> direct.await(cacheName, "repair", reply));
  }

  private CompletableFuture<Long> remove(int bucket, List<String> keys) {
    List<String> redisKeys = new ArrayList<>(7 + 2 * keys.size());
    redisKeys.add(names.generation(bucket));
    redisKeys.add(names.alive(bucket));
    redisKeys.addAll(names.queue(bucket));
    for (String key : keys) {
      redisKeys.add(names.entry(bucket, key));
      redisKeys.add(names.writing(key));
    }
    return direct.runForNumber(LuaScript.REPAIR, redisKeys, keys.toArray());
  }

  LongAdder fallbackLoads() {
    return fallbackLoads;
  }

  LongAdder refusedLoads() {
    return refusedLoads;
  }

  LongAdder writtenAround() {
    return writtenAround;
  }

  LongAdder droppedPuts() {
    return droppedPuts;
  }

  /** What has been counted so far. */
  public OutageStatistics statistics() {
    return new OutageStatistics(
        !isAvailable(),
        outage.openedTimes(),
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
    outage.leave(this);
    var left = repairs.isEmpty() ? null : repairs.peek();
    if (left != null) {
      log.warn(
          "Cache '{}' is closed while Redis is away; {} keys that were changed meanwhile may be"
              + " stale in it",
          cacheName,
          left.all() ? "all" : left.keys().size());
    }
  }
}
