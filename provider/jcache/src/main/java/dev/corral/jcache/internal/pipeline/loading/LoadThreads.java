package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.internal.entry.UserCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/** Runs loads in other threads. Safe for many threads. */
final class LoadThreads {

  private final String cacheName;
  private final Executor executor;
  private final LoadBudget budget;
  private final @Nullable Duration hardTimeout;

  LoadThreads(
      String cacheName, Executor executor, LoadBudget budget, @Nullable Duration hardTimeout) {
    this.cacheName = cacheName;
    this.executor = executor;
    this.budget = budget;
    this.hardTimeout = hardTimeout;
  }

  /**
   * Runs a load, for a caller that waits no longer than the given time.
   *
   * @param timeout null to run the load in this thread
   * @throws TimeoutException if the load has not ended in time; it continues
   */
  <R> R within(@Nullable Duration timeout, Supplier<R> load) throws TimeoutException {
    if (timeout == null) {
      return load.get();
    }
    CompletableFuture<R> result = new CompletableFuture<>();
    try {
      execute(
          () -> {
            try {
              result.complete(load.get());
            } catch (Throwable e) {
              result.completeExceptionally(e);
            }
          });
      return result.get(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new CacheLoaderException(
              "cache '%s': a load failed".formatted(cacheName), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheLoaderException(
          "cache '%s': interrupted while waiting for a load".formatted(cacheName), e);
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("cache '%s' is being closed".formatted(cacheName), e);
    }
  }

  /** A load of many keys that waits no longer than the given time. */
  interface TimedLoad<R> {
    R within(@Nullable Duration timeout) throws TimeoutException;
  }

  /**
   * Waits for a load of many keys no longer than the hard timeout.
   *
   * @throws CacheLoaderException if the load has not ended in time; it continues in the background
   */
  <R> R withinHardTimeout(TimedLoad<R> load) {
    try {
      return load.within(hardTimeout);
    } catch (TimeoutException e) {
      throw overHardTimeout(e);
    }
  }

  /** What a caller gets whose load has not ended in time. */
  CacheLoaderException overHardTimeout(TimeoutException cause) {
    return new CacheLoaderException(
        ("cache '%s': the loader took longer than the hard timeout of %s; the load continues in"
                + " the background")
            .formatted(cacheName, hardTimeout),
        cause);
  }

  /** Runs work for a caller that waits for it: as user code, and with a permit, if it has them. */
  void execute(Runnable work) {
    budget.execute(executor, asUserCode(work));
  }

  /** Runs work that no caller waits for; if it calls the loader, it needs a permit of its own. */
  void executeApart(Runnable work) {
    executor.execute(asUserCode(work));
  }

  private static Runnable asUserCode(Runnable work) {
    return UserCode.isRunning() ? () -> UserCode.run(work) : work;
  }
}
