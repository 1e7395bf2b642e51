package dev.corral.jcache.internal.store.loads;

import dev.corral.jcache.LoadOptions.Budget;
import dev.failsafe.RateLimiter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The permits of one JVM. Calls of the loader begin at equal distances.
 *
 * <p>Failsafe's {@code Bulkhead} would lose permits: a thread whose wait has timed out stays in its
 * queue, and gets the next permit.
 */
public final class JvmLoadPermits implements LoadPermits {

  private final Semaphore atATime;
  private final @Nullable RateLimiter<Object> perSecond;

  public JvmLoadPermits(Budget budget) {
    int loads = budget.maxLoads() == 0 ? Integer.MAX_VALUE : budget.maxLoads();
    this.atATime = new Semaphore(loads, /* fair= */ true);
    this.perSecond =
        budget.maxLoadsPerSecond() == 0
            ? null
            : RateLimiter.smoothBuilder(budget.maxLoadsPerSecond(), Duration.ofSeconds(1)).build();
  }

  @Override
  public Optional<Runnable> take(Duration wait) throws InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    if (!atATime.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
      return Optional.empty();
    }
    boolean mayBegin = false;
    try {
      Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      mayBegin = perSecond == null || perSecond.tryAcquirePermit(left);
    } finally {
      if (!mayBegin) {
        atATime.release();
      }
    }
    return mayBegin ? Optional.of(atATime::release) : Optional.empty();
  }
}
