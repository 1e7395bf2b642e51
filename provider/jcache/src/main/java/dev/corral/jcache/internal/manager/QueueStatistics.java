package dev.corral.jcache.internal.manager;

import dev.corral.jcache.WriteBehindStatistics;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of a write-behind queue, read from Redis at most once a second: a scrape reads
 * many attributes one after the other, and each query asks all buckets. Safe for many threads.
 */
final class QueueStatistics {

  private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<WriteBehindStatistics> query;

  /** Held while a thread reads from Redis. */
  private final ReentrantLock reading = new ReentrantLock();

  private @Nullable WriteBehindStatistics latest;
  private @Nullable RedisUnavailableException failure;
  private long endedNanos;

  /**
   * @param query reads the statistics from Redis; may block and throw
   */
  QueueStatistics(Supplier<WriteBehindStatistics> query) {
    this.query = query;
  }

  /**
   * The statistics, at most one second old. A thread that had to wait for the query of another
   * thread shares its result, even if Redis was unavailable, so it waits for one query only.
   */
  WriteBehindStatistics get() {
    long calledNanos = System.nanoTime();
    reading.lock();
    try {
      if (failure != null && endedNanos - calledNanos >= 0) {
        throw failure;
      }
      WriteBehindStatistics current = latest;
      boolean isUsable = System.nanoTime() - endedNanos < MAX_AGE_NANOS;
      return current != null && isUsable ? current : read();
    } finally {
      reading.unlock();
    }
  }

  private WriteBehindStatistics read() {
    latest = null;
    failure = null;
    try {
      WriteBehindStatistics read = query.get();
      latest = read;
      return read;
    } catch (RedisUnavailableException e) {
      failure = e;
      throw e;
    } finally {
      endedNanos = System.nanoTime();
    }
  }

  /** Makes the next {@link #get} read from Redis. */
  void discard() {
    reading.lock();
    try {
      latest = null;
    } finally {
      reading.unlock();
    }
  }
}
