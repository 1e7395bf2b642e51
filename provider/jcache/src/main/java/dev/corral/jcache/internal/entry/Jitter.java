package dev.corral.jcache.internal.entry;

import java.util.concurrent.ThreadLocalRandom;

/**
 * A random change of times to live, so that entries stored together do not expire together.
 *
 * @param part the largest part of its time to live that an entry may lose, from 0 to 1
 * @param symmetric whether an entry may also gain up to this part
 */
public record Jitter(double part, boolean symmetric) {

  /** No change. */
  public static final Jitter NONE = new Jitter(0, false);

  /** A random time within the bounds, at least 1 ms; zero and negative times do not change. */
  long applyTo(long millis) {
    if (part == 0 || millis <= 0) {
      return millis;
    }
    double random = ThreadLocalRandom.current().nextDouble();
    double factor = symmetric ? 1 + part * (2 * random - 1) : 1 - part * random;
    return Math.max(1, Math.round(millis * factor));
  }
}
