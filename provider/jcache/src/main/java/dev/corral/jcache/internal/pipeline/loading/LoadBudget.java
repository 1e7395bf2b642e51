package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.LoadOptions.Budget;
import dev.corral.jcache.LoadOptions.BudgetScope;
import dev.corral.jcache.internal.store.loads.LoadPermits;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call of the loader wait for a permit, which protects the database. A call that the loader
 * of this cache begins needs none, because it would wait with a permit for another one. Safe for
 * many threads.
 */
final class LoadBudget {

  private final String cacheName;
  private final Budget options;
  private final LoadPermits permits;
  private final LoadStatistics statistics;
  private final ThreadLocal<Optional<Permit>> current = ThreadLocal.withInitial(Optional::empty);

  LoadBudget(String cacheName, Budget options, LoadPermits permits, LoadStatistics statistics) {
    this.cacheName = cacheName;
    this.options = options;
    this.permits = permits;
    this.statistics = statistics;
  }

  /**
   * How many loads that no reader waits for may run at a time in a JVM: at most half of the calls
   * at a time, and a quarter of those per second, so that the rest is left to readers.
   *
   * @param most the number without a budget
   * @return at least 1
   */
  static int backgroundLoads(Budget options, int most) {
    int loads = options.maxLoads() == 0 ? most : Math.min(most, options.maxLoads() / 2);
    if (options.maxLoadsPerSecond() > 0) {
      loads = Math.min(loads, options.maxLoadsPerSecond() / 4);
    }
    return Math.max(1, loads);
  }

  /** A permit of one or more threads: the one that took it, and those that work for its loader. */
  private static final class Permit {

    private final Runnable end;
    private int holders = 1;

    Permit(Runnable end) {
      this.end = end;
    }

    synchronized void retain() {
      holders++;
    }

    void release() {
      if (isLast()) {
        end.run();
      }
    }

    private synchronized boolean isLast() {
      holders--;
      return holders == 0;
    }
  }

  /**
   * Calls the loader.
   *
   * @throws CacheLoaderException if there was no permit in time; the loader was not called
   */
  <R extends @Nullable Object> R call(Supplier<R> loader) {
    return isInLoader()
        ? loader.get()
        : with(new Permit(options.isOn() ? permit() : () -> {}), loader);
  }

  private <R extends @Nullable Object> R with(Permit permit, Supplier<R> work) {
    current.set(Optional.of(permit));
    try {
      return work.get();
    } finally {
      current.remove();
      permit.release();
    }
  }

  /** Whether the loader of this cache has called this thread's code. */
  boolean isInLoader() {
    return current.get().isPresent();
  }

  /** The same, with a permit for which others may wait. */
  boolean isHeld() {
    return options.isOn() && isInLoader();
  }

  /** Runs work in another thread, for a caller that waits for it. So it has the caller's permit. */
  void execute(Executor executor, Runnable work) {
    if (!isInLoader()) {
      executor.execute(work);
      return;
    }
    Permit permit = current.get().orElseThrow();
    permit.retain();
    try {
      executor.execute(
          () ->
              this.<@Nullable Object>with(
                  permit,
                  () -> {
                    work.run();
                    return null;
                  }));
    } catch (Throwable e) {
      permit.release();
      throw e;
    }
  }

  private Runnable permit() {
    try {
      return permits.take(options.budgetWait()).orElseThrow(this::refused);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheLoaderException(
          "cache '%s': interrupted while waiting for the load budget".formatted(cacheName), e);
    }
  }

  /** The loader was not called, because there was no permit in time. */
  static final class OverBudgetException extends CacheLoaderException {

    private static final long serialVersionUID = 1L;

    OverBudgetException(String message) {
      super(message);
    }
  }

  private OverBudgetException refused() {
    statistics.refusedLoads.increment();
    return new OverBudgetException(
        ("cache '%s': the load budget of %s was used up for %s, so the loader was not called; make"
                + " the loader faster, raise the budget, or try again later")
            .formatted(cacheName, limits(), options.budgetWait()));
  }

  private String limits() {
    String atATime = options.maxLoads() == 0 ? "" : "%d at a time".formatted(options.maxLoads());
    String perSecond =
        options.maxLoadsPerSecond() == 0
            ? ""
            : "%d per second".formatted(options.maxLoadsPerSecond());
    return atATime
        + (atATime.isEmpty() || perSecond.isEmpty() ? "" : " and ")
        + perSecond
        + (options.budgetScope() == BudgetScope.CLUSTER ? " in the cluster" : " in this JVM");
  }
}
