package dev.corral.jcache.internal.manager;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The periodic tasks of one cache. Not safe for many threads. */
final class PeriodicTasks {

  private final ScheduledExecutorService timer;
  private final List<ScheduledFuture<?>> tasks = new ArrayList<>();

  PeriodicTasks(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /** Runs a task after each period, until {@link #cancel}. It must not block. */
  PeriodicTasks repeat(Runnable task, Duration period) {
    long millis = period.toMillis();
    tasks.add(timer.scheduleAtFixedRate(task, millis, millis, TimeUnit.MILLISECONDS));
    return this;
  }

  /** Starts no task again. */
  void cancel() {
    tasks.forEach(it -> it.cancel(false));
  }
}
