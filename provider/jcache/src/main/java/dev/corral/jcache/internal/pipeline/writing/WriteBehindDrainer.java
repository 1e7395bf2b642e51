package dev.corral.jcache.internal.pipeline.writing;

import dev.corral.jcache.DeadLetter;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.WriteBehindStatistics;
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
 * Takes what is due to the writer, in a thread of its own, for as long as the cache is open. It
 * writes a bucket while it holds the lease on it; a JVM that dies loses its leases to the others.
 */
public final class WriteBehindDrainer<K, V> implements Runnable, QueuedWrites<K, V> {

  private static final Logger log = LoggerFactory.getLogger(WriteBehindDrainer.class);

  /** How long closing waits for the writer. What is left stays in Redis. */
  private static final Duration CLOSING = Duration.ofSeconds(30);

  private static final long SHORTEST_PERIOD_MILLIS = 25;
  private static final long LONGEST_PERIOD_MILLIS = 250;
  private static final long LOOK_MILLIS = 10;
  private static final long AFTER_FAILURE_MILLIS = 1_000;
  private static final int NO_BUCKET = -1;

  private final String cacheName;
  private final WriteQueue<K, V> queue;
  private final BatchWriter<K, V> writer;
  private final ScheduledExecutorService timer;
  private final int batchSize;
  private final long periodMillis;
  private final BucketBackoff pauses;
  private final Semaphore wakeUp = new Semaphore(0);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean closing;
  private volatile boolean stopped;
  private volatile boolean surrendered;
  private volatile int workingOn = NO_BUCKET;
  private boolean queueIsAway;

  public WriteBehindDrainer(
      String cacheName,
      WriteQueue<K, V> queue,
      CacheWriter<? super K, ? super V> writer,
      WriteBehindOptions options,
      ScheduledExecutorService timer) {
    this.cacheName = cacheName;
    this.queue = queue;
    this.timer = timer;
    this.writer = new BatchWriter<>(cacheName, queue, writer, options);
    this.batchSize = options.batchSize();
    this.periodMillis =
        Math.max(
            SHORTEST_PERIOD_MILLIS,
            Math.min(LONGEST_PERIOD_MILLIS, options.delay().toMillis() / 4));
    this.pauses =
        new BucketBackoff(queue.buckets(), new Backoff(options.backoff(), options.maxBackoff()));
  }

  @Override
  public void run() {
    long renewalMillis = queue.renewal().toMillis();
    var renewal =
        timer.scheduleAtFixedRate(
            this::keepLease, renewalMillis, renewalMillis, TimeUnit.MILLISECONDS);
    try {
      while (!stopped) {
        pause(drainOnce());
      }
      queue.release();
    } catch (CacheException e) {
      log.debug("Cache '{}': leases were not released: {}", cacheName, e.getMessage());
    } finally {
      renewal.cancel(false);
      ended.countDown();
    }
  }

  /** Renews the lease of the bucket whose writer is at work; runs on a timer and never waits. */
  private void keepLease() {
    int bucket = workingOn;
    if (bucket != NO_BUCKET) {
      queue.keepLease(bucket);
    }
  }

  /** Gives how long to wait. */
  private long drainOnce() {
    try {
      boolean more = false;
      for (int bucket = 0; bucket < queue.buckets() && !stopped; bucket++) {
        more |= !pauses.isPaused(bucket) && drain(bucket);
      }
      queueIsAway = false;
      return more ? 0 : periodMillis;
    } catch (RuntimeException e) {
      if (!queueIsAway) {
        log.warn(
            "Cache '{}': the queue of the writer cannot be asked; what waits there is kept, and"
                + " written later: {}",
            cacheName,
            e.getMessage());
      }
      queueIsAway = true;
      return AFTER_FAILURE_MILLIS;
    } finally {
      workingOn = NO_BUCKET;
    }
  }

  /** Writes at most one batch, so that no bucket waits for all of another; whether more is due. */
  private boolean drain(int bucket) {
    WriteQueue.Taken<K, V> taken = queue.take(bucket, batchSize);
    if (taken.writes().isEmpty()) {
      return false;
    }
    workingOn = bucket;
    boolean done = writer.write(bucket, taken);
    workingOn = NO_BUCKET;
    pauses.note(bucket, done);
    surrendered = surrendered || (closing && !done);
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
    List<Long> asked = hasten();
    while (queue.status(asked).unwritten() > 0) {
      if (System.nanoTime() - deadline >= 0 || !sleep()) {
        return false;
      }
    }
    return true;
  }

  private List<Long> hasten() {
    List<Long> asked = queue.hasten();
    pauses.end();
    wakeUp.release();
    return asked;
  }

  private static boolean sleep() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
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

  /** Each write that waits is tried once more. */
  @Override
  public void close() {
    long deadline = System.nanoTime() + CLOSING.toNanos();
    closing = true;
    try {
      List<Long> asked = hasten();
      while (queue.status(asked).due() > 0
          && !surrendered
          && System.nanoTime() - deadline < 0
          && sleep()) {}
      end(deadline);
      long left = statistics().depth();
      if (left > 0) {
        log.warn(
            "Cache '{}': {} writes still wait in Redis for the next JVM that opens the cache",
            cacheName,
            left);
      }
    } catch (CacheException e) {
      log.warn(
          "Cache '{}': what may wait for the writer stays in Redis: {}", cacheName, e.getMessage());
      end(deadline);
    }
  }

  private void end(long deadline) {
    stopped = true;
    wakeUp.release();
    try {
      long left = Math.max(TimeUnit.SECONDS.toNanos(1), deadline - System.nanoTime());
      if (!ended.await(left, TimeUnit.NANOSECONDS)) {
        log.warn("Cache '{}': its writer is still at work", cacheName);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
