package dev.corral.jcache.internal.redis.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.client.RedisException;
import org.redisson.client.RedisTimeoutException;

/** Which requests the batcher sends as one batch, and when. */
class RequestBatcherTest {

  private record Sent(List<String> requests, CompletableFuture<List<String>> replies) {

    /** Replies to each request with its text in upper case. */
    void reply() {
      replies.complete(requests.stream().map(it -> it.toUpperCase(Locale.ROOT)).toList());
    }
  }

  private final List<Sent> calls = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private RequestBatcher<String, String> batcher = batcher(1);

  private RequestBatcher<String, String> batcher(int inFlight) {
    return new RequestBatcher<>(
        inFlight,
        requests -> {
          Sent sent = new Sent(requests, new CompletableFuture<>());
          calls.add(sent);
          return sent.replies();
        },
        request -> request.startsWith("large") ? RequestBatcher.Bounds.MAX_BYTES : 1,
        nanos::get);
  }

  private void submitMany(int requests) {
    IntStream.range(0, requests).forEach(i -> submitAndForget("k" + i));
  }

  /** Completes the oldest call in flight, after this time. */
  private void completeOldest(long nanosLater) {
    nanos.addAndGet(nanosLater);
    calls.stream().filter(it -> !it.replies().isDone()).findFirst().orElseThrow().reply();
  }

  private void submitAndForget(String request) {
    var unused = batcher.submit(request);
  }

  @Test
  void submit_idle_sendsAtOnce() {
    CompletableFuture<String> a = batcher.submit("a");
    assertThat(calls).hasSize(1);
    assertThat(calls.get(0).requests()).containsExactly("a");
    calls.get(0).reply();
    assertThat(a).isCompletedWithValue("A");
  }

  @Test
  void submit_callInFlight_sendsWaitingRequestsAsOneBatch() {
    submitAndForget("a");
    CompletableFuture<String> b = batcher.submit("b");
    CompletableFuture<String> c = batcher.submit("c");
    assertThat(calls).hasSize(1);

    calls.get(0).reply();
    assertThat(calls).hasSize(2);
    assertThat(calls.get(1).requests()).containsExactly("b", "c");
    calls.get(1).reply();
    assertThat(b).isCompletedWithValue("B");
    assertThat(c).isCompletedWithValue("C");
    assertThat(calls).hasSize(2);
  }

  @Test
  void submit_moreRequestsThanTheLimit_sendsSeveralBatches() {
    submitAndForget("a");
    IntStream.range(0, RequestBatcher.Bounds.MAX_REQUESTS + 1)
        .forEach(i -> submitAndForget("k" + i));
    calls.get(0).reply();
    assertThat(calls.get(1).requests()).hasSize(RequestBatcher.Bounds.MAX_REQUESTS);
    calls.get(1).reply();
    assertThat(calls.get(2).requests()).hasSize(1);
  }

  @Test
  void submit_largeRequests_sendsEachAlone() {
    submitAndForget("a");
    submitAndForget("large1");
    submitAndForget("large2");
    submitAndForget("b");
    calls.get(0).reply();
    assertThat(calls.get(1).requests()).containsExactly("large1");
    calls.get(1).reply();
    assertThat(calls.get(2).requests()).containsExactly("large2");
    calls.get(2).reply();
    assertThat(calls.get(3).requests()).containsExactly("b");
  }

  @Test
  void submit_canceledWhileWaiting_sendsOnlyTheOtherRequests() {
    submitAndForget("a");
    CompletableFuture<String> b = batcher.submit("b");
    CompletableFuture<String> c = batcher.submit("c");
    assertThat(b.cancel(false)).isTrue();
    calls.get(0).reply();
    assertThat(calls.get(1).requests()).containsExactly("c");
    calls.get(1).reply();
    assertThat(c).isCompletedWithValue("C");
  }

  @Test
  void submit_callInFlightFails_sendsWaitingRequests() {
    CompletableFuture<String> a = batcher.submit("a");
    submitAndForget("b");
    calls.get(0).replies().completeExceptionally(new RedisException("no"));
    assertThat(a).isCompletedExceptionally();
    assertThat(calls.get(1).requests()).containsExactly("b");
  }

  @Test
  void submit_callInFlightTimesOut_failsWaitingRequests() {
    submitAndForget("a");
    CompletableFuture<String> b = batcher.submit("b");
    calls.get(0).replies().completeExceptionally(new RedisTimeoutException("late"));
    assertThat(b).isCompletedExceptionally();
    assertThat(calls).hasSize(1);
    submitAndForget("c");
    assertThat(calls.get(1).requests()).containsExactly("c");
  }

