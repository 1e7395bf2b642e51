package dev.corral.jcache.internal.pipeline.writing;

import dev.corral.jcache.CorralObserver.Activity;
import dev.corral.jcache.DeadLetter;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.WriteBehindStatistics;
import dev.corral.jcache.internal.entry.ObserverList;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.queue.WriteQueue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheException;
import javax.cache.integration.CacheWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes due changes from the queue to the database, in a thread of its own, while the cache is
 * open. It writes a bucket only while it holds the lease of the bucket. After the death of a JVM
 * its leases end, and the drainers of other JVMs take over.
 */
public final class WriteBehindDrainer<K, V> implements Runnable, QueuedWrites<K, V> {

  private static final Logger log = LoggerFactory.getLogger(WriteBehindDrainer.class);

  /** How long {@link #close} waits for the writer. Unwritten changes remain in Redis. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  private static final long SHORTEST_PERIOD_MILLIS = 25;
  private static final long LONGEST_PERIOD_MILLIS = 250;

  /** How often {@link #flush} and {@link #close} check whether the queue has been written. */
  private static final long CHECK_PERIOD_MILLIS = 10;

  private static final long AFTER_FAILURE_MILLIS = 1_000;
  private static final int NO_BUCKET = -1;

  private final String cacheName;
  private final WriteQueue<K, V> queue;
  private final BatchWriter<K, V> writer;
  private final ScheduledExecutorService timer;
  private final ObserverList observers;
  private final int batchSize;
  private final long periodMillis;
  private final BucketBackoff backoff;
  private final Semaphore wakeUp = new Semaphore(0);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean closing;
  private volatile boolean stopped;

  /** Whether a batch has failed since {@link #close} was called. */
  private volatile boolean failedWhileClosing;

  /** The bucket whose batch the writer has now. */
  private volatile int activeBucket = NO_BUCKET;

  private boolean queueUnavailable;

  /**
   * @param timer renews the lease while the writer runs
   */
  public WriteBehindDrainer(
      String cacheName,
      WriteQueue<K, V> queue,
      CacheWriter<? super K, ? super V> writer,
      WriteBehindOptions options,
      ScheduledExecutorService timer,
      ObserverList observers) {
    this.cacheName = cacheName;
    this.queue = queue;
    this.timer = timer;
    this.observers = observers;
    this.writer = new BatchWriter<>(cacheName, queue, writer, options, observers);
    this.batchSize = options.batchSize();
    this.periodMillis =
        Math.max(
            SHORTEST_PERIOD_MILLIS,
            Math.min(LONGEST_PERIOD_MILLIS, options.delay().toMillis() / 4));
    this.backoff =
        new BucketBackoff(queue.buckets(), new Backoff(options.backoff(), options.maxBackoff()));
  }

  @Override
  public void run() {
    long renewalMillis = queue.renewal().toMillis();
    var renewal =
        timer.scheduleAtFixedRate(
            this::renewLease, renewalMillis, renewalMillis, TimeUnit.MILLISECONDS);
    try {
      while (!stopped) {
        pause(drainAll());
      }
      queue.release();
    } catch (CacheException e) {
      log.debug(
          "Cache '{}': the leases of the write-behind queue were not released; they end by"
              + " themselves: {}",
          cacheName,
          e.getMessage());
    } finally {
      renewal.cancel(false);
      ended.countDown();
    }
  }

  /** Renews the lease of the active bucket. Runs on the timer and does not block. */
  private void renewLease() {
    int bucket = activeBucket;
    if (bucket != NO_BUCKET) {
      queue.keepLease(bucket);
    }
  }

