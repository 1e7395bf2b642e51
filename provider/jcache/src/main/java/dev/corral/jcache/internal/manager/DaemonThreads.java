package dev.corral.jcache.internal.manager;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one manager. All are daemon threads, so none keeps the JVM alive.
 *
 * @param background runs tasks that may block, such as listeners and {@code loadAll}; unbounded
 * @param timer runs periodic tasks, one at a time; they must not block
 */
record DaemonThreads(ExecutorService background, ScheduledExecutorService timer)
    implements AutoCloseable {

  static DaemonThreads start() {
    return new DaemonThreads(
        Executors.newCachedThreadPool(named("corral-background-")),
        Executors.newSingleThreadScheduledExecutor(named("corral-timer-")));
  }

  private static ThreadFactory named(String prefix) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public void close() {
    timer.shutdownNow();
    background.shutdown();
  }
}
