package dev.corral.jcache.internal.entry;

import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * An expiry policy with fixed times to live, such as the defaults of a configuration file.
 *
 * @param creation null if a new entry does not expire
 * @param update null if an update does not change the expiry
 * @param access null if an access does not change the expiry
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
