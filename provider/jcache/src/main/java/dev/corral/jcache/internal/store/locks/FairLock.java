package dev.corral.jcache.internal.store.locks;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A lock among the threads of this JVM: reentrant, and fair. A waiting thread keeps its place while
 * it regularly checks whether to wait on, which a timed wait for a lock of the JDK does not allow.
 */
final class FairLock {

  /** How often a waiting thread makes its check. */
  private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Deque<Thread> waiting = new ArrayDeque<>();
  private @Nullable Thread holder;
  private int holds;

  /**
   * Acquires the lock, in the order in which threads called this.
   *
   * @param deadlineNanos when to stop waiting, by the JVM's monotonic clock
   * @param check throws to end the wait
   * @return false if the lock was not free in time
   */
  boolean lock(long deadlineNanos, Runnable check) throws InterruptedException {
    if (enter()) {
      return true;
    }
    boolean acquired = false;
    try {
      while (!acquired && deadlineNanos - System.nanoTime() > 0) {
        LockSupport.parkNanos(this, Math.min(CHECK_NANOS, deadlineNanos - System.nanoTime()));
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        acquired = takeTurn();
        if (!acquired) {
          check.run();
        }
      }
      return acquired;
    } finally {
      if (!acquired) {
        leave();
      }
    }
  }

  /** Takes a free lock, or takes it once more; otherwise takes the last place in the queue. */
  private synchronized boolean enter() {
    Thread current = Thread.currentThread();
    if (holder == current || (holder == null && waiting.isEmpty())) {
      holder = current;
      holds++;
      return true;
    }
    waiting.add(current);
    return false;
  }

  private synchronized boolean takeTurn() {
    if (holder != null || waiting.peek() != Thread.currentThread()) {
      return false;
    }
    waiting.remove();
    holder = Thread.currentThread();
    holds = 1;
    return true;
  }

  private synchronized void leave() {
    waiting.remove(Thread.currentThread());
    wakeNext();
  }

  /** Whether the thread that holds the lock has acquired it more than once. */
  synchronized boolean isNested() {
    return holds > 1;
  }

  /** Releases the lock once; to be called by the thread that holds it. */
  synchronized void unlock() {
    holds--;
    if (holds == 0) {
      holder = null;
      wakeNext();
    }
  }

  private void wakeNext() {
    if (holder == null && !waiting.isEmpty()) {
      LockSupport.unpark(waiting.peek());
    }
  }
}
