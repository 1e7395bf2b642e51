package dev.corral.jcache;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** The options of a cache that neither the standard nor {@link StorageOptions} has. */
record BehaviorOptions(
    LoadOptions loading,
    @Nullable WriteBehindOptions writeBehind,
    Jitter jitter,
    boolean failFast,
    @Nullable NearCacheOptions nearCache,
    @Nullable OutageOptions outage,
    @Nullable HotKeyOptions hotKeys)
    implements Serializable {

  static final BehaviorOptions DEFAULTS =
      new BehaviorOptions(
          LoadOptions.DEFAULTS, null, new Jitter(0, false), false, null, null, null);

  /**
   * How the time to live of each entry is changed at random.
   *
   * @param part the largest part of it
   * @param symmetric whether it may also be prolonged
   */
  record Jitter(double part, boolean symmetric) implements Serializable {

    Jitter {
      if (!(part >= 0 && part <= 1)) {
        throw new IllegalArgumentException("jitter must be from 0 to 1, not %s".formatted(part));
      }
    }
  }

  BehaviorOptions withLoading(LoadOptions options) {
    return new BehaviorOptions(options, writeBehind, jitter, failFast, nearCache, outage, hotKeys);
  }

  BehaviorOptions withWriteBehind(@Nullable WriteBehindOptions options) {
    return new BehaviorOptions(loading, options, jitter, failFast, nearCache, outage, hotKeys);
  }

  BehaviorOptions withJitter(double part, boolean symmetric) {
    Jitter other = new Jitter(part, symmetric);
    return new BehaviorOptions(loading, writeBehind, other, failFast, nearCache, outage, hotKeys);
  }

  BehaviorOptions withFailFast(boolean on) {
    return new BehaviorOptions(loading, writeBehind, jitter, on, nearCache, outage, hotKeys);
  }

  BehaviorOptions withNearCache(@Nullable NearCacheOptions options) {
    return new BehaviorOptions(loading, writeBehind, jitter, failFast, options, outage, hotKeys);
  }

  BehaviorOptions withOutage(@Nullable OutageOptions options) {
    return new BehaviorOptions(loading, writeBehind, jitter, failFast, nearCache, options, hotKeys);
  }

  BehaviorOptions withHotKeys(@Nullable HotKeyOptions options) {
    return new BehaviorOptions(loading, writeBehind, jitter, failFast, nearCache, outage, options);
  }
}
