package dev.corral.cdc;

import java.time.Duration;

/** Something that is due regularly. Used by one thread. */
final class Interval {

  private final long nanos;
  private long last = System.nanoTime();

  /** Is due after this time. */
  Interval(Duration time) {
    nanos = time.toNanos();
  }

  /** Whether the time has passed; if so, it begins again. */
  boolean isDue() {
    long now = System.nanoTime();
    if (now - last < nanos) {
      return false;
    }
    last = now;
    return true;
  }

  /** Whether the time has passed; it does not begin again. */
  boolean hasPassed() {
    return System.nanoTime() - last >= nanos;
  }

  /** Lets the time begin again. */
  void restart() {
    last = System.nanoTime();
  }
}
