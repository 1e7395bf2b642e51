package dev.corral.jcache.internal.pipeline.loading;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * Decides whether a reader should refresh an entry before it expires: XFetch, from A. Vattani, F.
 * Chierichetti, K. Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", PVLDB 8(8), 2015.
 *
 * <p>A reader refreshes if {@code now − δ·β·ln(random) ≥ deadline}, where δ is how long the last
 * load took. So with the time t left, it does with the probability exp(−t/(β·δ)): the nearer the
 * end and the slower the loader, the likelier, and no two readers decide alike.
 */
final class EarlyRefresh {

  private final double beta;
  private final DoubleSupplier random;

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

  /** Whether to refresh an entry that has so much time left and whose load took so long. */
  boolean isDue(long leftMillis, long loadMillis) {
    if (beta == 0 || loadMillis == 0) {
      return false;
    }
    double uniform = 1 - random.getAsDouble();
    return -loadMillis * beta * Math.log(uniform) >= leftMillis;
  }
}
