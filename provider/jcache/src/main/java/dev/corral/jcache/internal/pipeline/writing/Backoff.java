package dev.corral.jcache.internal.pipeline.writing;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long a failure is waited off: doubling, bounded, and between half and all of that. */
record Backoff(Duration first, Duration longest) {

  private static final int MAX_DOUBLINGS = 30;

  /**
   * @param failures how many there were, 1 or more
   */
  long millisAfter(int failures) {
    double doubled = (double) first.toMillis() * (1L << Math.min(failures - 1, MAX_DOUBLINGS));
    double bounded = Math.min(doubled, (double) longest.toMillis());
    return Math.max(1, Math.round(bounded * ThreadLocalRandom.current().nextDouble(0.5, 1)));
  }
}
