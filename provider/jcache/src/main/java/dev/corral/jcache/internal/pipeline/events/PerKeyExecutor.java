package dev.corral.jcache.internal.pipeline.events;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Runs the tasks of one key one after another, and the tasks of different keys mostly in parallel.
 * The keys are divided into {@value #QUEUES} queues by hash code. Safe for many threads.
 */
final class PerKeyExecutor {

  private static final int QUEUES = 16;

  private final Executor executor;

  /** The last task of each queue. */
  private final CompletableFuture<?>[] tails = new CompletableFuture<?>[QUEUES];

  PerKeyExecutor(Executor executor) {
    this.executor = executor;
    Arrays.fill(tails, CompletableFuture.completedFuture(null));
  }

  /**
   * Runs a task after all earlier tasks of its key. Does not block.
   *
   * @return completes when the task has run, exceptionally if the task failed
   */
  CompletableFuture<Void> execute(String key, Runnable task) {
    int queue = Math.floorMod(key.hashCode(), QUEUES);
    synchronized (tails) {
      CompletableFuture<Void> result =
          tails[queue].handle((done, failure) -> null).thenRunAsync(task, executor);
      tails[queue] = result;
      return result;
    }
  }
}
