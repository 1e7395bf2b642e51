package dev.corral.jcache.internal.cache;

import dev.corral.jcache.WarmUp;
import dev.corral.jcache.WarmUpOptions;
import dev.failsafe.RateLimiter;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A warm-up. One thread reads the keys and hands over each batch to another thread, when a batch
 * may begin. So there are never more keys in memory than those of the running batches and of the
 * next one.
 */
final class RunningWarmUp<K> implements WarmUp, WarmUpBatch.Pace {

  private static final Logger log = LoggerFactory.getLogger(RunningWarmUp.class);

  /** A higher rate is no limit. */
  private static final int HIGHEST_RATE = 1_000_000;

  private static final long FIRST_BACKOFF_MILLIS = 100;
  private static final long LONGEST_BACKOFF_MILLIS = 10_000;

  /** How often a warm-up asks whether Redis is available again. */
  private static final Duration POLL = Duration.ofMillis(200);

  private final String cacheName;
  private final WarmUpOptions options;
  private final WarmUpBatch.Loads<K> batches;
  private final Executor executor;
  private final @Nullable RateLimiter<Object> limiter;
  private final CompletableFuture<Progress> completion = new CompletableFuture<>();

  /** Guards the fields that follow. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final WarmUpTally tally = new WarmUpTally();
  private int runningBatches;
  private int failuresInRow;
  private long notBeforeNanos = System.nanoTime();
  private int waiting;
  private boolean stopped;
  private @Nullable Throwable fatal;
  private @Nullable State end;

  RunningWarmUp(
      String cacheName, WarmUpOptions options, WarmUpBatch.Loads<K> batches, Executor executor) {
    this.cacheName = cacheName;
    this.options = options;
    this.batches = batches;
    this.executor = executor;
    int rate = options.keysPerSecond();
    this.limiter =
        rate == 0 || rate > HIGHEST_RATE
            ? null
            : RateLimiter.smoothBuilder(rate, Duration.ofSeconds(1)).build();
  }

  /**
   * Starts to read the keys. If no thread can be started, the warm-up ends.
   *
   * @param onEnd called once, in the background
   */
  void start(Supplier<Iterator<? extends K>> keys, Runnable onEnd) {
    OnceTask task =
        new OnceTask(
            () -> {
              try {
                process(keys.get());
              } catch (Throwable e) {
                fail(e);
              } finally {
                end(onEnd);
              }
            });
    try {
      executor.execute(task);
    } catch (Throwable e) {
      if (task.cancel()) {
        refused(e);
        end(onEnd);
      }
    }
  }

  private void refused(Throwable failure) {
    if (failure instanceof RejectedExecutionException) {
      log.debug("Cache '{}': a warm-up ends, as its manager is closed", cacheName, failure);
      stop();
    } else {
      fail(failure);
    }
  }

  private void process(Iterator<? extends K> keys) {
    int size = options.batchSize();
    int limit = options.keysPerSecond() == 0 ? size : Math.min(size, options.keysPerSecond());
    while (!isStopped() && keys.hasNext()) {
      Set<K> read = new LinkedHashSet<>();
      for (int i = 0; i < limit && !isStopped() && keys.hasNext(); i++) {
        read.add(Objects.requireNonNull(keys.next(), "key"));
      }
      List<K> batch = List.copyOf(read);
      if (!beginBatch(batch.size())) {
        return;
      }
      OnceTask task = new OnceTask(() -> run(batch));
      try {
        executor.execute(task);
      } catch (Throwable e) {
        if (task.cancel()) {
          endBatch();
        }
        refused(e);
      }
    }
  }

