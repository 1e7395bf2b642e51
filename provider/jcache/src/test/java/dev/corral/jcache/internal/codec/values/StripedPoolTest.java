package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How many objects the pool of a codec keeps. */
class StripedPoolTest {

  private final StripedPool<Object> pool = new StripedPool<>();

  /** A thousand virtual threads may decode at once, and wait for the class table meanwhile. */
  @Test
  void release_thousandObjects_keepsFew() {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 1_000; i++) {
        pool.release(new Object());
      }
      assertThat(takeAll()).hasSize(1 + StripedPool.MAX_OVERFLOW); // one thread has one stripe
    }
  }

  @Test
  void acquire_afterRelease_returnsEachObjectOnce() {
    Object first = new Object();
    Object second = new Object();
    pool.release(first);
    pool.release(second);
    assertThat(takeAll()).containsExactlyInAnyOrder(first, second);
    assertThat(pool.acquire()).isNull();
  }

  private Set<Object> takeAll() {
    Set<Object> all = new HashSet<>();
    for (Object each = pool.acquire(); each != null; each = pool.acquire()) {
      assertThat(all.add(each)).isTrue();
    }
    return all;
  }
}
