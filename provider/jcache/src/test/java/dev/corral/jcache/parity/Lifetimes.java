package dev.corral.jcache.parity;

import static java.util.concurrent.TimeUnit.MINUTES;

import dev.corral.jcache.internal.entry.ConstantExpiryPolicy;
import javax.cache.configuration.Factory;
import javax.cache.expiry.AccessedExpiryPolicy;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;

/**
 * Times to live of an expiry policy. Names with {@code USER_} belong to a policy that a user wrote,
 * which Corral calls for each operation.
 */
@SuppressWarnings(
    "ImmutableEnumChecker") // the durations and factories of the standard are constant
enum Lifetimes {
  ETERNAL(Duration.ETERNAL, null, null, EternalExpiryPolicy.factoryOf()),
  ZERO_CREATION(Duration.ZERO, null, null, CreatedExpiryPolicy.factoryOf(Duration.ZERO)),
  ACCESSED(
      new Duration(MINUTES, 1),
      null,
      new Duration(MINUTES, 1),
      AccessedExpiryPolicy.factoryOf(new Duration(MINUTES, 1))),
  ZERO_UPDATE(
      Duration.ETERNAL,
      Duration.ZERO,
      null,
      () -> new ConstantExpiryPolicy(null, Duration.ZERO, null)),
  USER(new Duration(MINUTES, 1), new Duration(MINUTES, 2), new Duration(MINUTES, 3), null),
  USER_ZERO_CREATION(Duration.ZERO, null, null, null),
  USER_ZERO_UPDATE(Duration.ETERNAL, Duration.ZERO, null, null),
  USER_ZERO_ACCESS(Duration.ETERNAL, null, Duration.ZERO, null);

  private final Duration creation;
  private final Duration update;
  private final Duration access;
  private final Factory<? extends ExpiryPolicy> constant;

  Lifetimes(
      Duration creation,
      Duration update,
      Duration access,
      Factory<? extends ExpiryPolicy> constant) {
    this.creation = creation;
    this.update = update;
    this.access = access;
    this.constant = constant;
  }

  Duration creation() {
    return creation;
  }

  Duration update() {
    return update;
  }

  Duration access() {
    return access;
  }

  /** The policy of the standard with these times; null for a policy that a user wrote. */
  Factory<? extends ExpiryPolicy> constant() {
    return constant;
  }
}
