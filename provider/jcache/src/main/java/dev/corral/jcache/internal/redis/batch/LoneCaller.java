package dev.corral.jcache.internal.redis.batch;

import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * How the only thread that uses a {@link RequestBatcher} waits for its answer: parked, or yielding
 * the processor until the answer is there. Nobody has to wake a thread that yields, but it keeps a
 * processor busy, and beside threads that compute it may come back later. So both are tried now and
 * then, and it yields only while that is clearly faster (docs/decisions/0012). Safe for many
 * threads; what they overwrite of each other is an estimate.
 */
final class LoneCaller {

  /** Who met another thread's call is not alone for so many requests. */
  static final int COMPANY = 16;

  /** So many requests wait in one way, and as many in the other, before one is chosen. */
  static final int TRIAL = 256;

  /** So many then wait in the chosen way. */
  static final int CHOSEN = 16_384;

  /** Nobody yields for longer: twice the way to a Redis nearby. */
  static final long LONGEST_NANOS = 100_000;

  /** A single wait counts for no more: it says what else happened in the machine. */
  static final long OUTLIER_NANOS = 500_000;

  private final LongSupplier nanoClock;
  private volatile int company = COMPANY;
  private volatile boolean yields;
  private volatile int waits;
  private long parkedNanos;
  private long yieldedNanos;

  LoneCaller(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * Whether the lane seems to be used by one thread only; to be called before each request.
   *
   * @param idle whether no call was on its way when it asked
   */
  boolean isAlone(boolean idle) {
    int before = company;
    int after = idle ? Math.max(0, before - 1) : COMPANY;
    if (after != before) {
      company = after;
    }
    return idle && before == 0;
  }

  /**
   * Waits for the answer in one of the two ways.
   *
   * @param begun from before it was asked for: whoever is woken by the question runs first, maybe
   * @param parking waits until the answer is there, or late; returns at once if it is there
   */
  void await(Future<?> answer, long begun, Runnable parking) {
    int before = waits;
    boolean trial = before < 2 * TRIAL;
    boolean yielding = trial ? before >= TRIAL : yields;
    if (yielding) {
      yieldFor(answer, begun);
    }
    parking.run();
    if (trial) {
      tried(yielding, Math.min(OUTLIER_NANOS, nanoClock.getAsLong() - begun));
    }
    waited(before + 1);
  }

  @SuppressWarnings("ThreadPriorityCheck") // yielding makes it faster, and nothing depends on it
  private void yieldFor(Future<?> answer, long begun) {
    while (!answer.isDone() && nanoClock.getAsLong() - begun < LONGEST_NANOS) {
      Thread.yield();
    }
  }

  private void tried(boolean yielding, long nanos) {
    if (yielding) {
      yieldedNanos += nanos;
    } else {
      parkedNanos += nanos;
    }
  }

  private void waited(int now) {
    if (now == 2 * TRIAL) {
      yields = yieldedNanos < parkedNanos - parkedNanos / 10;
    } else if (now >= 2 * TRIAL + CHOSEN) {
      parkedNanos = 0;
      yieldedNanos = 0;
      waits = 0;
      return;
    }
    waits = now;
  }
}
