package dev.corral.jcache.internal.redis.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How the only thread that uses a lane waits, by a clock that goes on with each look. */
class LoneCallerTest {

  private static final long LOOK_NANOS = 1_000;
  private static final long NEAR_NANOS = 30_000;
  private static final long FAR_NANOS = 1_000_000;

  private long now = 1_000_000_000;
  private long answerNanos;
  private CompletableFuture<String> answer = new CompletableFuture<>();
  private final LoneCaller lone = new LoneCaller(this::look);

  private long look() {
    now += LOOK_NANOS;
    if (now >= answerNanos) {
      answer.complete("a");
    }
    return now;
  }

  /**
   * Whether a thread parked for its answer.
   *
   * @param comesNanos when the answer comes
   * @param wakingNanos how much later a thread runs that parked
   */
  private boolean parks(long comesNanos, long wakingNanos) {
    answer = new CompletableFuture<>();
    long begun = now;
    answerNanos = begun + comesNanos;
    boolean[] parked = new boolean[1];
    lone.await(
        answer,
        begun,
        () -> {
          if (!answer.isDone()) {
            parked[0] = true;
            now = Math.max(now, answerNanos) + wakingNanos;
            answer.complete("a");
          }
        });
    return parked[0];
  }

  private int parkedOf(int waits, long comesNanos, long wakingNanos) {
    return (int) IntStream.range(0, waits).filter(i -> parks(comesNanos, wakingNanos)).count();
  }

  @Test
  void isAlone_nobodyElseAsked_afterAWhile() {
    for (int i = 0; i < LoneCaller.COMPANY; i++) {
      assertThat(lone.isAlone(true)).isFalse();
    }
    assertThat(lone.isAlone(true)).isTrue();
  }

  @Test
  void isAlone_metAnotherCall_notForAWhile() {
    isAlone_nobodyElseAsked_afterAWhile();
    assertThat(lone.isAlone(false)).isFalse();
    isAlone_nobodyElseAsked_afterAWhile();
  }

  @Test
  void await_atFirst_triesBothWays() {
    assertThat(parkedOf(LoneCaller.TRIAL, NEAR_NANOS, 10_000)).isEqualTo(LoneCaller.TRIAL);
    assertThat(parkedOf(LoneCaller.TRIAL, NEAR_NANOS, 10_000)).isZero();
  }

  @Test
  void await_wakingTakesLong_yields() {
    parkedOf(2 * LoneCaller.TRIAL, NEAR_NANOS, 10_000);
    assertThat(parkedOf(LoneCaller.CHOSEN, NEAR_NANOS, 10_000)).isZero();
  }

  @Test
  void await_wakingTakesNoTime_parks() {
    parkedOf(2 * LoneCaller.TRIAL, NEAR_NANOS, 0);
    assertThat(parkedOf(LoneCaller.CHOSEN, NEAR_NANOS, 0)).isEqualTo(LoneCaller.CHOSEN);
  }

  @Test
  void await_redisIsFar_yieldsForTheLongestTimeAndParksThen() {
    parkedOf(LoneCaller.TRIAL, FAR_NANOS, 10_000);
    answerNanos = Long.MAX_VALUE;
    answer = new CompletableFuture<>();
    long begun = now;
    lone.await(answer, begun, () -> assertThat(now - begun).isEqualTo(LoneCaller.LONGEST_NANOS));
    parkedOf(LoneCaller.TRIAL - 1, FAR_NANOS, 10_000);
    assertThat(parkedOf(LoneCaller.CHOSEN, FAR_NANOS, 10_000)).isEqualTo(LoneCaller.CHOSEN);
  }

  @Test
  void await_oneWaitOfASecond_decidesNothing() {
    parks(NEAR_NANOS, 1_000_000_000);
    parkedOf(2 * LoneCaller.TRIAL - 1, NEAR_NANOS, 0);
    assertThat(parks(NEAR_NANOS, 0)).isTrue();
  }

  @Test
  void await_afterTheChosenWay_triesAgain() {
    parkedOf(2 * LoneCaller.TRIAL + LoneCaller.CHOSEN, NEAR_NANOS, 10_000);
    assertThat(parkedOf(LoneCaller.TRIAL, NEAR_NANOS, 0)).isEqualTo(LoneCaller.TRIAL);
    parkedOf(LoneCaller.TRIAL, NEAR_NANOS, 0);
    assertThat(parkedOf(LoneCaller.CHOSEN, NEAR_NANOS, 0)).isEqualTo(LoneCaller.CHOSEN);
  }

  @Test
  void await_answerIsThere_returnsAtOnce() {
    parkedOf(LoneCaller.TRIAL, NEAR_NANOS, 10_000);
    answer = CompletableFuture.completedFuture("a");
    long before = now;
    lone.await(answer, before, () -> {});
    assertThat(now - before).isLessThanOrEqualTo(LOOK_NANOS);
  }
}
