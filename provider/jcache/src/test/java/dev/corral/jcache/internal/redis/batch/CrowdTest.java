package dev.corral.jcache.internal.redis.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When many threads are taken for a crowd, and when a crowd gets a second call. */
class CrowdTest {

  private final Crowd crowd = new Crowd();

  private void left(int... requests) {
    IntStream.of(requests).forEach(crowd::left);
  }

  private void returned(int times, long nanos) {
    IntStream.range(0, times).forEach(i -> crowd.returned(nanos));
  }

  @Test
  void aFewThreads_mayHaveAnotherCallAtOnce() {
    left(1, 2, Crowd.MIN - 1);
    assertThat(crowd.isThere()).isFalse();
    assertThat(crowd.fillsAnotherCall(1)).isTrue();
  }

  @Test
  void manyLeftTogether_isACrowdThatWaits() {
    left(Crowd.MIN);
    returned(1, Crowd.FAR_NANOS / 2);
    assertThat(crowd.isThere()).isTrue();
    assertThat(crowd.fillsAnotherCall(100)).isFalse();
  }

  @Test
  void smallCallsInBetween_theCrowdIsStillThere() {
    left(16, 1, 1, 1);
    assertThat(crowd.isThere()).isTrue();
  }

  @Test
  void onlySmallCalls_theCrowdIsGone() {
    left(100);
    IntStream.range(0, 30).forEach(i -> left(1));
    assertThat(crowd.isThere()).isFalse();
    assertThat(crowd.fillsAnotherCall(1)).isTrue();
  }

  @Test
  void redisIsFar_asManyAsTheLastTimeFillAnotherCall() {
    left(16);
    returned(1_000, 2 * Crowd.FAR_NANOS);
    assertThat(crowd.fillsAnotherCall(15)).isFalse();
    assertThat(crowd.fillsAnotherCall(16)).isTrue();
  }

  @Test
  void oneSlowCallAmongQuickOnes_redisIsNear() {
    left(16);
    returned(10, Crowd.FAR_NANOS / 4);
    returned(1, 20 * Crowd.FAR_NANOS);
    assertThat(crowd.fillsAnotherCall(16)).isFalse();
  }
}
