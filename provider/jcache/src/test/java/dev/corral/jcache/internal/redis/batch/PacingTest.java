package dev.corral.jcache.internal.redis.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.internal.redis.batch.RequestBatcher.Pacing;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When many threads are taken for a crowd, and when a crowd gets a second call. */
class PacingTest {

  private final Pacing pacing = new Pacing();

  private void sent(int... requests) {
    IntStream.of(requests).forEach(pacing::sent);
  }

  private void completed(int times, long nanos) {
    IntStream.range(0, times).forEach(i -> pacing.completed(nanos));
  }

  @Test
  void allowsSecondCall_fewThreads_atOnce() {
    sent(1, 2, Pacing.MANY - 1);
    assertThat(pacing.allowsSecondCall(1)).isTrue();
    assertThat(pacing.allowsSecondCall(1)).isTrue();
  }

  @Test
  void allowsSecondCall_largeBatchNearRedis_no() {
    sent(Pacing.MANY);
    completed(1, Pacing.FAR_NANOS / 2);
    assertThat(pacing.allowsSecondCall(1)).isFalse();
    assertThat(pacing.allowsSecondCall(100)).isFalse();
  }

  @Test
  void allowsSecondCall_smallBatchesAfterALargeOne_no() {
    sent(16, 1, 1, 1);
    assertThat(pacing.allowsSecondCall(1)).isFalse();
  }

  @Test
  void allowsSecondCall_onlySmallBatchesForLong_yes() {
    sent(100);
    IntStream.range(0, 30).forEach(i -> sent(1));
    assertThat(pacing.allowsSecondCall(1)).isTrue();
    assertThat(pacing.allowsSecondCall(1)).isTrue();
  }

  @Test
  void allowsSecondCall_farRedis_ifAsManyWaitAsWereSent() {
    sent(16);
    completed(1_000, 2 * Pacing.FAR_NANOS);
    assertThat(pacing.allowsSecondCall(15)).isFalse();
    assertThat(pacing.allowsSecondCall(16)).isTrue();
  }

  @Test
  void allowsSecondCall_oneSlowCallAmongFastOnes_no() {
    sent(16);
    completed(10, Pacing.FAR_NANOS / 4);
    completed(1, 20 * Pacing.FAR_NANOS);
    assertThat(pacing.allowsSecondCall(16)).isFalse();
  }
}
