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
 * The way of many threads' requests to one bucket, by natural batching: while calls are on their
 * way, requests wait, and leave together as soon as a call is back. An idle lane sends at once, and
 * nothing waits for a clock. A {@link Crowd} goes in one call at a time, unless Redis is far or a
 * call is late. Safe for many threads.
 *
 * @param <Q> what is asked
 * @param <A> the answer
 */
public final class RequestBatcher<Q, A> {

  /** Sends requests in one call. */
  interface Sender<Q, A> {

    /** The answers are in the order of the questions. */
    CompletableFuture<List<A>> send(List<Q> questions);
  }

  /** How much one call carries at the most, in requests and in bytes. */
  public interface Bounds<Q> {

    int MAX_REQUESTS = 100;

    /** Small enough that those who wait for a small value do not feel large ones. */
    int MAX_BYTES = 256 << 10;

    /** Roughly what a request adds to the call or to its answer. */
    int bytesOf(Q question);
  }

  /** After this a call is late: its reply may be lost. */
  private static final long LATE_MILLIS = 20;

  private static final class Request<Q, A> extends CompletableFuture<A> {

    private final Q question;

    /** Written before the answer, and read by those who have it. */
    private long answeredNanos;

    Request(Q question) {
      this.question = question;
    }
  }

  private final Sender<Q, A> sender;
  private final Bounds<Q> bounds;
  private final Queue<Request<Q, A>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final int inFlight;
  private final AtomicInteger free;
  private final LongSupplier nanoClock;
  private final Crowd crowd = new Crowd();
  private final Yielding yielding;
  private final LoneCaller lone;

  /** How many calls of a bucket may be in flight. */
  private static final int IN_FLIGHT_PER_BUCKET = 2;

  /** Sends requests of one bucket in one call. */
  public interface BucketSender<Q, A> {

    /** The answers are in the order of the requests. */
    CompletableFuture<List<A>> send(int bucket, List<Q> requests);
  }

  /** A batcher for each bucket. */
  public static <Q, A> List<RequestBatcher<Q, A>> perBucket(
      int buckets, BucketSender<Q, A> sender, Bounds<Q> bounds) {
    return IntStream.range(0, buckets)
        .mapToObj(
            bucket ->
                new RequestBatcher<Q, A>(
                    IN_FLIGHT_PER_BUCKET, requests -> sender.send(bucket, requests), bounds))
        .toList();
  }

  /**
   * @param inFlight how many calls may be in flight at the same time
   */
  RequestBatcher(int inFlight, Sender<Q, A> sender, Bounds<Q> bounds) {
    this(inFlight, sender, bounds, System::nanoTime);
  }

  RequestBatcher(int inFlight, Sender<Q, A> sender, Bounds<Q> bounds, LongSupplier nanoClock) {
    this.inFlight = inFlight;
    this.free = new AtomicInteger(inFlight);
    this.sender = sender;
    this.bounds = bounds;
    this.nanoClock = nanoClock;
    this.yielding = new Yielding(nanoClock);
    this.lone = new LoneCaller(nanoClock);
  }

  /**
   * The answer to come. Who gives up completes it; a request that was given up before it left never
   * leaves.
   */
  public CompletableFuture<A> submit(Q question) {
    return submitted(question);
  }

  /** The same for a thread that waits for the answer now; most likely it is there. */
  public CompletableFuture<A> submitAndWait(Q question) {
    boolean alone = lone.isAlone(free.get() == inFlight);
    long begun = alone ? nanoClock.getAsLong() : 0;
    Request<Q, A> request = submitted(question);
    if (alone) {
      lone.await(request, begun, () -> waitFor(request));
      return request;
    }
    if (crowd.isThere() && !request.isDone() && yielding.yieldFor(request)) {
      yielding.foundAnswerOf(request.answeredNanos);
    }
    waitFor(request);
    return request;
  }

  /**
   * For a thread that has asked and has to wait now. A call that is late holds up its own requests
   * only: what waits behind it leaves, as far as calls are free.
   */
  public void waitFor(CompletableFuture<A> request) {
    if (!request.isDone() && isLate(request)) {
      sendWhatWaits(true);
    }
  }

  private static boolean isLate(CompletableFuture<?> request) {
    try {
      request.get(LATE_MILLIS, TimeUnit.MILLISECONDS);
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

  private Request<Q, A> submitted(Q question) {
    Request<Q, A> request = new Request<>(question);
    if (waiting.isEmpty() && begin(false)) {
      send(List.of(request));
    } else {
      waiting.add(request);
      waitingCount.incrementAndGet();
      sendWhatWaits(false);
    }
    return request;
  }

  private void sendWhatWaits(boolean late) {
    while (!waiting.isEmpty() && begin(late)) {
      List<Request<Q, A>> batch = batch();
      if (batch.isEmpty()) {
        free.incrementAndGet();
      } else {
        send(batch);
      }
    }
  }

  private boolean begin(boolean late) {
    for (int now = free.get(); mayBegin(now, late); now = free.get()) {
      if (free.compareAndSet(now, now - 1)) {
        return true;
      }
    }
    return false;
  }

  private boolean mayBegin(int freeCalls, boolean late) {
    return freeCalls == inFlight
        || (freeCalls > 0 && (late || crowd.fillsAnotherCall(waitingCount.get())));
  }

  private List<Request<Q, A>> batch() {
    List<Request<Q, A>> batch = new ArrayList<>();
    int bytes = 0;
    while (batch.size() < Bounds.MAX_REQUESTS && bytes < Bounds.MAX_BYTES) {
      Request<Q, A> request = waiting.poll();
      if (request == null) {
        break;
      }
      waitingCount.decrementAndGet();
      if (!request.isDone()) {
        batch.add(request);
        bytes += bounds.bytesOf(request.question);
      }
    }
    return batch;
  }

  private void send(List<Request<Q, A>> batch) {
    crowd.left(batch.size());
    long sent = nanoClock.getAsLong();
    CompletableFuture<List<A>> answers;
    try {
      answers = sender.send(questions(batch));
    } catch (RuntimeException e) {
      answers = CompletableFuture.failedFuture(e);
    }
    var unused =
        answers.whenComplete(
            (all, failure) -> {
              long now = nanoClock.getAsLong();
              crowd.returned(now - sent);
              if (isTimeout(failure)) {
                failWhatWaits(failure);
              }
              free.incrementAndGet();
              sendWhatWaits(false);
              for (int i = 0; i < batch.size(); i++) {
                batch.get(i).answeredNanos = now;
                complete(batch.get(i), all == null ? null : all.get(i), failure);
              }
            });
  }

  private static <Q, A> List<Q> questions(List<Request<Q, A>> batch) {
    List<Q> questions = new ArrayList<>(batch.size());
    for (Request<Q, A> request : batch) {
      questions.add(request.question);
    }
    return questions;
  }

  private static <A> void complete(
      CompletableFuture<A> answer, @Nullable A found, @Nullable Throwable failure) {
    if (found == null) {
      answer.completeExceptionally(
          failure == null ? new IllegalStateException("no answer") : failure);
    } else {
      answer.complete(found);
    }
  }

  /** What one call has waited for in vain they need not wait for as well. */
  private void failWhatWaits(Throwable failure) {
    for (Request<Q, A> next = waiting.poll(); next != null; next = waiting.poll()) {
      waitingCount.decrementAndGet();
      next.completeExceptionally(failure);
    }
  }

  private static boolean isTimeout(@Nullable Throwable failure) {
    return failure instanceof RedisTimeoutException
        || (failure != null && failure.getCause() instanceof RedisTimeoutException);
  }
}
