package dev.corral.micrometer;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits how long a scrape waits for Redis: all queues that share this object together, for the
 * first {@link #MAX_WAIT} of a round. A scrape begins a round unless one began within the last
 * second. Safe for many threads.
 */
final class QueueRounds {

  /** How long a scrape waits for the queues of all caches together. */
  static final Duration MAX_WAIT = Duration.ofMillis(250);

  private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int THREADS = 4;
  private static final long IDLE_SECONDS = 5;

  /** Runs the queries of all managers. Its threads end soon, and keep no JVM alive. */
  private static final ThreadPoolExecutor QUERIES = queries();

  private boolean hasBegun;
  private long beganNanos;

  private static ThreadPoolExecutor queries() {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(null, task, "corral-meters-" + number.incrementAndGet());
              thread.setDaemon(true);
              thread.setContextClassLoader(QueueRounds.class.getClassLoader());
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** The threads that ask Redis. */
  Executor threads() {
    return QUERIES;
  }

  /** How many nanoseconds the calling scrape may still wait. */
  synchronized long remainingNanos() {
    long now = System.nanoTime();
    if (!hasBegun || now - beganNanos >= ROUND_NANOS) {
      hasBegun = true;
      beganNanos = now;
    }
    return Math.max(0, beganNanos + MAX_WAIT.toNanos() - now);
  }
}
