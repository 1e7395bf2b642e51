package dev.corral.jcache.internal.config;

import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.OutageOptions;
import dev.corral.jcache.internal.entry.ConstantExpiryPolicy;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The options of caches that do not set them themselves; null, or empty, where nothing is
 * configured.
 *
 * @param buckets the number of buckets; empty for the default of the topology
 * @param codec which keys and values may be stored and read
 * @param expiry the times to live of a cache without an expiry policy of its own; each is null
 *     where nothing is configured
 * @param switches the options that are on or off
 * @param outage the options for outages
 * @param nearCache the options of the near cache
 */
public record CacheDefaults(
    OptionalInt buckets,
    CodecDefaults codec,
    ConstantExpiryPolicy expiry,
    Switches switches,
    OutageOptions outage,
    @Nullable NearCacheOptions nearCache) {

  /**
   * The options that are on or off; null where nothing is configured.
   *
   * @param statistics whether statistics are enabled
   * @param management whether the management bean is registered
   * @param failFast whether operations fail during an outage
   */
  public record Switches(
      @Nullable Boolean statistics, @Nullable Boolean management, @Nullable Boolean failFast) {}

  /** A Redis Cluster has 16384 slots; more buckets would not spread a cache any further. */
  private static final int MAX_BUCKETS = 16_384;

  /**
   * Checks the number of buckets.
   *
   * @throws IllegalArgumentException if it is not between 1 and 16384
   */
  public CacheDefaults {
    if (buckets.isPresent() && (buckets.getAsInt() < 1 || buckets.getAsInt() > MAX_BUCKETS)) {
      throw new IllegalArgumentException(
          "corral.defaults.buckets must be between 1 and %d, not %d"
              .formatted(MAX_BUCKETS, buckets.getAsInt()));
    }
  }

  /** Whether statistics are enabled. */
  public @Nullable Boolean statistics() {
    return switches.statistics();
  }

  /** Whether the management bean is registered. */
  public @Nullable Boolean management() {
    return switches.management();
  }

  /** Whether operations fail during an outage. */
  public @Nullable Boolean failFast() {
    return switches.failFast();
  }
}
