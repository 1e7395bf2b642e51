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

/** Which requests are sent as one batch, and when. */
class RequestBatcherTest {

  private record Sent(List<String> requests, CompletableFuture<List<String>> replies) {

    /** Replies to each request with its text in capitals. */
    void answer() {
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

  private void submittedBy(int threads) {
    IntStream.range(0, threads).forEach(i -> submitAndForget("k" + i));
  }

  /** After this time the oldest call in flight completes. */
  private void completeOldest(long nanosLater) {
    nanos.addAndGet(nanosLater);
    calls.stream().filter(it -> !it.replies().isDone()).findFirst().orElseThrow().answer();
  }

  private void submitAndForget(String request) {
    var unused = batcher.submit(request);
  }

  @Test
  void submit_idle_sentAtOnceAndAlone() {
    CompletableFuture<String> a = batcher.submit("a");
    assertThat(calls).hasSize(1);
    assertThat(calls.get(0).requests()).containsExactly("a");
    calls.get(0).answer();
    assertThat(a).isCompletedWithValue("A");
  }

  @Test
  void submit_callInFlight_waitsAndIsSentWithTheOthers() {
    submitAndForget("a");
    CompletableFuture<String> b = batcher.submit("b");
    CompletableFuture<String> c = batcher.submit("c");
    assertThat(calls).hasSize(1);

    calls.get(0).answer();
    assertThat(calls).hasSize(2);
    assertThat(calls.get(1).requests()).containsExactly("b", "c");
    calls.get(1).answer();
    assertThat(b).isCompletedWithValue("B");
    assertThat(c).isCompletedWithValue("C");
    assertThat(calls).hasSize(2);
  }

  @Test
  void submit_moreThanOneCallCarries_sentInSeveral() {
    submitAndForget("a");
    IntStream.range(0, RequestBatcher.Bounds.MAX_REQUESTS + 1)
        .forEach(i -> submitAndForget("k" + i));
    calls.get(0).answer();
    assertThat(calls.get(1).requests()).hasSize(RequestBatcher.Bounds.MAX_REQUESTS);
    calls.get(1).answer();
    assertThat(calls.get(2).requests()).hasSize(1);
  }

  @Test
  void submit_largeRequests_sentInCallsOfTheirOwn() {
    submitAndForget("a");
    submitAndForget("large1");
    submitAndForget("large2");
    submitAndForget("b");
    calls.get(0).answer();
    assertThat(calls.get(1).requests()).containsExactly("large1");
    calls.get(1).answer();
    assertThat(calls.get(2).requests()).containsExactly("large2");
    calls.get(2).answer();
    assertThat(calls.get(3).requests()).containsExactly("b");
  }

  @Test
  void submit_completedByItsCallerWhileWaiting_isNeverSent() {
    submitAndForget("a");
    CompletableFuture<String> b = batcher.submit("b");
    CompletableFuture<String> c = batcher.submit("c");
    assertThat(b.cancel(false)).isTrue();
    calls.get(0).answer();
    assertThat(calls.get(1).requests()).containsExactly("c");
    calls.get(1).answer();
    assertThat(c).isCompletedWithValue("C");
  }

  @Test
  void callFails_waitingRequests_areSent() {
    CompletableFuture<String> a = batcher.submit("a");
    submitAndForget("b");
    calls.get(0).replies().completeExceptionally(new RedisException("no"));
    assertThat(a).isCompletedExceptionally();
    assertThat(calls.get(1).requests()).containsExactly("b");
  }

  @Test
  void callTimesOut_waitingRequests_failWithIt() {
    submitAndForget("a");
    CompletableFuture<String> b = batcher.submit("b");
    calls.get(0).replies().completeExceptionally(new RedisTimeoutException("late"));
    assertThat(b).isCompletedExceptionally();
    assertThat(calls).hasSize(1);
    submitAndForget("c");
    assertThat(calls.get(1).requests()).containsExactly("c");
  }

  @Test
  void senderThrows_request_failsAndTheBatcherContinues() {
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
  void submit_fewThreads_severalCallsInFlight() {
    batcher = batcher(2);
    submittedBy(3);
    assertThat(calls).hasSize(2);
    completeOldest(1);
    assertThat(calls).hasSize(3);
  }

  @Test
  void submit_manyThreads_oneCallAtATime() {
    batcher = batcher(2);
    submittedBy(2 + RequestBatcher.Pacing.MANY);
    completeOldest(1);
    completeOldest(1);
    assertThat(calls).hasSize(3);
    submittedBy(50);
    assertThat(calls).hasSize(3);
    completeOldest(1);
    assertThat(calls).hasSize(4);
    assertThat(calls.get(3).requests()).hasSize(50);
  }

  @Test
  void submit_manyThreadsFarFromRedis_secondCallOfTheLastSize() {
    batcher = batcher(2);
    for (int i = 0; i < 1_000; i++) {
      submitAndForget("a");
      completeOldest(10 * RequestBatcher.Pacing.FAR_NANOS);
    }
    submittedBy(2 + RequestBatcher.Pacing.MANY);
    completeOldest(10 * RequestBatcher.Pacing.FAR_NANOS);
    completeOldest(10 * RequestBatcher.Pacing.FAR_NANOS);
    int before = calls.size();
    submittedBy(RequestBatcher.Pacing.MANY - 1);
    assertThat(calls).hasSize(before);
    submitAndForget("one more");
    assertThat(calls).hasSize(before + 1);
    assertThat(calls.get(before).requests()).hasSize(RequestBatcher.Pacing.MANY);
  }

  @Test
  void submit_manyCallersTimeOut_theBatcherContinues() {
    batcher = batcher(2);
    submittedBy(2);
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
  void submitAndWait_replyLost_otherThreadsContinue() throws Exception {
    batcher = batcher(2);
    submittedBy(2 + RequestBatcher.Pacing.MANY);
    completeOldest(1);
    completeOldest(1);
    Sent lost = calls.get(2);
    submitAndForget("b");
    assertThat(calls).hasSize(3);

    CompletableFuture<String> c = batcher.submitAndWait("c");

    assertThat(calls).hasSize(4);
    assertThat(calls.get(3).requests()).containsExactly("b", "c");
    calls.get(3).answer();
    assertThat(c).isCompletedWithValue("C");
    assertThat(lost.replies()).isNotDone();
  }

  @Test
  void submitAndWait_interrupted_staysInterruptedAndReturnsThePendingReply() {
    Thread.currentThread().interrupt();
    CompletableFuture<String> a = batcher.submitAndWait("a");
    assertThat(Thread.interrupted()).isTrue();
    calls.get(0).answer();
    assertThat(a).isCompletedWithValue("A");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 32})
  void submitAndWait_oneOrManyThreads_returnsTheReply(int askers) throws Exception {
    RequestBatcher<String, String> atOnce =
        new RequestBatcher<>(
            1,
            requests ->
                CompletableFuture.supplyAsync(
                    () -> requests.stream().map(it -> it.toUpperCase(Locale.ROOT)).toList()),
            request -> 1,
            System::nanoTime);
    int each = 16_000 / askers;
    ExecutorService threads = Executors.newFixedThreadPool(askers);
    try {
      List<Callable<Boolean>> work =
          IntStream.range(0, askers)
              .<Callable<Boolean>>mapToObj(
                  thread ->
                      () -> {
                        for (int i = 0; i < each; i++) {
                          String request = "t" + thread + "n" + i;
                          String answer = atOnce.submitAndWait(request).get(10, TimeUnit.SECONDS);
                          if (!answer.equals(request.toUpperCase(Locale.ROOT))) {
                            return false;
                          }
                        }
                        return true;
                      })
              .toList();
      for (Future<Boolean> right : threads.invokeAll(work)) {
        assertThat(right.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
