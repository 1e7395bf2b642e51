package dev.corral.jcache.internal.pipeline.loading;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What is left of a timeout that several waits share. Immutable. */
final class TimeLeft {

  private final @Nullable Duration timeout;
  private final long startNanos = System.nanoTime();

  /**
   * Begins now.
   *
   * @param timeout null for no limit
   */
  TimeLeft(@Nullable Duration timeout) {
    this.timeout = timeout;
  }

  boolean isUnlimited() {
    return timeout == null;
  }

  /**
   * The time that is left.
   *
   * @return null for no limit
   * @throws TimeoutException if none is left
   */
  @Nullable Duration now() throws TimeoutException {
    if (timeout == null) {
      return null;
    }
    Duration left = timeout.minusNanos(System.nanoTime() - startNanos);
    if (left.isNegative()) {
      throw new TimeoutException();
    }
    return left;
  }
}
