package dev.corral.jcache.internal.redis.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a thread of a crowd yields before it parks. */
class YieldingTest {

  private final AtomicLong now = new AtomicLong(1_000_000_000);
  private final Yielding yielding = new Yielding(now::get);
  private final CompletableFuture<String> answered = CompletableFuture.completedFuture("a");

  private boolean yields() {
    return yielding.yieldFor(answered);
  }

  private void comesBack(long nanosAfterTheAnswer) {
    yielding.foundAnswerOf(now.get() - nanosAfterTheAnswer);
  }

  /** How many park at once until one yields again. */
  private int parking() {
    int parking = 0;
    while (!yields()) {
      parking++;
    }
    return parking;
  }

  @Test
  @Timeout(60)
  void yieldFor_noAnswerInTime_endsAllTheSame() {
    assertThat(yielding.yieldFor(new CompletableFuture<>())).isFalse();
  }

  @Test
  void yieldFor_anotherThreadAnswersMeanwhile_isTold() throws InterruptedException {
    AtomicReference<@Nullable CompletableFuture<String>> asked = new AtomicReference<>();
    AtomicBoolean end = new AtomicBoolean();
    Thread answering =
        new Thread(
            () -> {
              while (!end.get()) {
                CompletableFuture<String> next = asked.getAndSet(null);
                if (next != null) {
                  next.complete("a");
                }
              }
            });
    answering.start();
    try {
      CompletableFuture<String> first = new CompletableFuture<>();
      asked.set(first);
      first.join();
      boolean found =
          IntStream.range(0, 100_000)
              .anyMatch(
                  i -> {
                    CompletableFuture<String> answer = new CompletableFuture<>();
                    asked.set(answer);
                    return new Yielding(now::get).yieldFor(answer);
                  });
      assertThat(found).isTrue();
    } finally {
      end.set(true);
      answering.join();
    }
  }

  private void yieldsInVain(int times) {
    IntStream.range(0, times)
        .forEach(i -> assertThat(yielding.yieldFor(new CompletableFuture<>())).isFalse());
  }

  @Test
  void yieldFor_inVainAgainAndAgain_theNextOnesParkTwiceAsManyEachTime() {
    yieldsInVain(Yielding.VAIN);
    assertThat(parking()).isEqualTo(Yielding.FIRST_PAUSE);
    yieldsInVain(Yielding.VAIN);
    assertThat(parking()).isEqualTo(2 * Yielding.FIRST_PAUSE);
  }

  @Test
  void yieldFor_inVainNowAndThen_goesOnYielding() {
    for (int i = 0; i < 10; i++) {
      yieldsInVain(Yielding.VAIN - 1);
      assertThat(yields()).isTrue();
    }
  }

  @Test
  void foundAnswerOf_inTime_goesOnYielding() {
    comesBack(Yielding.LATE_NANOS);
    assertThat(parking()).isZero();
  }

  @Test
  void foundAnswerOf_late_theNextOnesPark() {
    comesBack(Yielding.LATE_NANOS + 1);
    assertThat(parking()).isEqualTo(Yielding.FIRST_PAUSE);
    assertThat(parking()).isZero();
  }

  @Test
  void foundAnswerOf_lateManyAtATime_countsOnce() {
    comesBack(Yielding.LATE_NANOS + 1);
    comesBack(Yielding.LATE_NANOS + 1);
    assertThat(parking()).isEqualTo(Yielding.FIRST_PAUSE);
  }

  @Test
  void foundAnswerOf_lateAgainAndAgain_parksTwiceAsManyEachTimeUpToALimit() {
    int expected = Yielding.FIRST_PAUSE;
    for (int i = 0; i < 20; i++) {
      comesBack(Yielding.LATE_NANOS + 1);
      assertThat(parking()).isEqualTo(expected);
      expected = Math.min(Yielding.LONGEST_PAUSE, 2 * expected);
    }
    assertThat(expected).isEqualTo(Yielding.LONGEST_PAUSE);
  }

  @Test
  void foundAnswerOf_inTimeAgain_parksFewerTheNextTime() {
    for (int i = 0; i < 20; i++) {
      comesBack(Yielding.LATE_NANOS + 1);
      parking();
    }
    IntStream.range(0, 64).forEach(i -> comesBack(0));
    comesBack(Yielding.LATE_NANOS + 1);
    assertThat(parking()).isBetween(30_000, 40_000);
    IntStream.range(0, 10_000).forEach(i -> comesBack(0));
    comesBack(Yielding.LATE_NANOS + 1);
    assertThat(parking()).isEqualTo(Yielding.FIRST_PAUSE);
  }
}