  /**
   * Writes at most one batch of each bucket, so that no bucket waits until another one is empty.
   *
   * @return how many milliseconds to wait before the next call
   */
  private long drainAll() {
    try {
      boolean moreIsDue = false;
      for (int bucket = 0; bucket < queue.buckets() && !stopped; bucket++) {
        moreIsDue |= !backoff.isWaiting(bucket) && drain(bucket);
      }
      queueUnavailable = false;
      return moreIsDue ? 0 : periodMillis;
    } catch (RuntimeException e) {
      if (!queueUnavailable) {
        log.warn(
            "Cache '{}': the write-behind queue cannot be read; queued changes are kept in Redis,"
                + " and are written when the queue can be read again: {}",
            cacheName,
            e.getMessage());
      }
      queueUnavailable = true;
      return AFTER_FAILURE_MILLIS;
    } finally {
      activeBucket = NO_BUCKET;
    }
  }

  /**
   * Writes at most one batch of a bucket.
   *
   * @return whether more changes may be due in the bucket
   */
  private boolean drain(int bucket) {
    WriteQueue.Taken<K, V> taken = queue.take(bucket, batchSize);
    if (taken.writes().isEmpty()) {
      return false;
    }
    activeBucket = bucket;
    boolean succeeded =
        Boolean.TRUE.equals(
            observers.observe(
                Activity.FLUSH,
                cacheName,
                taken.writes().size(),
                () -> writer.write(bucket, taken),
                Boolean.TRUE::equals));
    activeBucket = NO_BUCKET;
    backoff.record(bucket, succeeded);
    failedWhileClosing = failedWhileClosing || (closing && !succeeded);
    return taken.writes().size() == batchSize;
  }

  private void pause(long millis) {
    try {
      if (wakeUp.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
        wakeUp.drainPermits();
      }
    } catch (InterruptedException e) {
      stopped = true;
    }
  }

  @Override
  public boolean flush(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    List<Long> startMillis = startFlush();
    while (true) {
      RedisUnavailableException failure = null;
      try {
        if (queue.status(startMillis).unwritten() == 0) {
          return true;
        }
      } catch (RedisUnavailableException e) {
        failure = e; // the drainer may write the queue yet, such as after a failover
      }
      if (System.nanoTime() - deadline >= 0 || !sleep()) {
        if (failure != null) {
          throw failure;
        }
        return false;
      }
    }
  }

  /**
   * Makes all queued changes due, and wakes the drainer up.
   *
   * @return the time of the queue in each bucket, for {@link WriteQueue#status}
   */
  private List<Long> startFlush() {
    List<Long> startMillis = queue.makeDue();
    backoff.endDelays();
    wakeUp.release();
    return startMillis;
  }

  private static boolean sleep() {
    try {
      TimeUnit.MILLISECONDS.sleep(CHECK_PERIOD_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public WriteBehindStatistics statistics() {
    return queue.status(List.of()).statistics();
  }

  @Override
  public List<DeadLetter<K, V>> deadLetters() {
    return queue.deadLetters();
  }

  @Override
  public int removeDeadLetters(boolean queueAgain) {
    return queue.removeDeadLetters(queueAgain);
  }

  @Override
  public void close() {
    long deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    closing = true;
    try {
      List<Long> startMillis = startFlush();
      while (queue.status(startMillis).due() > 0
          && !failedWhileClosing
          && System.nanoTime() - deadline < 0
          && sleep()) {}
      stop(deadline);
      long unwritten = statistics().depth();
      if (unwritten > 0) {
        log.warn(
            "Cache '{}': closed with {} queued changes that are not in the database yet; they"
                + " remain in Redis until a JVM that has the cache open writes them",
            cacheName,
            unwritten);
      }
    } catch (CacheException e) {
      log.warn(
          "Cache '{}': closed without access to the write-behind queue; changes that are queued"
              + " remain in Redis: {}",
          cacheName,
          e.getMessage());
      stop(deadline);
    }
  }

  private void stop(long deadline) {
    stopped = true;
    wakeUp.release();
    try {
      long left = Math.max(TimeUnit.SECONDS.toNanos(1), deadline - System.nanoTime());
      if (!ended.await(left, TimeUnit.NANOSECONDS)) {
        log.warn(
            "Cache '{}': closed while its writer is still running; what it does not complete"
                + " remains in Redis",
            cacheName);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
