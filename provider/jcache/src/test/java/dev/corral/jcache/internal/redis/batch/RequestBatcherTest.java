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

/** Which requests leave together, and when. */
class RequestBatcherTest {

  private record Sent(List<String> questions, CompletableFuture<List<String>> answers) {

    /** Answers everything with its question in capitals. */
    void answer() {
      answers.complete(questions.stream().map(it -> it.toUpperCase(Locale.ROOT)).toList());
    }
  }

  private final List<Sent> calls = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private RequestBatcher<String, String> batcher = batcher(1);

  private RequestBatcher<String, String> batcher(int inFlight) {
    return new RequestBatcher<>(
        inFlight,
        questions -> {
          Sent sent = new Sent(questions, new CompletableFuture<>());
          calls.add(sent);
          return sent.answers();
        },
        question -> question.startsWith("large") ? RequestBatcher.Bounds.MAX_BYTES : 1,
        nanos::get);
  }

  private void askedBy(int threads) {
    IntStream.range(0, threads).forEach(i -> asked("k" + i));
  }

  /** So much later the oldest call that is on its way is back. */
  private void answered(long nanosLater) {
    nanos.addAndGet(nanosLater);
    calls.stream().filter(it -> !it.answers().isDone()).findFirst().orElseThrow().answer();
  }

  private void asked(String question) {
    var unused = batcher.submit(question);
  }

  @Test
  void ask_idle_leavesAtOnceAndAlone() {
    CompletableFuture<String> a = batcher.submit("a");
    assertThat(calls).hasSize(1);
    assertThat(calls.get(0).questions()).containsExactly("a");
    calls.get(0).answer();
    assertThat(a).isCompletedWithValue("A");
  }

  @Test
  void ask_aCallIsOnItsWay_waitsForItAndLeavesWithAllOthers() {
    asked("a");
    CompletableFuture<String> b = batcher.submit("b");
    CompletableFuture<String> c = batcher.submit("c");
    assertThat(calls).hasSize(1);

    calls.get(0).answer();
    assertThat(calls).hasSize(2);
    assertThat(calls.get(1).questions()).containsExactly("b", "c");
    calls.get(1).answer();
    assertThat(b).isCompletedWithValue("B");
    assertThat(c).isCompletedWithValue("C");
    assertThat(calls).hasSize(2);
  }

  @Test
  void ask_moreThanACallCarries_leavesInSeveral() {
    asked("a");
    IntStream.range(0, RequestBatcher.Bounds.MAX_REQUESTS + 1).forEach(i -> asked("k" + i));
    calls.get(0).answer();
    assertThat(calls.get(1).questions()).hasSize(RequestBatcher.Bounds.MAX_REQUESTS);
    calls.get(1).answer();
    assertThat(calls.get(2).questions()).hasSize(1);
  }

  @Test
  void ask_largeOnes_leaveInCallsOfTheirOwn() {
    asked("a");
    asked("large1");
    asked("large2");
    asked("b");
    calls.get(0).answer();
    assertThat(calls.get(1).questions()).containsExactly("large1");
    calls.get(1).answer();
    assertThat(calls.get(2).questions()).containsExactly("large2");
    calls.get(2).answer();
    assertThat(calls.get(3).questions()).containsExactly("b");
  }

  @Test
  void ask_givenUpBeforeItLeft_neverLeaves() {
    asked("a");
    CompletableFuture<String> b = batcher.submit("b");
    CompletableFuture<String> c = batcher.submit("c");
    assertThat(b.cancel(false)).isTrue();
    calls.get(0).answer();
    assertThat(calls.get(1).questions()).containsExactly("c");
    calls.get(1).answer();
    assertThat(c).isCompletedWithValue("C");
  }

  @Test
  void aCallFails_thoseWhoWaitAreSentNevertheless() {
    CompletableFuture<String> a = batcher.submit("a");
    asked("b");
    calls.get(0).answers().completeExceptionally(new RedisException("no"));
    assertThat(a).isCompletedExceptionally();
    assertThat(calls.get(1).questions()).containsExactly("b");
  }

  @Test
  void aCallTimesOut_thoseWhoWaitedAsLongFailWithIt() {
    asked("a");
    CompletableFuture<String> b = batcher.submit("b");
    calls.get(0).answers().completeExceptionally(new RedisTimeoutException("late"));
    assertThat(b).isCompletedExceptionally();
    assertThat(calls).hasSize(1);
    asked("c");
    assertThat(calls.get(1).questions()).containsExactly("c");
  }

