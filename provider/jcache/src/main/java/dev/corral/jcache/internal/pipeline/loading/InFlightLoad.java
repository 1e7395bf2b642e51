package dev.corral.jcache.internal.pipeline.loading;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A load of one key that has begun in this JVM: the thread that owns it, and its result for the
 * threads that wait. Safe for many threads.
 */
final class InFlightLoad<V> {

  private final CompletableFuture<@Nullable V> result = new CompletableFuture<>();
  private final long epoch;
  private volatile @Nullable Thread owner = Thread.currentThread();
  private volatile boolean abandoned;
  private volatile boolean joint;

  /** A load that every later reader may wait for. */
  InFlightLoad() {
    this(0);
  }

  /**
   * A load that begins now.
   *
   * @param epoch the number of the last removal of many entries that this JVM knows
   */
  InFlightLoad(long epoch) {
    this.epoch = epoch;
  }

  /** Whether many entries were removed after the begin of this load, before that of another one. */
  boolean isOlderThan(InFlightLoad<V> other) {
    return epoch < other.epoch;
  }

  /** The thread that runs the load; null after {@link #handOver} until a thread takes it over. */
  @Nullable Thread owner() {
    return owner;
  }

  /** Leaves the load to another thread, which has to {@linkplain #takeOver take it over}. */
  void handOver() {
    owner = null;
  }

  /** Makes the current thread the owner. */
  void takeOver() {
    owner = Thread.currentThread();
  }

  /**
   * Ends the load.
   *
   * @param value null if the loader has no value for the key
   */
  void complete(@Nullable V value) {
    result.complete(value);
  }

  /** Ends the load with an exception, which the waiting threads get. */
  void fail(Throwable failure) {
    result.completeExceptionally(failure);
  }

  /**
   * Marks the load as one that did not call the loader. It still has to be completed; then the
   * waiting threads load the key themselves.
   */
  void abandon() {
    abandoned = true;
  }

  boolean isAbandoned() {
    return abandoned;
  }

  /** Marks the load as one of many keys, which a thread of Corral will run. */
  void join() {
    joint = true;
    owner = null;
  }

  boolean isJoint() {
    return joint;
  }

  boolean isDone() {
    return result.isDone();
  }

  /**
   * Waits for the result.
   *
   * @param timeout at least 1 ms is waited; null to wait without a limit
   * @return null if the loader has no value for the key
   * @throws ExecutionException if the load failed; its cause is the failure
   * @throws TimeoutException if the load has not ended in time
   */
  @Nullable V await(@Nullable Duration timeout)
      throws ExecutionException, InterruptedException, TimeoutException {
    return timeout == null
        ? result.get()
        : result.get(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS);
  }
}
