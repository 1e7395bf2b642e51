package dev.corral.jcache.internal.store;

import java.time.Duration;

/** For a second after something was in vain it is not tried again. Safe for many threads. */
final class Cooldown {

  private static final long NANOS = Duration.ofSeconds(1).toNanos();

  private volatile boolean begun;
  private volatile long beganNanos;

  void begin() {
    beganNanos = System.nanoTime();
    begun = true;
  }

  boolean isOn() {
    if (begun && System.nanoTime() - beganNanos > NANOS) {
      begun = false;
    }
    return begun;
  }
}
