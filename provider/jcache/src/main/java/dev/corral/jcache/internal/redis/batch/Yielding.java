package dev.corral.jcache.internal.redis.batch;

import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * Yields the processor to the others of a crowd before a thread parks: when it runs again, its
 * answer is often there, and nobody had to wake it. Where threads compute that do not yield, that
 * would cost a time slice, so whoever comes back late lets the next requests park at once; and so
 * do many that yielded in vain, as they do where Redis is far or processors are idle. Each time
 * twice as many park, until yielding pays again (docs/decisions/0013). Safe for many threads; what
 * they overwrite of each other is an estimate.
 */
final class Yielding {

  /** Nobody comes back so long after the answer without a thread in front that does not yield. */
  static final long LATE_NANOS = 1_500_000;

  /** How many requests park at once, at first and at the most. */
  static final int FIRST_PAUSE = 16;

  static final int LONGEST_PAUSE = 100_000;

  /** So many in a row that yielded in vain let the next ones park at once. */
  static final int VAIN = 64;

  private static final int YIELDS = 2;

  /** So many that were not late halve a pause, more or less. */
  private static final int PATIENCE = 64;

  private final LongSupplier nanoClock;
  private volatile int parking;
  private volatile int nextPause = FIRST_PAUSE;
  private volatile int vain;

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
    boolean found = answer.isDone();
    count(found);
    return found;
  }

  private void count(boolean found) {
    int inVain = found ? 0 : vain + 1;
    if (inVain == VAIN) {
      inVain = 0;
      pause();
    }
    if (vain != inVain) {
      vain = inVain;
    }
  }

  /** A thread that has yielded found an answer which came at that time. */
  void foundAnswerOf(long answeredNanos) {
    int pause = nextPause;
    if (nanoClock.getAsLong() - answeredNanos > LATE_NANOS) {
      pause();
    } else if (pause > FIRST_PAUSE) {
      nextPause = pause - Math.max(1, pause / PATIENCE);
    }
  }

  /** One reason hits many threads at a time; it counts once. */
  private void pause() {
    if (parking == 0) {
      int pause = nextPause;
      parking = pause;
      nextPause = Math.min(LONGEST_PAUSE, 2 * pause);
    }
  }
}