  @Test
  void submit_senderThrows_failsTheRequestAndContinues() {
    RequestBatcher<String, String> broken =
        new RequestBatcher<>(
            1,
            requests -> {
              throw new IllegalStateException("broken");
            },
            request -> 1,
            System::nanoTime);
    assertThat(broken.submit("a")).isCompletedExceptionally();
    assertThat(broken.submit("b")).isCompletedExceptionally();
  }

  @Test
  void submit_fewThreads_startsSeveralCalls() {
    batcher = batcher(2);
    submitMany(3);
    assertThat(calls).hasSize(2);
    completeOldest(1);
    assertThat(calls).hasSize(3);
  }

  @Test
  void submit_manyThreads_startsOneCallAtATime() {
    batcher = batcher(2);
    submitMany(2 + RequestBatcher.Pacing.MANY);
    completeOldest(1);
    completeOldest(1);
    assertThat(calls).hasSize(3);
    submitMany(50);
    assertThat(calls).hasSize(3);
    completeOldest(1);
    assertThat(calls).hasSize(4);
    assertThat(calls.get(3).requests()).hasSize(50);
  }

  @Test
  void submit_manyThreadsOnASlowNetwork_startsASecondCallOfTheLastSize() {
    batcher = batcher(2);
    for (int i = 0; i < 1_000; i++) {
      submitAndForget("a");
      completeOldest(10 * RequestBatcher.Pacing.FAR_NANOS);
    }
    submitMany(2 + RequestBatcher.Pacing.MANY);
    completeOldest(10 * RequestBatcher.Pacing.FAR_NANOS);
    completeOldest(10 * RequestBatcher.Pacing.FAR_NANOS);
    int before = calls.size();
    submitMany(RequestBatcher.Pacing.MANY - 1);
    assertThat(calls).hasSize(before);
    submitAndForget("one more");
    assertThat(calls).hasSize(before + 1);
    assertThat(calls.get(before).requests()).hasSize(RequestBatcher.Pacing.MANY);
  }

  @Test
  void submit_manyCallersTimeOut_continues() {
    batcher = batcher(2);
    submitMany(2);
    List<CompletableFuture<String>> waiting =
        IntStream.range(0, 20).mapToObj(i -> batcher.submit("k" + i)).toList();
    waiting.forEach(it -> assertThat(it.cancel(false)).isTrue());
    completeOldest(1);
    completeOldest(1);
    assertThat(calls).hasSize(2);
    submitAndForget("b");
    assertThat(calls.get(2).requests()).containsExactly("b");
  }

  @Test
  void submitAndWait_replyLost_sendsTheRequestsOfOtherThreads() throws Exception {
    batcher = batcher(2);
    submitMany(2 + RequestBatcher.Pacing.MANY);
    completeOldest(1);
    completeOldest(1);
    Sent lost = calls.get(2);
    submitAndForget("b");
    assertThat(calls).hasSize(3);

    CompletableFuture<String> c = batcher.submitAndWait("c");

    assertThat(calls).hasSize(4);
    assertThat(calls.get(3).requests()).containsExactly("b", "c");
    calls.get(3).reply();
    assertThat(c).isCompletedWithValue("C");
    assertThat(lost.replies()).isNotDone();
  }

  @Test
  void submitAndWait_interrupted_keepsTheInterruptStatusAndReturnsThePendingReply() {
    Thread.currentThread().interrupt();
    CompletableFuture<String> a = batcher.submitAndWait("a");
    assertThat(Thread.interrupted()).isTrue();
    calls.get(0).reply();
    assertThat(a).isCompletedWithValue("A");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 32})
  void submitAndWait_oneOrManyThreads_returnsTheReply(int threads) throws Exception {
    RequestBatcher<String, String> asynchronous =
        new RequestBatcher<>(
            1,
            requests ->
                CompletableFuture.supplyAsync(
                    () -> requests.stream().map(it -> it.toUpperCase(Locale.ROOT)).toList()),
            request -> 1,
            System::nanoTime);
    int perThread = 16_000 / threads;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Boolean>> work =
          IntStream.range(0, threads)
              .<Callable<Boolean>>mapToObj(
                  thread ->
                      () -> {
                        for (int i = 0; i < perThread; i++) {
                          String request = "t" + thread + "n" + i;
                          String reply =
                              asynchronous.submitAndWait(request).get(10, TimeUnit.SECONDS);
                          if (!reply.equals(request.toUpperCase(Locale.ROOT))) {
                            return false;
                          }
                        }
                        return true;
                      })
              .toList();
      for (Future<Boolean> allRight : executor.invokeAll(work)) {
        assertThat(allRight.get()).isTrue();
      }
    } finally {
      executor.shutdownNow();
    }
  }
}
