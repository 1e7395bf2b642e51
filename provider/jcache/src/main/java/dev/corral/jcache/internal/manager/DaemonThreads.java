package dev.corral.jcache.internal.manager;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one manager; none keeps the JVM alive.
 *
 * @param background runs listeners, {@code loadAll} and the removal of retired entries
 * @param timer starts what is done now and then; nothing on it waits
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
