package dev.corral.jcache.internal.manager;

import dev.corral.jcache.WriteBehindStatistics;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of a write-behind queue, read from Redis at most once a second: a scrape reads
 * many attributes one after the other, and each query asks all buckets. Safe for many threads.
 */
final class QueueStatistics {

  private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<WriteBehindStatistics> query;
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
    synchronized (this) {
      if (failure != null && endedNanos - calledNanos >= 0) {
        throw failure;
      }
      WriteBehindStatistics current = latest;
      boolean isUsable = System.nanoTime() - endedNanos < MAX_AGE_NANOS;
      return current != null && isUsable ? current : read();
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
  synchronized void discard() {
    latest = null;
  }
}
