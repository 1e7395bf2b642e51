package dev.corral.jcache.internal.pipeline.loading;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * The decision whether a reader refreshes an entry before it expires. The algorithm is XFetch, from
 * A. Vattani, F. Chierichetti, K. Lowenstein, "Optimal Probabilistic Cache Stampede Prevention",
 * PVLDB 8(8), 2015. Safe for many threads.
 *
 * <p>A reader refreshes if {@code now − δ·β·ln(random) ≥ deadline}, where δ is the duration of the
 * last load. With the time t left, the probability of a refresh is exp(−t/(β·δ)). It rises towards
 * the deadline, and with the duration of the load; each reader decides at random by itself.
 */
final class EarlyRefresh {

  private final double beta;
  private final DoubleSupplier random;

  /**
   * @param beta 0 for no early refresh; the greater, the earlier
   */
  EarlyRefresh(double beta) {
    this(beta, () -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * @param random uniform in [0, 1)
   */
  EarlyRefresh(double beta, DoubleSupplier random) {
    this.beta = beta;
    this.random = random;
  }

  /**
   * Whether a reader refreshes an entry.
   *
   * @param leftMillis the time until the entry expires
   * @param loadMillis the duration of its last load; 0 if it was not loaded
   */
  boolean isDue(long leftMillis, long loadMillis) {
    if (beta == 0 || loadMillis == 0) {
      return false;
    }
    double uniform = 1 - random.getAsDouble();
    return -loadMillis * beta * Math.log(uniform) >= leftMillis;
  }
}
