package dev.corral.jcache.internal.manager;

import dev.corral.jcache.internal.redis.DetachedThreads;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one manager. All are daemon threads, so none keeps the JVM alive. Their context
 * class loader is that of the thread that started them, whichever thread needs a new one.
 *
 * @param background runs tasks that may block, such as listeners and {@code loadAll}; unbounded
 * @param timer runs periodic tasks, one at a time; they must not block
 * @param context the context class loader of new threads; null after the threads were closed
 */
record DaemonThreads(
    ExecutorService background,
    ScheduledExecutorService timer,
    AtomicReference<@Nullable ClassLoader> context)
    implements AutoCloseable {

  static DaemonThreads start() {
    DetachedThreads.startTimerOfJdk();
    AtomicReference<@Nullable ClassLoader> context =
        new AtomicReference<>(Thread.currentThread().getContextClassLoader());
    return new DaemonThreads(
        Executors.newCachedThreadPool(named("corral-background-", context)),
        Executors.newSingleThreadScheduledExecutor(named("corral-timer-", context)),
        context);
  }

  private static ThreadFactory named(
      String prefix, AtomicReference<@Nullable ClassLoader> context) {
    AtomicInteger number = new AtomicInteger();
    return task ->
        DetachedThreads.daemon(null, prefix + number.incrementAndGet(), task, context.get());
  }

  @Override
  public void close() {
    timer.shutdownNow();
    background.shutdown();
    context.set(null);
  }
}
