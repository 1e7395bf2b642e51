package dev.corral.jcache.internal.cache;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous operation: what it does, its future, and the thread that runs it. It runs with
 * the context class loader of the thread that created it. Safe for many threads.
 */
final class AsyncCall<T extends @Nullable Object> implements Runnable {

  private final Supplier<T> operation;
  private final Consumer<AsyncCall<?>> onEnd;
  private final @Nullable ClassLoader context = Thread.currentThread().getContextClassLoader();
  private final CompletableFuture<T> future = new CompletableFuture<>();
  private @Nullable Thread runner;
  private boolean discarded;

  /**
   * @param onEnd called when the operation has ended or was discarded, before the future is
   *     completed; may be called twice
   */
  AsyncCall(Supplier<T> operation, Consumer<AsyncCall<?>> onEnd) {
    this.operation = operation;
    this.onEnd = onEnd;
  }

  CompletableFuture<T> future() {
    return future;
  }

  /** Runs the operation, unless its future is complete or it was discarded. */
  @Override
  @SuppressWarnings("CatchingUnchecked") // the future takes errors, too
  public void run() {
    if (!begin()) {
      onEnd.accept(this);
      return;
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(context);
    try {
      T result = operation.get();
      end();
      future.complete(result);
    } catch (Throwable e) {
      end();
      future.completeExceptionally(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private synchronized boolean begin() {
    if (discarded || future.isDone()) {
      return false;
    }
    runner = Thread.currentThread();
    return true;
  }

  /** From now on no thread interrupts the runner, which may continue with another operation. */
  private void end() {
    synchronized (this) {
      runner = null;
    }
    onEnd.accept(this);
  }

  /** Fails the operation if it has not begun; then it never begins. */
  void discard(RuntimeException failure) {
    synchronized (this) {
      if (runner != null) {
        return;
      }
      discarded = true;
    }
    onEnd.accept(this);
    future.completeExceptionally(failure);
  }

  /** Fails the future although the operation runs, and interrupts its thread. */
  void abandon(RuntimeException failure) {
    future.completeExceptionally(failure);
    synchronized (this) {
      if (runner != null) {
        runner.interrupt();
      }
    }
  }

  /** Whether a thread other than the current one runs the operation. */
  synchronized boolean isRunByAnotherThread() {
    return runner != null && runner != Thread.currentThread();
  }
}
