package dev.corral.jcache.internal.store;

import java.time.Duration;

/** Keeps an attempt that failed from being repeated for one second. Safe for many threads. */
final class Cooldown {

  private static final long NANOS = Duration.ofSeconds(1).toNanos();

  private volatile boolean started;
  private volatile long startNanos;

  void start() {
    startNanos = System.nanoTime();
    started = true;
  }

  boolean isActive() {
    if (started && System.nanoTime() - startNanos > NANOS) {
      started = false;
    }
    return started;
  }
}
