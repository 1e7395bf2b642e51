package dev.corral.jcache.internal.config;

import dev.corral.jcache.NearCacheOptions;
import java.util.List;
import java.util.OptionalInt;
import javax.cache.expiry.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a cache does when its own configuration is silent.
 *
 * @param buckets into how many hash slots a cache is spread; empty for the topology's default
 * @param allowedClasses patterns of the classes that values may consist of, as {@link
 *     java.io.ObjectInputFilter} writes them, for instance {@code com.shop.**}
 * @param creationExpiry how long a new entry lives; null if nothing is said
 * @param updateExpiry how long an entry lives once it is changed; null if nothing is said
 * @param accessExpiry how long an entry lives once it is read; null if nothing is said
 * @param statistics whether statistics are counted; null if nothing is said
 * @param management whether the MXBean is registered; null if nothing is said
 * @param failFast whether operations fail while Redis is away; null if nothing is said
 * @param nearCache how entries are kept near; null if nothing is said
 */
public record CacheDefaults(
    OptionalInt buckets,
    List<String> allowedClasses,
    @Nullable Duration creationExpiry,
    @Nullable Duration updateExpiry,
    @Nullable Duration accessExpiry,
    @Nullable Boolean statistics,
    @Nullable Boolean management,
    @Nullable Boolean failFast,
    @Nullable NearCacheOptions nearCache) {

  /** The most buckets: more than there are hash slots would not spread any further. */
  static final int MOST_BUCKETS = 16_384;

  /** Nothing is said. */
  public static final CacheDefaults NONE =
      new CacheDefaults(OptionalInt.empty(), List.of(), null, null, null, null, null, null, null);

  /** Refuses a number of buckets outside of 1 to 16384. */
  public CacheDefaults {
    allowedClasses = List.copyOf(allowedClasses);
    if (buckets.isPresent() && (buckets.getAsInt() < 1 || buckets.getAsInt() > MOST_BUCKETS)) {
      throw new IllegalArgumentException(
          "corral.defaults.buckets must be between 1 and %d, not %d"
              .formatted(MOST_BUCKETS, buckets.getAsInt()));
    }
  }
}
