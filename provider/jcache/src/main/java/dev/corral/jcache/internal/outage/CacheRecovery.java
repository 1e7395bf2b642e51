package dev.corral.jcache.internal.outage;

import dev.corral.jcache.OutageStatistics;
import dev.corral.jcache.internal.redis.Accepts;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.ConfigurationErrors;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.BucketClocks;
import dev.corral.jcache.internal.store.PendingReleases;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of one cache in an outage of Redis: what Redis accepts for each of its keys, which keys
 * it has to repair, and how its buckets recover when their slots are available again. Safe for many
 * threads.
 *
 * <p>No caller in this JVM reads a key from Redis from the moment at which {@link #repair} is
 * called until its entry is removed, whatever its slot accepts.
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

    /** Adds the listeners of the change feed, if that has not been done. */
    void listen();

    /** Subscribes to the changes of a bucket again. Does not wait. */
    CompletableFuture<?> resubscribe(int bucket);

    /** Removes all entries of a bucket. Does not wait. */
    CompletableFuture<?> clear(int bucket);
  }

  /**
   * What a recovery has achieved.
   *
   * @param failed the slots that have not recovered
   */
  record Result(Map<Integer, RedisUnavailableException> failed, long repaired) {}

  private final RedisCircuitBreaker breaker;
  private final CacheContext direct;
  private final String cacheName;
  private final Steps steps;
  private final ConfigurationErrors errors;
  private final BucketClocks clocks;
  private final PendingReleases releases;
  private final BucketRepairs repairs;
  private final CacheSlots slots;
  private final Refusals refusals;
  private volatile boolean opened;
  private volatile boolean rejected;

  /** Whether the cache is not open in Redis, or has something to repair. */
  private volatile boolean restricted = true;

  private final OutageCounters counters = new OutageCounters();

  /**
   * The recovery of a cache that is not open yet.
   *
   * @param direct commands that go to Redis even while the breaker is open
   */
  public CacheRecovery(RedisCircuitBreaker breaker, CacheContext direct, Steps steps) {
    this.breaker = breaker;
    this.direct = direct;
    this.cacheName = direct.name();
    this.steps = steps;
    this.errors = direct.redis().configurationErrors();
    this.clocks = new BucketClocks(direct);
    this.releases = new PendingReleases();
    this.repairs = new BucketRepairs(direct, clocks);
    this.slots = new CacheSlots(direct);
    this.refusals = new Refusals(direct.name());
  }

  /**
   * Opens the cache now, or as soon as Redis is available.
   *
   * @throws CacheException if it cannot use this Redis
   */
  public void open() {
    breaker.register(this);
    if (breaker.accepts(slots.home()) == Accepts.NOTHING) {
      return;
    }
    try {
      steps.open();
      opened = true;
      update();
    } catch (RedisUnavailableException e) {
      breaker.restrict(slots.home(), e);
    } catch (RuntimeException e) {
      breaker.deregister(this);
      throw e;
    }
  }

  private synchronized void update() {
    restricted = !opened || rejected || !repairs.isEmpty();
  }

  /** Whether Redis accepts everything for all keys of this cache and of the others. */
  public boolean isUnrestricted() {
    return !restricted && breaker.isUnrestricted();
  }

  /**
   * What this cache can do with the entry of a key in Redis.
   *
   * @param key the text of the key
   */
  public Accepts accepts(String key) {
    int bucket = direct.keys().bucketOf(key);
    return restricted && (!isOpen() || repairs.of(bucket).contains(key))
        ? Accepts.NOTHING
        : breaker.accepts(slots.of(bucket));
  }

  private boolean isOpen() {
    return opened && !rejected;
  }

  /** The buckets for which Redis accepts at least this. */
  public Set<Integer> bucketsAccepting(Accepts needed) {
    return isOpen() ? slots.bucketsAccepting(needed, breaker::accepts) : Set.of();
  }

  /**
   * Does nothing if the entries of at least one bucket can be changed.
   *
   * @throws RedisUnavailableException if there is none
   */
  public void requireAvailable(String operation) {
    if (!isUnrestricted() && bucketsAccepting(Accepts.EVERYTHING).isEmpty()) {
      throw unavailable(operation);
    }
  }

  /**
   * Does nothing if all entries can be read from Redis.
   *
   * @throws RedisUnavailableException if they cannot, or if some have to be repaired first
   */
  void requireReadable(String operation) {
    if (restricted || bucketsAccepting(Accepts.READS).size() < slots.buckets()) {
      throw unavailable(operation);
    }
  }

  /** The exception for an operation that fails because the cache cannot use Redis now. */
  public RedisUnavailableException unavailable(String operation) {
    return new RedisUnavailableException(
        ("cache '%s': %s failed: Redis is unavailable or refuses changes, and the operation has no"
                + " fallback; try again after the outage")
            .formatted(cacheName, operation),
        breaker.lastCause());
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
              .formatted(cacheName, operation, BucketRepairs.LIMIT, BucketRepairs.MAX_BYTES >> 20),
          breaker.lastCause());
    }
  }

  /**
   * Removes the entries of changed keys from Redis: now if Redis accepts that, otherwise as soon as
   * it does. Until then, no caller reads them from Redis.
   *
   * @param failure why a command of the caller has just failed; null if none has
   */
  public void repair(Collection<Repair> all, @Nullable RedisUnavailableException failure) {
    Map<Integer, RepairQueue.Work> works = new LinkedHashMap<>();
    direct
        .keys()
        .byBucket(List.copyOf(all), Repair::key)
        .forEach((bucket, added) -> works.put(bucket, repairs.of(bucket).add(added)));
    update();
    List<Sent> replies = new ArrayList<>();
    works.forEach(
        (bucket, work) -> {
          if (acceptsRemovals(bucket, failure)) {
            replies.add(new Sent(bucket, work, repairs.send(bucket, work)));
          }
        });
    replies.forEach(this::finish);
    update();
    works.keySet().forEach(bucket -> restrictIfUnrepaired(bucket, failure, all.size()));
  }

  private record Sent(int bucket, RepairQueue.Work work, CompletableFuture<Void> reply) {}

  private boolean acceptsRemovals(int bucket, @Nullable RedisUnavailableException failure) {
    return isOpen()
        && (failure == null || failure.accepts().includes(Accepts.REMOVALS))
        && breaker.accepts(slots.of(bucket)).includes(Accepts.REMOVALS);
  }

  private void finish(Sent sent) {
    try {
      repairs.await(sent.bucket(), sent.work(), sent.reply());
    } catch (RedisUnavailableException e) {
      breaker.failed(direct.keys().generation(sent.bucket()), e);
    } catch (CacheException e) {
      refuse(sent.bucket(), e);
    }
  }

  private void restrictIfUnrepaired(
      int bucket, @Nullable RedisUnavailableException failure, int keys) {
    if (repairs.of(bucket).isEmpty() || refusals.contain(bucket)) {
      return;
    }
    boolean isOfThisSlot = keys == 1 || !direct.redis().hasSlots();
    if (failure != null && isOfThisSlot) {
      breaker.restrict(slots.of(bucket), failure);
    } else if (breaker.accepts(slots.of(bucket)) == Accepts.EVERYTHING) {
      breaker.restrictForRepair(slots.of(bucket));
    }
  }

  /** Removes all entries of these buckets as soon as Redis accepts that. */
  void repairAll(Collection<Integer> buckets) {
    buckets.forEach(bucket -> repairs.of(bucket).addAll());
    update();
    buckets.forEach(bucket -> restrictIfUnrepaired(bucket, null, 0));
  }

  /** Lets the breaker recover a slot that it has just released, if a repair was added meanwhile. */
  void restrictIfUnrepaired(int slot) {
    if (isOpen()) {
      slots.bucketsIn(Set.of(slot)).forEach(bucket -> restrictIfUnrepaired(bucket, null, 0));
    }
  }

  /** The clocks of the servers; they are read again before repairs. */
  public BucketClocks clocks() {
    return clocks;
  }

  /** What the cache could not release during an outage. */
  public PendingReleases releases() {
    return releases;
  }

  /** Where this cache has keys. */
  CacheSlots slots() {
    return slots;
  }

  /**
   * Recovers in these slots: opens the cache if it was not opened before, makes the repairs that
   * are due, and subscribes to the change feed again. Each slot recovers for itself. It writes to
   * every slot, even if there is nothing to repair, so it fails if the slot refuses changes.
   */
  Result recover(Set<Integer> available) {
    Map<Integer, RedisUnavailableException> failed = new HashMap<>();
    if (available.contains(slots.home()) && !rejected) {
      try {
        openAndListen();
      } catch (RedisUnavailableException e) {
        failed.put(slots.home(), e);
      }
    }
    if (!isOpen()) {
      return new Result(failed, 0);
    }
    Map<Integer, CompletableFuture<Integer>> replies = new LinkedHashMap<>();
    for (int bucket : slots.bucketsIn(available)) {
      replies.put(bucket, repairs.recover(bucket, steps));
    }
    long done = 0;
    for (Map.Entry<Integer, CompletableFuture<Integer>> reply : replies.entrySet()) {
      int bucket = reply.getKey();
      try {
        done += direct.await("repair", reply.getValue());
      } catch (RedisUnavailableException e) {
        failed.put(slots.of(bucket), e);
      } catch (CacheException e) {
        refuse(bucket, e);
      }
    }
    update();
    return new Result(failed, done);
  }

  private void openAndListen() {
    if (!opened) {
      try {
        steps.open();
        opened = true;
      } catch (RedisUnavailableException e) {
        throw e;
      } catch (CacheException e) {
        if (e.getCause() == null) {
          rejected = true;
          log.error("Cache '{}' continues without Redis: {}", cacheName, e.getMessage());
        } else {
          refusals.log("cannot be opened in Redis, and continues without it until it can", e);
          breaker.later(() -> breaker.restrictForRepair(slots.home()));
        }
        return;
      }
      update();
      slots.all().forEach(this::restrictIfUnrepaired);
    }
    try {
      steps.listen();
    } catch (RedisUnavailableException e) {
      throw e;
    } catch (CacheException e) {
      refusals.log("does not receive events", e);
    }
  }

  /**
   * Redis refuses to repair a bucket for a reason that is no outage. The other keys of the bucket
   * are used again; those to repair are not, and Corral tries again later.
   */
  private void refuse(int bucket, CacheException refusal) {
    refusals.log(
        "has changed keys that Redis does not let it repair, and this JVM does not read them from"
            + " Redis until it does",
        refusal);
    if (!repairs.of(bucket).isEmpty() && refusals.add(bucket)) {
      breaker.later(
          () -> {
            refusals.remove(bucket);
            restrictIfUnrepaired(bucket, null, 0);
          });
    }
  }

  /** What operations did during outages. */
  public OutageCounters counters() {
    return counters;
  }

  /** The current counts. */
  public OutageStatistics statistics() {
    int buckets = slots.buckets();
    int readable = bucketsAccepting(Accepts.READS).size();
    int changeable = bucketsAccepting(Accepts.EVERYTHING).size();
    return new OutageStatistics(
        restricted || changeable < buckets,
        breaker.openedTimes(),
        counters.sums(),
        new OutageStatistics.Repairs(repairs.size(), repairs.repaired(), repairs.cleared()),
        new OutageStatistics.Buckets(buckets - readable, readable - changeable),
        new OutageStatistics.Configuration(errors.count(), errors.current()));
  }

  /** Makes no more repairs. Keys that are not repaired may be stale until they expire. */
  @Override
  public void close() {
    breaker.deregister(this);
    if (!repairs.isEmpty()) {
      log.warn(
          "Cache '{}' is closed during an outage of Redis; {} changed keys were not repaired, and"
              + " may be stale in Redis until they expire or the cache is cleared",
          cacheName,
          repairs.includeAllOfABucket() ? "all" : repairs.size());
    }
  }
}
