package dev.corral.examples.chaos;

import java.util.function.BooleanSupplier;

/** Waits of the driver. */
final class Waiting {

  private Waiting() {}

  /** Waits until a condition is met; returns false after the time. */
  static boolean upTo(long millis, BooleanSupplier condition) {
    long deadline = System.nanoTime() + millis * 1_000_000;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      sleep(20);
    }
    return true;
  }

  /**
   * Waits until a condition is met.
   *
   * @throws IllegalStateException after the time
   */
  static void until(String what, long millis, BooleanSupplier condition) {
    if (!upTo(millis, condition)) {
      throw new IllegalStateException("%s: not ready after %d ms".formatted(what, millis));
    }
  }

  static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Sleeps until a time of the monotonic clock. */
  static void sleepUntil(long nanos) {
    long left = (nanos - System.nanoTime()) / 1_000_000;
    if (left > 0) {
      sleep(left);
    }
  }
}