  @Test
  void theSenderThrows_failsTheRequestAndGoesOn() {
    RequestBatcher<String, String> broken =
        new RequestBatcher<>(
            1,
            questions -> {
              throw new IllegalStateException("broken");
            },
            question -> 1);
    assertThat(broken.submit("a")).isCompletedExceptionally();
    assertThat(broken.submit("b")).isCompletedExceptionally();
  }

  @Test
  void ask_aFewThreads_severalCallsAreOnTheirWay() {
    batcher = batcher(2);
    askedBy(3);
    assertThat(calls).hasSize(2);
    answered(1);
    assertThat(calls).hasSize(3);
  }

  @Test
  void ask_aCrowd_goesInOneCallAtATime() {
    batcher = batcher(2);
    askedBy(2 + Crowd.MIN);
    answered(1);
    answered(1);
    assertThat(calls).hasSize(3);
    askedBy(50);
    assertThat(calls).hasSize(3);
    answered(1);
    assertThat(calls).hasSize(4);
    assertThat(calls.get(3).questions()).hasSize(50);
  }

  @Test
  void ask_aCrowdFarFromRedis_asManyAsTheLastTimeLeaveAtOnce() {
    batcher = batcher(2);
    for (int i = 0; i < 1_000; i++) {
      asked("a");
      answered(10 * Crowd.FAR_NANOS);
    }
    askedBy(2 + Crowd.MIN);
    answered(10 * Crowd.FAR_NANOS);
    answered(10 * Crowd.FAR_NANOS);
    int before = calls.size();
    askedBy(Crowd.MIN - 1);
    assertThat(calls).hasSize(before);
    asked("one more");
    assertThat(calls).hasSize(before + 1);
    assertThat(calls.get(before).questions()).hasSize(Crowd.MIN);
  }

  @Test
  void ask_aCrowdOfThreadsGivesUp_theLaneGoesOn() {
    batcher = batcher(2);
    askedBy(2);
    List<CompletableFuture<String>> waiting =
        IntStream.range(0, 20).mapToObj(i -> batcher.submit("k" + i)).toList();
    waiting.forEach(it -> assertThat(it.cancel(false)).isTrue());
    answered(1);
    answered(1);
    assertThat(calls).hasSize(2);
    asked("b");
    assertThat(calls.get(2).questions()).containsExactly("b");
  }

  @Test
  void askAndWait_aReplyIsLost_aCrowdGoesOnWithoutIt() throws Exception {
    batcher = batcher(2);
    askedBy(2 + Crowd.MIN);
    answered(1);
    answered(1);
    Sent lost = calls.get(2);
    asked("b");
    assertThat(calls).hasSize(3);

    CompletableFuture<String> c = batcher.submitAndWait("c");

    assertThat(calls).hasSize(4);
    assertThat(calls.get(3).questions()).containsExactly("b", "c");
    calls.get(3).answer();
    assertThat(c).isCompletedWithValue("C");
    assertThat(lost.answers()).isNotDone();
  }

  @Test
  void askAndWait_interrupted_staysInterruptedAndGivesTheAnswerToCome() {
    Thread.currentThread().interrupt();
    CompletableFuture<String> a = batcher.submitAndWait("a");
    assertThat(Thread.interrupted()).isTrue();
    calls.get(0).answer();
    assertThat(a).isCompletedWithValue("A");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 32})
  void askAndWait_ofOneOrMany_givesTheAnswer(int askers) throws Exception {
    RequestBatcher<String, String> atOnce =
        new RequestBatcher<>(
            1,
            questions ->
                CompletableFuture.supplyAsync(
                    () -> questions.stream().map(it -> it.toUpperCase(Locale.ROOT)).toList()),
            question -> 1);
    int each = 16_000 / askers;
    ExecutorService threads = Executors.newFixedThreadPool(askers);
    try {
      List<Callable<Boolean>> work =
          IntStream.range(0, askers)
              .<Callable<Boolean>>mapToObj(
                  thread ->
                      () -> {
                        for (int i = 0; i < each; i++) {
                          String question = "t" + thread + "n" + i;
                          String answer = atOnce.submitAndWait(question).get(10, TimeUnit.SECONDS);
                          if (!answer.equals(question.toUpperCase(Locale.ROOT))) {
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
