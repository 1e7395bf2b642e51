package dev.corral.jcache.internal.redis.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.internal.redis.batch.RequestBatcher.Pacing;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whether a second call may start while the first is in flight. */
class PacingTest {

  private final Pacing pacing = new Pacing();

  private void sent(int... requests) {
    IntStream.of(requests).forEach(pacing::sent);
  }

  private void completed(int times, long nanos) {
    IntStream.range(0, times).forEach(i -> pacing.completed(nanos));
  }

  @Test
  void allowsSecondCall_fewThreads_returnsTrue() {
    sent(1, 2, Pacing.MANY - 1);
    assertThat(pacing.allowsSecondCall(1)).isTrue();
    assertThat(pacing.allowsSecondCall(1)).isTrue();
  }

  @Test
  void allowsSecondCall_largeBatchOnAFastNetwork_returnsFalse() {
    sent(Pacing.MANY);
    completed(1, Pacing.FAR_NANOS / 2);
    assertThat(pacing.allowsSecondCall(1)).isFalse();
    assertThat(pacing.allowsSecondCall(100)).isFalse();
  }

  @Test
  void allowsSecondCall_fewSmallBatchesAfterALargeOne_returnsFalse() {
    sent(16, 1, 1, 1);
    assertThat(pacing.allowsSecondCall(1)).isFalse();
  }

  @Test
  void allowsSecondCall_manySmallBatchesAfterALargeOne_returnsTrue() {
    sent(100);
    IntStream.range(0, 30).forEach(i -> sent(1));
    assertThat(pacing.allowsSecondCall(1)).isTrue();
    assertThat(pacing.allowsSecondCall(1)).isTrue();
  }

  @Test
  void allowsSecondCall_slowNetwork_returnsTrueFromTheSizeOfTheLastBatch() {
    sent(16);
    completed(1_000, 2 * Pacing.FAR_NANOS);
    assertThat(pacing.allowsSecondCall(15)).isFalse();
    assertThat(pacing.allowsSecondCall(16)).isTrue();
  }

  @Test
  void allowsSecondCall_oneSlowCallAmongFastOnes_returnsFalse() {
    sent(16);
    completed(10, Pacing.FAR_NANOS / 4);
    completed(1, 20 * Pacing.FAR_NANOS);
    assertThat(pacing.allowsSecondCall(16)).isFalse();
  }
}
