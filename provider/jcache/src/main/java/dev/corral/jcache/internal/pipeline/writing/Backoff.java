package dev.corral.jcache.internal.pipeline.writing;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The delays between retries: exponential, up to a maximum, with 50–100 % jitter.
 *
 * @param first the delay after the first failure, without jitter
 * @param longest the maximum delay, without jitter
 */
record Backoff(Duration first, Duration longest) {

  private static final int MAX_DOUBLINGS = 30;

  /**
   * The delay before the next retry, at least 1 ms.
   *
   * @param failures the number of failures so far, 1 or more
   */
  long millisAfter(int failures) {
    double doubled = (double) first.toMillis() * (1L << Math.min(failures - 1, MAX_DOUBLINGS));
    double bounded = Math.min(doubled, (double) longest.toMillis());
    return Math.max(1, Math.round(bounded * ThreadLocalRandom.current().nextDouble(0.5, 1)));
  }
}
