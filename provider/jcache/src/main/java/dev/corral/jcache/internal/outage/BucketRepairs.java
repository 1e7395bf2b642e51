package dev.corral.jcache.internal.outage;

import dev.corral.jcache.internal.redis.Accepts;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.DamagedKeys;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.BucketClocks;
import dev.corral.jcache.internal.store.ChangeOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The repairs of one cache, in a queue for each bucket, because the buckets become available at
 * different times. Safe for many threads.
 */
final class BucketRepairs {

  private static final Logger log = LoggerFactory.getLogger(BucketRepairs.class);

  /** How many keys can be repaired one by one, if the cache has one bucket. */
  static final int LIMIT = 10_000;

  /** The limit of the values that the database has; the queues can exceed it by one addition. */
  static final long MAX_BYTES = 64L << 20;

  /** How many keys of a bucket can be repaired one by one, if the cache has many buckets. */
  private static final int LEAST_LIMIT = 500;

  private final CacheContext direct;
  private final RepairSender sender;
  private final List<RepairQueue> queues;
  private final LongAdder repaired = new LongAdder();
  private final LongAdder cleared = new LongAdder();

  /**
   * @param direct commands that go to Redis even while the breaker is open
   * @param clocks the clocks of the servers of the cache
   */
  BucketRepairs(CacheContext direct, BucketClocks clocks) {
    int buckets = direct.keys().buckets();
    int limit = Math.max(LIMIT / buckets, LEAST_LIMIT);
    this.direct = direct;
    this.sender = new RepairSender(direct, ChangeOrder.writer(), clocks);
    this.queues = IntStream.range(0, buckets).mapToObj(bucket -> new RepairQueue(limit)).toList();
  }

  /** Whether the database may get changes of this number of keys, to be repaired in order. */
  boolean hasRoom(int more) {
    return size() + more <= LIMIT
        && queues.stream().mapToLong(RepairQueue::bytes).sum() < MAX_BYTES;
  }

  /** The queue of a bucket. */
  RepairQueue of(int bucket) {
    return queues.get(bucket);
  }

  boolean isEmpty() {
    return queues.stream().allMatch(RepairQueue::isEmpty);
  }

  /** The number of keys with a repair of their own. */
  int size() {
    return queues.stream().mapToInt(RepairQueue::size).sum();
  }

  /** Whether there is a bucket whose entries all have to be removed. */
  boolean includeAllOfABucket() {
    return queues.stream().anyMatch(queue -> queue.peek().all());
  }

  /** Sends repairs that are in the queue of the bucket. Does not wait. */
  CompletableFuture<Void> send(int bucket, RepairQueue.Work work) {
    return sender.send(bucket, work.repairs());
  }

  /**
   * Waits until repairs are made, and removes them from the queue. If the slot is moving, they stay
   * in the queue, and only the entries are removed, for the other JVMs.
   */
  void await(int bucket, RepairQueue.Work work, CompletableFuture<Void> reply) {
    try {
      direct.await("repair", reply);
      done(bucket, work);
    } catch (RedisUnavailableException e) {
      if (e.accepts() == Accepts.REMOVALS) {
        removeEntries(bucket, work);
      }
      throw e;
    }
  }

  private void removeEntries(int bucket, RepairQueue.Work work) {
    for (CompletableFuture<Long> reply : sender.removeEntries(bucket, work.repairs())) {
      try {
        direct.await("repair", reply);
      } catch (CacheException e) {
        log.debug("Cache '{}': an entry was not removed yet: {}", direct.name(), e.getMessage());
      }
    }
  }

  private void done(int bucket, RepairQueue.Work work) {
    of(bucket).done(work);
    repaired.add(work.repairs().size());
    cleared.add(work.all() ? 1 : 0);
  }

  /**
   * Makes all repairs of a bucket, and checks that it accepts changes. Does not wait.
   *
   * @return the number of repaired keys
   */
  CompletableFuture<Integer> recover(int bucket, CacheRecovery.Steps steps) {
    RepairQueue.Work work = of(bucket).peek();
    CompletableFuture<Void> emptied =
        work.all()
            ? steps.clear(bucket).thenAccept(all -> {})
            : CompletableFuture.completedFuture(null);
    return emptied
        .thenCompose(all -> work.repairs().isEmpty() ? emptied : sendOrClear(bucket, work, steps))
        .thenCompose(
            sent -> {
              done(bucket, work);
              return steps.resubscribe(bucket).thenAccept(subscribed -> {});
            })
        .thenCompose(subscribed -> sender.send(bucket, List.of()))
        .thenApply(accepted -> work.repairs().size());
  }

  /**
   * Sends repairs. If keys of this cache are damaged, which the repair needs, it clears the bucket
   * first, which removes them.
   */
  private CompletableFuture<Void> sendOrClear(
      int bucket, RepairQueue.Work work, CacheRecovery.Steps steps) {
    return send(bucket, work)
        .exceptionallyCompose(
            failure -> {
              if (!DamagedKeys.mayExplain(failure)) {
                return CompletableFuture.failedFuture(failure);
              }
              log.error(
                  "Cache '{}': a part of it is cleared after the outage, because its changed keys"
                      + " could not be repaired: {}",
                  direct.name(),
                  direct.failure("repair", failure).getMessage());
              cleared.increment();
              return steps.clear(bucket).thenCompose(done -> send(bucket, work));
            });
  }

  /** How many keys were repaired. */
  long repaired() {
    return repaired.sum();
  }

  /** How often all entries of a bucket were removed instead. */
  long cleared() {
    return cleared.sum();
  }
}
