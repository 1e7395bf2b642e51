package dev.corral.jcache.internal.entry;

import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * A policy that always gives the same answers: what a configuration file says of expiry.
 *
 * @param creation null stands for an entry that does not expire
 * @param update null leaves the time that the entry has
 * @param access null leaves the time that the entry has
 */
public record ConstantExpiryPolicy(
    @Nullable Duration creation, @Nullable Duration update, @Nullable Duration access)
    implements ExpiryPolicy {

  @Override
  public Duration getExpiryForCreation() {
    return creation == null ? Duration.ETERNAL : creation;
  }

  @Override
  public @Nullable Duration getExpiryForAccess() {
    return access;
  }

  @Override
  public @Nullable Duration getExpiryForUpdate() {
    return update;
  }
}
