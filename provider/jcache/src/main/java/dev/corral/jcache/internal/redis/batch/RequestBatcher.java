package dev.corral.jcache.internal.redis.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisTimeoutException;

/**
 * Sends the requests of many threads to one bucket by natural batching (auto-pipelining): while
 * calls are in flight, further requests wait, and are sent as one batch as soon as a call
 * completes. An idle batcher sends at once, and no request waits for a timer. {@link Pacing}
 * decides whether a second call may start beside the first. Safe for many threads.
 *
 * @param <Q> a request
 * @param <R> its reply
 */
public final class RequestBatcher<Q, R> {

  /** Sends the requests of one bucket in one call. */
  public interface BucketSender<Q, R> {

    /** The replies are in the order of the requests. */
    CompletableFuture<List<R>> send(int bucket, List<Q> requests);
  }

  /** How much one call carries at most, in requests and in bytes. */
  public interface Bounds<Q> {

    int MAX_REQUESTS = 100;

    /** Small enough that requests for small values are not delayed by large ones. */
    int MAX_BYTES = 256 << 10;

    /** The approximate number of bytes that a request adds to the call or to its reply. */
    int bytesOf(Q request);
  }

  /** Sends requests in one call; the replies are in the order of the requests. */
  interface Sender<Q, R> {
    CompletableFuture<List<R>> send(List<Q> requests);
  }

  /** How many calls of a bucket may be in flight. */
  private static final int IN_FLIGHT_PER_BUCKET = 2;

  /** After this time a call is late: its reply may be lost. */
  private static final long LATE_MILLIS = 20;

  private static final class Pending<Q, R> extends CompletableFuture<R> {

    private final Q request;

    Pending(Q request) {
      this.request = request;
    }
  }

  private final Sender<Q, R> sender;
  private final Bounds<Q> bounds;
  private final Queue<Pending<Q, R>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final int maxInFlight;
  private final AtomicInteger freeCalls;
  private final LongSupplier nanoClock;
  private final Pacing pacing = new Pacing();

  RequestBatcher(int maxInFlight, Sender<Q, R> sender, Bounds<Q> bounds, LongSupplier nanoClock) {
    this.maxInFlight = maxInFlight;
    this.freeCalls = new AtomicInteger(maxInFlight);
    this.sender = sender;
    this.bounds = bounds;
    this.nanoClock = nanoClock;
  }

  /** A batcher for each bucket. */
  public static <Q, R> List<RequestBatcher<Q, R>> perBucket(
      int buckets, BucketSender<Q, R> sender, Bounds<Q> bounds) {
    return IntStream.range(0, buckets)
        .mapToObj(
            bucket ->
                new RequestBatcher<Q, R>(
                    IN_FLIGHT_PER_BUCKET,
                    requests -> sender.send(bucket, requests),
                    bounds,
                    System::nanoTime))
        .toList();
  }

  /**
   * Submits a request.
   *
   * @return the reply to come. A caller that times out completes it; then the request is not sent
   *     if it is still waiting
   */
  public CompletableFuture<R> submit(Q request) {
    Pending<Q, R> pending = new Pending<>(request);
    if (waiting.isEmpty() && beginCall(/* late= */ false)) {
      send(List.of(pending));
    } else {
      waiting.add(pending);
      waitingCount.incrementAndGet();
      sendWaiting(/* late= */ false);
    }
    return pending;
  }

  /** The same for a thread that waits for the reply now. */
  public CompletableFuture<R> submitAndWait(Q request) {
    CompletableFuture<R> pending = submit(request);
    waitFor(pending);
    return pending;
  }

  /**
   * Waits up to 20 ms for the reply. If it has not come by then, the call is late, and the waiting
   * requests are sent as far as calls are free, so that a late call delays only its own requests.
   */
  public void waitFor(CompletableFuture<R> pending) {
    if (!pending.isDone() && isLate(pending)) {
      sendWaiting(/* late= */ true);
    }
  }

