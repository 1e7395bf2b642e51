package dev.corral.jcache.internal.pipeline.hot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Which keys a near cache keeps, if it keeps only hot keys. */
class HotKeyFilterTest {

  private final AtomicLong nanos = new AtomicLong();
  private final HotKeyFilter<String> filter =
      new HotKeyFilter<>(2, () -> true, nanos::get, Runnable::run);

  private void read(String key, int times) {
    for (int i = 0; i < times; i++) {
      filter.recordRead(key);
    }
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    filter.recordRead("any");
  }

  @Test
  void isHot_keysThatAreReadMost_afterTheNextRanking() {
    read("a", 30);
    read("b", 20);
    read("c", 10);
    assertThat(filter.isHot("a")).isFalse();

    pass(Duration.ofSeconds(1));

    assertThat(filter.isHot("a")).isTrue();
    assertThat(filter.isHot("b")).isTrue();
    assertThat(filter.isHot("c")).isFalse();
  }

  @Test
  void isHot_fewReads_isFalse() {
    read("a", 1);
    pass(Duration.ofSeconds(1));

    assertThat(filter.isHot("a")).isFalse();
  }

  @Test
  void version_keyIsNoLongerHot_changes() {
    read("a", 30);
    read("b", 20);
    pass(Duration.ofSeconds(1));
    long before = filter.version();
    read("a", 5);
    pass(Duration.ofSeconds(1));
    assertThat(filter.version()).isEqualTo(before);

    read("c", 200);
    pass(Duration.ofSeconds(1));

    assertThat(filter.isHot("c")).isTrue();
    assertThat(filter.isHot("b")).isFalse();
    assertThat(filter.version()).isGreaterThan(before);
  }

  @Test
  void isHot_noLongerRead_isFalseAfterSomeMinutes() {
    read("a", 30);
    pass(Duration.ofSeconds(1));
    assertThat(filter.isHot("a")).isTrue();

    pass(Duration.ofMinutes(5));
    pass(Duration.ofSeconds(1));

    assertThat(filter.isHot("a")).isFalse();
  }
}
