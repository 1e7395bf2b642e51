package dev.corral.jcache.internal.store;

import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * Yields the processor to the others of a crowd before a thread parks: when it runs again, its
 * answer is often there, and nobody had to wake it. Where threads compute that do not yield, that
 * would cost a time slice, so whoever comes back late lets the next requests park at once; each
 * time twice as many, until yielding pays again (docs/decisions/0013). Safe for many threads; what
 * they overwrite of each other is an estimate.
 */
final class Yielding {

  /** Nobody comes back so long after the answer without a thread in front that does not yield. */
  static final long LATE_NANOS = 1_000_000;

  /** How many requests park at once after a late one, at first and at the most. */
  static final int FIRST_PAUSE = 64;

  static final int LONGEST_PAUSE = 100_000;

  private static final int YIELDS = 2;

  /** So many that were not late halve a pause, more or less. */
  private static final int PATIENCE = 64;

  private final LongSupplier nanoClock;
  private volatile int parking;
  private volatile int nextPause = FIRST_PAUSE;

  Yielding(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Lets others run until the answer is there, but not for long; false if it is time to park. */
  @SuppressWarnings("ThreadPriorityCheck") // yielding makes it faster, and nothing depends on it
  boolean yieldFor(Future<?> answer) {
    int toPark = parking;
    if (toPark > 0) {
      parking = toPark - 1;
      return false;
    }
    for (int i = 0; i < YIELDS && !answer.isDone(); i++) {
      Thread.yield();
    }
    return answer.isDone();
  }

  /** A thread that has yielded found an answer which came at that time. */
  void foundAnswerOf(long answeredNanos) {
    int pause = nextPause;
    if (nanoClock.getAsLong() - answeredNanos <= LATE_NANOS) {
      if (pause > FIRST_PAUSE) {
        nextPause = pause - Math.max(1, pause / PATIENCE);
      }
    } else if (parking == 0) {
      parking = pause;
      nextPause = Math.min(LONGEST_PAUSE, 2 * pause);
    }
  }
}
