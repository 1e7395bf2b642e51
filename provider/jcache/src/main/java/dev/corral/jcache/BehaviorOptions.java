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
    Sampling sampling)
    implements Serializable {

  static final BehaviorOptions DEFAULTS =
      new BehaviorOptions(
          LoadOptions.DEFAULTS,
          null,
          new Jitter(0, false),
          false,
          null,
          null,
          new Sampling(null, null));

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

  /**
   * What is done with a sample of the reads.
   *
   * @param hotKeys how the hottest keys are recorded; null if they are not
   * @param verification how hits are compared with the loader; null if they are not
   */
  record Sampling(@Nullable HotKeyOptions hotKeys, @Nullable VerifyOptions verification)
      implements Serializable {}

  BehaviorOptions withLoading(LoadOptions options) {
    return new BehaviorOptions(options, writeBehind, jitter, failFast, nearCache, outage, sampling);
  }

  BehaviorOptions withWriteBehind(@Nullable WriteBehindOptions options) {
    return new BehaviorOptions(loading, options, jitter, failFast, nearCache, outage, sampling);
  }

  BehaviorOptions withJitter(double part, boolean symmetric) {
    Jitter other = new Jitter(part, symmetric);
    return new BehaviorOptions(loading, writeBehind, other, failFast, nearCache, outage, sampling);
  }

  BehaviorOptions withFailFast(boolean on) {
    return new BehaviorOptions(loading, writeBehind, jitter, on, nearCache, outage, sampling);
  }

  BehaviorOptions withNearCache(@Nullable NearCacheOptions options) {
    return new BehaviorOptions(loading, writeBehind, jitter, failFast, options, outage, sampling);
  }

  BehaviorOptions withOutage(@Nullable OutageOptions options) {
    return new BehaviorOptions(
        loading, writeBehind, jitter, failFast, nearCache, options, sampling);
  }

  BehaviorOptions withHotKeys(@Nullable HotKeyOptions options) {
    return with(new Sampling(options, sampling.verification()));
  }

  BehaviorOptions withVerification(@Nullable VerifyOptions options) {
    return with(new Sampling(sampling.hotKeys(), options));
  }

  private BehaviorOptions with(Sampling other) {
    return new BehaviorOptions(loading, writeBehind, jitter, failFast, nearCache, outage, other);
  }
}