  private static boolean isLate(CompletableFuture<?> pending) {
    try {
      pending.get(LATE_MILLIS, TimeUnit.MILLISECONDS);
      return false;
    } catch (TimeoutException e) {
      return true;
    } catch (ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void sendWaiting(boolean late) {
    while (!waiting.isEmpty() && beginCall(late)) {
      List<Pending<Q, R>> batch = takeBatch();
      if (batch.isEmpty()) {
        freeCalls.incrementAndGet();
      } else {
        send(batch);
      }
    }
  }

  private boolean beginCall(boolean late) {
    for (int free = freeCalls.get(); mayBegin(free, late); free = freeCalls.get()) {
      if (freeCalls.compareAndSet(free, free - 1)) {
        return true;
      }
    }
    return false;
  }

  private boolean mayBegin(int free, boolean late) {
    return free == maxInFlight
        || (free > 0 && (late || pacing.allowsSecondCall(waitingCount.get())));
  }

  private List<Pending<Q, R>> takeBatch() {
    List<Pending<Q, R>> batch = new ArrayList<>();
    int bytes = 0;
    while (batch.size() < Bounds.MAX_REQUESTS && bytes < Bounds.MAX_BYTES) {
      Pending<Q, R> pending = waiting.poll();
      if (pending == null) {
        break;
      }
      waitingCount.decrementAndGet();
      if (!pending.isDone()) {
        batch.add(pending);
        bytes += bounds.bytesOf(pending.request);
      }
    }
    return batch;
  }

  private void send(List<Pending<Q, R>> batch) {
    pacing.sent(batch.size());
    long sentNanos = nanoClock.getAsLong();
    CompletableFuture<List<R>> replies;
    try {
      replies = sender.send(requests(batch));
    } catch (RuntimeException e) {
      replies = CompletableFuture.failedFuture(e);
    }
    var unused =
        replies.whenComplete(
            (all, failure) -> {
              pacing.completed(nanoClock.getAsLong() - sentNanos);
              if (isTimeout(failure)) {
                failWaiting(failure);
              }
              freeCalls.incrementAndGet();
              sendWaiting(/* late= */ false);
              for (int i = 0; i < batch.size(); i++) {
                complete(batch.get(i), all == null ? null : all.get(i), failure);
              }
            });
  }

  private static <Q, R> List<Q> requests(List<Pending<Q, R>> batch) {
    List<Q> requests = new ArrayList<>(batch.size());
    for (Pending<Q, R> pending : batch) {
      requests.add(pending.request);
    }
    return requests;
  }

  private static <R> void complete(
      CompletableFuture<R> pending, @Nullable R reply, @Nullable Throwable failure) {
    if (reply == null) {
      pending.completeExceptionally(
          failure == null ? new IllegalStateException("no reply") : failure);
    } else {
      pending.complete(reply);
    }
  }

  /** After a time-out, the waiting requests fail with it instead of waiting for their own. */
  private void failWaiting(Throwable failure) {
    for (Pending<Q, R> next = waiting.poll(); next != null; next = waiting.poll()) {
      waitingCount.decrementAndGet();
      next.completeExceptionally(failure);
    }
  }

  private static boolean isTimeout(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RedisTimeoutException) {
        return true;
      }
    }
    return false;
  }

  /**
   * Decides whether a second call may start while one is in flight. A few threads gain by it. Many
   * threads gain more if the call in flight returns first and a larger batch follows, unless Redis
   * is far and the batch is already as large as the last one (docs/decisions/0018). Threads
   * overwrite each other's updates; the result is an estimate.
   */
  static final class Pacing {

    /** A batch of this size comes from many threads. */
    static final int MANY = 6;

    /** From this time on, a call's duration is the network rather than work. */
    static final long FAR_NANOS = 400_000;

    private volatile int recentSize;
    private volatile int lastSize;
    private volatile long typicalNanos;

    /** Records the size of a batch; a large one is remembered for about ten calls. */
    void sent(int requests) {
      int before = recentSize;
      recentSize = Math.max(requests, before - Math.max(1, before / 8));
      lastSize = requests;
    }

    /** Records a duration; a slow call counts little, since it may have waited for a processor. */
    void completed(long nanos) {
      long typical = typicalNanos;
      typicalNanos = typical + (nanos - typical) / (nanos < typical ? 4 : 64);
    }

    boolean allowsSecondCall(int waitingRequests) {
      return recentSize < MANY || (typicalNanos > FAR_NANOS && waitingRequests >= lastSize);
    }
  }
}
