package dev.corral.jcache.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.corral.jcache.internal.store.BucketClocks.Distance;
import org.junit.jupiter.api.Test;

/** What several readings of a server's clock prove together. */
class BucketClocksTest {

  private static final double NONE = 0.001;
  private static final long SECOND = 1_000_000_000L;

  private static Distance read(double lowest, double highest) {
    return Distance.between(lowest, highest, 0);
  }

  @Test
  void or_laterReplyWasSlow_keepsTheCloserReading() {
    Distance close = read(10, 11);
    assertThat(close.or(read(0, 50))).isEqualTo(close);
    assertThat(read(0, 50).or(close)).isEqualTo(close);
  }

  @Test
  void or_laterReadingContradicts_replaces() {
    Distance other = read(500, 900);
    assertThat(read(10, 11).or(other)).isEqualTo(other);
  }

  /** A clock may drift by 0.05 %. */
  @Test
  void or_closerReadingIsOld_isReplaced() {
    Distance later = Distance.between(8, 13, 10 * SECOND);
    assertThat(read(10, 11).or(later)).isEqualTo(later);
    assertThat(Distance.between(10, 11, 9 * SECOND).or(later).lowest()).isEqualTo(10);
  }

  @Test
  void including_agreeingReadings_allowBothAndEstimateTheirCommonMiddle() {
    Distance both = read(10, 11).including(read(10.5, 200));
    assertThat(both.lowest()).isEqualTo(10);
    assertThat(both.highest()).isEqualTo(200);
    assertThat(both.estimate()).isCloseTo(10.75, within(NONE));
  }

  @Test
  void including_otherClock_allowsBoth() {
    Distance both = read(10, 11).including(read(300, 301));
    assertThat(both.lowest()).isEqualTo(10);
    assertThat(both.highest()).isEqualTo(301);
  }
}