  /** Waits until a batch may begin; false if none may, because the warm-up was stopped. */
  private boolean beginBatch(int keys) {
    long turnNanos =
        System.nanoTime() + (limiter == null ? 0 : limiter.reservePermits(keys).toNanos());
    lock.lock();
    try {
      while (!stopped) {
        long now = System.nanoTime();
        long backoff = notBeforeNanos - now;
        if (tally.isPaused() || runningBatches >= options.concurrentBatches()) {
          await(Long.MAX_VALUE);
        } else if (!batches.isAvailable()) {
          awaitCounted(POLL.toNanos());
        } else if (backoff > 0) {
          awaitCounted(backoff);
        } else if (turnNanos - now > 0) {
          await(turnNanos - now);
        } else {
          runningBatches++;
          return true;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void endBatch() {
    locked(() -> runningBatches--);
  }

  private void run(List<K> batch) {
    try {
      BulkOperations.Loads loads =
          new WarmUpBatch<>(cacheName, batch, options.replace(), batches, this).load();
      if (loads != null) {
        succeeded(loads);
      }
    } catch (Error e) {
      failed(batch.size(), e);
      fail(e);
    } catch (Throwable e) {
      failed(batch.size(), e);
    } finally {
      endBatch();
    }
  }

  /**
   * Waits until a batch may be loaded: until Redis is available, and before a repetition for a time
   * that doubles, and for its part of the rate.
   *
   * @param attempts how often the batch was loaded
   * @return false if the warm-up was stopped before
   */
  @Override
  public boolean awaitAttempt(int keys, int attempts) {
    if (attempts == 0) {
      return awaitAvailable();
    }
    long turnNanos = backoffNanos(attempts);
    if (limiter != null) {
      turnNanos = Math.max(turnNanos, limiter.reservePermits(keys).toNanos());
    }
    long from = System.nanoTime();
    lock.lock();
    try {
      for (long left = turnNanos;
          left > 0 && !stopped;
          left = from + turnNanos - System.nanoTime()) {
        awaitCounted(left);
      }
      return !stopped && awaitAvailable();
    } finally {
      lock.unlock();
    }
  }

  private static long backoffNanos(int failures) {
    long doubled = FIRST_BACKOFF_MILLIS << Math.min(failures - 1, 10);
    return TimeUnit.MILLISECONDS.toNanos(Math.min(doubled, LONGEST_BACKOFF_MILLIS));
  }

  /** Waits until Redis is available; false if the warm-up was stopped before. */
  private boolean awaitAvailable() {
    lock.lock();
    try {
      while (!batches.isAvailable()) {
        if (stopped) {
          return false;
        }
        awaitCounted(POLL.toNanos());
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void awaitCounted(long nanos) {
    waiting++;
    try {
      await(nanos);
    } finally {
      waiting--;
    }
  }

  /** Waits for a change; an interrupt stops the warm-up. */
  @SuppressWarnings("WaitNotInLoop") // the callers wait in a loop
  private void await(long nanos) {
    try {
      long unused = changed.awaitNanos(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped = true;
    }
  }

  private void succeeded(BulkOperations.Loads loads) {
    locked(
        () -> {
          tally.add(loads);
          failuresInRow = 0;
        });
  }

  @Override
  public void failedAgain(Throwable failure) {
    locked(() -> tally.addCause(failure));
  }

  private void failed(int keys, Throwable cause) {
    locked(
        () -> {
          tally.addFailed(keys, cause);
          failuresInRow++;
          notBeforeNanos = System.nanoTime() + backoffNanos(failuresInRow);
        });
  }

  private void fail(Throwable failure) {
    locked(
        () -> {
          if (fatal == null) {
            fatal = failure;
          }
          tally.addCause(failure);
          stopped = true;
        });
  }

  /** Waits for the running batches, and completes the warm-up, whatever user code throws. */
  private void end(Runnable onEnd) {
    lock.lock();
    try {
      while (runningBatches > 0) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
    try {
      onEnd.run();
    } catch (Throwable e) {
      logSafely(() -> log.warn("Cache '{}': a warm-up could not close its keys", cacheName, e));
    }
    locked(
        () -> {
          end = fatal != null ? State.FAILED : stopped ? State.STOPPED : State.COMPLETED;
          tally.end();
        });
    Progress progress = progress();
    try {
      logSafely(() -> logEnd(progress));
    } finally {
      if (fatal == null) {
        completion.complete(progress);
      } else {
        completion.completeExceptionally(fatal);
      }
    }
  }

  /** The message or the stack trace of a user's exception may fail. */
  private void logSafely(Runnable logging) {
    try {
      logging.run();
    } catch (Throwable e) {
      log.warn("Cache '{}': {} in a message of a warm-up", cacheName, e.getClass().getName());
    }
  }

  private void logEnd(Progress progress) {
    if (fatal == null) {
      log.info("Cache '{}': {}", cacheName, WarmUpTally.text(progress));
    } else {
      log.warn("Cache '{}': {}", cacheName, WarmUpTally.text(progress), fatal);
    }
  }

  private boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Progress progress() {
    lock.lock();
    try {
      return tally.progress(state());
    } finally {
      lock.unlock();
    }
  }

  private State state() {
    return end != null
        ? end
        : tally.isPaused() ? State.PAUSED : waiting > 0 ? State.WAITING : State.RUNNING;
  }

  @Override
  public CompletionStage<Progress> completion() {
    return completion.copy();
  }

  @Override
  public void pause() {
    locked(tally::pause);
  }

  @Override
  public void resume() {
    locked(tally::resume);
  }

  @Override
  public void stop() {
    locked(() -> stopped = true);
  }
}
