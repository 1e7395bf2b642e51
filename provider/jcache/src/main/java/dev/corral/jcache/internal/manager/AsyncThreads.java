package dev.corral.jcache.internal.manager;

import dev.corral.jcache.internal.redis.DetachedThreads;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run the asynchronous operations of one manager: virtual threads if the JVM has
 * them, otherwise a few platform threads. Operations wait in a queue of limited length while all
 * threads are busy. A thread without work ends soon. Safe for many threads.
 *
 * <p>A stage that depends on an operation may start another one and wait for it. If all threads are
 * busy then, the other one runs in the same thread at once, so that no operation waits for threads
 * that wait for it.
 */
final class AsyncThreads implements Executor, AutoCloseable {

  /**
   * How many virtual threads run at once: sufficient to fill the batches of the requests, and few
   * enough to wait much less than a time-out for their turn if Redis is far.
   */
  private static final int VIRTUAL_THREADS = 1_000;

  private static final int PLATFORM_THREADS = 64;

  /** How many operations wait for a thread. */
  private static final int QUEUE = 10_000;

  private static final Duration IDLE = Duration.ofSeconds(5);

  /** How deeply operations are nested in one thread, which limits the depth of its stack. */
  private static final int MAX_NESTED = 16;

  private static final String NAME = "corral-async-";

  private final ThreadPoolExecutor pool;
  private final AtomicInteger busy = new AtomicInteger();

  /** How many operations the current thread runs, each inside of the one before. */
  private final ThreadLocal<Integer> nesting = ThreadLocal.withInitial(() -> 0);

  AsyncThreads(int threads, int queue, ThreadFactory factory) {
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(queue),
            factory);
    pool.allowCoreThreadTimeOut(true);
  }

  /** Starts no thread before the first operation. */
  static AsyncThreads create() {
    ThreadFactory virtual = virtualThreads();
    return virtual == null
        ? new AsyncThreads(PLATFORM_THREADS, QUEUE, platformThreads())
        : new AsyncThreads(VIRTUAL_THREADS, QUEUE, virtual);
  }

  static ThreadFactory platformThreads() {
    AtomicInteger number = new AtomicInteger();
    return task -> DetachedThreads.daemon(null, NAME + number.incrementAndGet(), task, null);
  }

  /** A factory for virtual threads that inherit no thread locals; null before Java 21. */
  static @Nullable ThreadFactory virtualThreads() {
    try {
      Class<?> type = Class.forName("java.lang.Thread$Builder");
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      builder = type.getMethod("name", String.class, long.class).invoke(builder, NAME, 1L);
      builder =
          type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
      return (ThreadFactory) type.getMethod("factory").invoke(builder);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /**
   * Runs an operation in another thread, or in the current one if that is one of these threads.
   *
   * @throws RejectedExecutionException if the queue is full, or after {@link #close}
   */
  @Override
  public void execute(Runnable operation) {
    int nested = nesting.get();
    if (nested > 0 && nested < MAX_NESTED && busy.get() >= pool.getMaximumPoolSize()) {
      runNested(operation, nested);
    } else {
      pool.execute(() -> run(operation));
    }
  }

  private void run(Runnable operation) {
    busy.incrementAndGet();
    try {
      runNested(operation, 0);
    } finally {
      busy.decrementAndGet();
    }
  }

  private void runNested(Runnable operation, int outer) {
    nesting.set(outer + 1);
    try {
      operation.run();
    } finally {
      if (outer == 0) {
        nesting.remove();
      } else {
        nesting.set(outer);
      }
    }
  }

  /** Ends the threads as soon as they have no work. The caches have ended their operations. */
  @Override
  public void close() {
    pool.shutdown();
  }
}
