package dev.corral.jcache.internal.cache;

import dev.corral.jcache.WarmUp;
import dev.corral.jcache.WarmUpOptions;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
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
final class RunningWarmUp<K> implements WarmUp {

  private static final Logger log = LoggerFactory.getLogger(RunningWarmUp.class);
  private static final int MAX_ATTEMPTS = 2;
  private static final long FIRST_BACKOFF_MILLIS = 100;
  private static final long LONGEST_BACKOFF_MILLIS = 10_000;

  /** How often a warm-up asks whether Redis is available again. */
  private static final Duration POLL = Duration.ofMillis(200);

  /** Loads the batches. */
  interface Batches<K> {

    /**
     * Loads a batch with one call of the loader.
     *
     * @throws RedisUnavailableException if the batch has to be repeated
     */
    BulkOperations.Loads load(List<K> keys, boolean replace);

    /** Whether the loaded values can be stored. */
    boolean isAvailable();

    /** How many outages began. */
    long outages();
  }

  private final String cacheName;
  private final WarmUpOptions options;
  private final Batches<K> batches;
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

  RunningWarmUp(String cacheName, WarmUpOptions options, Batches<K> batches, Executor executor) {
    this.cacheName = cacheName;
    this.options = options;
    this.batches = batches;
    this.executor = executor;
    int rate = options.keysPerSecond();
    this.limiter =
        rate == 0 ? null : RateLimiter.smoothBuilder(rate, Duration.ofSeconds(1)).build();
  }

  /**
   * Starts to read the keys.
   *
   * @param onEnd called once, in the background
   */
  void start(Supplier<Iterator<? extends K>> keys, Runnable onEnd) {
    Runnable task =
        () -> {
          try {
            process(keys.get());
          } catch (RuntimeException | Error e) {
            fail(e);
          } finally {
            end(onEnd);
          }
        };
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("Cache '{}': a warm-up does not start, as its manager is closed", cacheName, e);
      stop();
      end(onEnd);
    }
  }

  private void process(Iterator<? extends K> keys) {
    int size = options.batchSize();
    int limit = options.keysPerSecond() == 0 ? size : Math.min(size, options.keysPerSecond());
    while (!isStopped() && keys.hasNext()) {
      Set<K> batch = new LinkedHashSet<>();
      while (batch.size() < limit && keys.hasNext()) {
        batch.add(Objects.requireNonNull(keys.next(), "key"));
      }
      if (!beginBatch(batch.size())) {
        return;
      }
      try {
        executor.execute(() -> run(List.copyOf(batch)));
      } catch (RejectedExecutionException e) {
        endBatch();
        log.debug("Cache '{}': a warm-up ends, because its manager is closed", cacheName, e);
        stop();
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
      BulkOperations.Loads loads = load(batch);
      if (loads != null) {
        succeeded(loads);
      }
    } catch (RuntimeException e) {
      failed(batch.size(), e);
    } catch (Error e) {
      failed(batch.size(), e);
      fail(e);
      throw e;
    } finally {
      endBatch();
    }
  }

  /**
   * Loads a batch, again if an outage has interrupted it, and once more if a value was not stored:
   * a single failure of Redis looks like a change of the key.
   *
   * @return what the loader has said first; null if the warm-up was stopped before
   */
  private BulkOperations.@Nullable Loads load(List<K> batch) {
    BulkOperations.Loads first = null;
    int attempts = 0;
    boolean isFirst = true;
    while (attempts < MAX_ATTEMPTS && (isFirst || !isStopped()) && awaitAvailable()) {
      isFirst = false;
      long outages = batches.outages();
      BulkOperations.Loads loads = tryToLoad(batch);
      first = first == null ? loads : first;
      if (loads != null && batches.isAvailable() && batches.outages() == outages) {
        attempts = loads.discarded() == 0 ? MAX_ATTEMPTS : attempts + 1;
      }
    }
    return first;
  }

  /** Loads a batch; null if Redis became unavailable. */
  private BulkOperations.@Nullable Loads tryToLoad(List<K> batch) {
    try {
      return batches.load(batch, options.replace());
    } catch (RedisUnavailableException e) {
      log.debug("Cache '{}': an outage interrupts a batch of a warm-up", cacheName, e);
      locked(() -> awaitCounted(POLL.toNanos()));
      return null;
    }
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

  private void failed(int keys, Throwable cause) {
    locked(
        () -> {
          tally.addFailed(keys, cause);
          failuresInRow++;
          long doubled = FIRST_BACKOFF_MILLIS << Math.min(failuresInRow - 1, 10);
          notBeforeNanos =
              System.nanoTime()
                  + TimeUnit.MILLISECONDS.toNanos(Math.min(doubled, LONGEST_BACKOFF_MILLIS));
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

  /** Waits for the running batches, and completes the warm-up. */
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
    } catch (RuntimeException e) {
      log.warn("Cache '{}': the keys of a warm-up could not be closed", cacheName, e);
    }
    locked(
        () -> {
          end = fatal != null ? State.FAILED : stopped ? State.STOPPED : State.COMPLETED;
          tally.end();
        });
    Progress progress = progress();
    log.info("Cache '{}': {}", cacheName, text(progress));
    if (fatal == null) {
      completion.complete(progress);
    } else {
      completion.completeExceptionally(fatal);
    }
  }

  private static String text(Progress progress) {
    return "the warm-up is %s: %d keys loaded, %d present, %d absent, %d failed; %.0f keys per second%s"
        .formatted(
            progress.state(),
            progress.loaded(),
            progress.present(),
            progress.absent(),
            progress.failed(),
            progress.keysPerSecond(),
            progress.causes().isEmpty() ? "" : "; the first failure: " + progress.causes().get(0));
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
