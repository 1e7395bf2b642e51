package dev.corral.jcache;

import java.io.Serializable;
import java.util.Objects;

/**
 * What a cache does when the entry in Redis cannot be read, or may be stale because of an outage.
 * Immutable; start with {@link #DEFAULTS}. JVMs may use different options.
 *
 * @param processors the entry processors that run while Redis is unavailable; the others fail.
 *     Default: {@link Processors#COMPUTE_IF_ABSENT}
 * @param readBeforeWrite whether a change that depends on the current value reads this value by the
 *     loader. Needs a loader and write-through. Default: false
 */
public record OutageOptions(Processors processors, boolean readBeforeWrite)
    implements Serializable {

  /** Which entry processors run while Redis is unavailable. */
  public enum Processors {
    /** No processor: every {@code invoke} throws. */
    NONE,
    /**
     * The processors of which Corral knows that they only compute a missing value: each {@link
     * ComputeIfAbsentProcessor}, and that of Spring's {@code @Cacheable(sync = true)}.
     */
    COMPUTE_IF_ABSENT,
    /** All processors. Each runs on the value of the loader, or on a missing entry without one. */
    ALL
  }

  /** All options with their defaults. */
  public static final OutageOptions DEFAULTS =
      new OutageOptions(Processors.COMPUTE_IF_ABSENT, /* readBeforeWrite= */ false);

  /**
   * Checks the options.
   *
   * @throws NullPointerException if the processors are null
   */
  public OutageOptions {
    Objects.requireNonNull(processors, "processors");
  }

  /** These options with other processors. */
  public OutageOptions withProcessors(Processors which) {
    return new OutageOptions(which, readBeforeWrite);
  }

  /** These options with reads before writes, or without them. */
  public OutageOptions withReadBeforeWrite(boolean on) {
    return new OutageOptions(processors, on);
  }
}
