package dev.corral.jcache.internal.entry;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Spreads times to live at random, so that what was stored together does not expire together.
 *
 * @param part which part of its time an entry may lose, from 0 to 1
 * @param symmetric whether it may gain as much, too
 */
public record Jitter(double part, boolean symmetric) {

  /** Times stay as they are. */
  public static final Jitter NONE = new Jitter(0, false);

  /** A time between the bounds, at least 1 ms; what is no positive time stays as it is. */
  long applyTo(long millis) {
    if (part == 0 || millis <= 0) {
      return millis;
    }
    double random = ThreadLocalRandom.current().nextDouble();
    double factor = symmetric ? 1 + part * (2 * random - 1) : 1 - part * random;
    return Math.max(1, Math.round(millis * factor));
  }
}
