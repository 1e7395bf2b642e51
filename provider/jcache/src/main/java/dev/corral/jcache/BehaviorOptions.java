package dev.corral.jcache;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** The options of a cache that neither the standard nor {@link StorageOptions} has. */
record BehaviorOptions(
    LoadOptions loading,
    @Nullable WriteBehindOptions writeBehind,
    double jitter,
    boolean symmetricJitter,
    boolean failFast,
    @Nullable NearCacheOptions nearCache,
    @Nullable OutageOptions outage)
    implements Serializable {

  static final BehaviorOptions DEFAULTS =
      new BehaviorOptions(LoadOptions.DEFAULTS, null, 0, false, false, null, null);

  BehaviorOptions {
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter must be from 0 to 1, not %s".formatted(jitter));
    }
  }

  BehaviorOptions withLoading(LoadOptions options) {
    return new BehaviorOptions(
        options, writeBehind, jitter, symmetricJitter, failFast, nearCache, outage);
  }

  BehaviorOptions withWriteBehind(@Nullable WriteBehindOptions options) {
    return new BehaviorOptions(
        loading, options, jitter, symmetricJitter, failFast, nearCache, outage);
  }

  BehaviorOptions withJitter(double part, boolean symmetric) {
    return new BehaviorOptions(loading, writeBehind, part, symmetric, failFast, nearCache, outage);
  }

  BehaviorOptions withFailFast(boolean on) {
    return new BehaviorOptions(
        loading, writeBehind, jitter, symmetricJitter, on, nearCache, outage);
  }

  BehaviorOptions withNearCache(@Nullable NearCacheOptions options) {
    return new BehaviorOptions(
        loading, writeBehind, jitter, symmetricJitter, failFast, options, outage);
  }

  BehaviorOptions withOutage(@Nullable OutageOptions options) {
    return new BehaviorOptions(
        loading, writeBehind, jitter, symmetricJitter, failFast, nearCache, options);
  }
}
