package dev.corral.jcache.internal.pipeline.verify;

import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the steps of verifications: few at a time, at once or later. Safe for many threads. */
public final class VerificationThreads {

  private static final Logger log = LoggerFactory.getLogger(VerificationThreads.class);

  /** How many steps may run at a time, if a load budget does not limit them further. */
  public static final int MOST_AT_A_TIME = 4;

  private final Executor executor;
  private final ScheduledExecutorService timer;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final int atATime;
  private final Semaphore permits;
  private final Set<Thread> workers = ConcurrentHashMap.newKeySet();
  private final Set<LaterStep> later = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param executor runs the steps, which block
   * @param timer starts the later ones
   * @param atATime how many steps may run at a time
   */
  public VerificationThreads(Executor executor, ScheduledExecutorService timer, int atATime) {
    this.executor = executor;
    this.timer = timer;
    this.atATime = atATime;
    this.permits = new Semaphore(atATime);
  }

  /** Runs a step as soon as possible. The number of waiting steps is not limited here. */
  void run(Runnable step) {
    if (!closed) {
      waiting.add(step);
      startWorker();
    }
  }

  /** Runs a step after a time; not at all if the cache is closed before. */
  void runAfter(Duration time, Runnable step) {
    LaterStep own = new LaterStep();
    own.work.set(
        () -> {
          later.remove(own);
          run(step);
        });
    later.add(own);
    if (closed) {
      own.work.set(null);
      return;
    }
    try {
      var unused = timer.schedule(own, time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      closed = true;
    }
  }

  /** What the timer keeps until it is due, although the cache may be closed long before. */
  private static final class LaterStep implements Runnable {

    private final AtomicReference<@Nullable Runnable> work = new AtomicReference<>();

    @Override
    public void run() {
      Runnable due = work.getAndSet(null);
      if (due != null) {
        due.run();
      }
    }
  }

  private void startWorker() {
    if (permits.tryAcquire()) {
      try {
        executor.execute(this::work);
      } catch (RejectedExecutionException e) {
        permits.release();
        closed = true;
      } catch (Throwable e) { // as if no thread can be started; a reader must not fail for this
        permits.release();
        log.debug("no thread for a comparison with the loader; a later one starts it", e);
      }
    }
  }

  private void work() {
    workers.add(Thread.currentThread());
    try {
      Runnable step = waiting.poll();
      while (step != null && !closed) {
        step.run();
        var unused = Thread.interrupted(); // by the loader, and not for the next step
        step = waiting.poll();
      }
    } finally {
      workers.remove(Thread.currentThread());
      permits.release();
    }
    if (!waiting.isEmpty() && !closed) { // added after the last look, when no permit was free
      startWorker();
    }
  }

  /**
   * Starts no further step, and waits for those that are running; not for the one that calls this.
   *
   * @return false if they are still running after the time, or the thread was interrupted
   */
  boolean close(Duration time) {
    closed = true;
    waiting.clear();
    later.forEach(step -> step.work.set(null));
    later.clear();
    int others = workers.contains(Thread.currentThread()) ? atATime - 1 : atATime;
    try {
      return permits.tryAcquire(others, time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
