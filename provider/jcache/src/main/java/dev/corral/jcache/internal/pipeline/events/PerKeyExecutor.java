package dev.corral.jcache.internal.pipeline.events;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Runs tasks of the same key one after another, and tasks of different keys mostly at once. */
final class PerKeyExecutor {

  private static final int LANES = 16;

  private final Executor executor;
  private final CompletableFuture<?>[] tails = new CompletableFuture<?>[LANES];

  PerKeyExecutor(Executor executor) {
    this.executor = executor;
    Arrays.fill(tails, CompletableFuture.completedFuture(null));
  }

  /** The result completes when the task has run, and with its exception if it failed. */
  CompletableFuture<Void> run(String key, Runnable task) {
    int lane = Math.floorMod(key.hashCode(), LANES);
    synchronized (tails) {
      CompletableFuture<Void> result =
          tails[lane].handle((done, failed) -> null).thenRunAsync(task, executor);
      tails[lane] = result;
      return result;
    }
  }
}
