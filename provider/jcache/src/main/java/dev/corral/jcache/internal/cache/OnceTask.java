package dev.corral.jcache.internal.cache;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A task that runs at most once: an executor that fails because it cannot start a thread may have
 * queued the task nevertheless. Safe for many threads.
 */
final class OnceTask implements Runnable {

  private final AtomicBoolean claimed = new AtomicBoolean();
  private final Runnable task;

  OnceTask(Runnable task) {
    this.task = task;
  }

  @Override
  public void run() {
    if (claimed.compareAndSet(false, true)) {
      task.run();
    }
  }

  /** Returns whether the task has not run, and never will. */
  boolean cancel() {
    return claimed.compareAndSet(false, true);
  }
}
