package dev.corral.jcache;

import java.io.Serializable;

/**
 * How a {@link WarmUp} loads its keys. Immutable; start with {@link #DEFAULTS}.
 *
 * @param keysPerSecond maximum rate of keys, also of those that are in the cache; 0 or more than
 *     1,000,000 for no limit. Default: 0
 * @param batchSize maximum number of keys in one call of the loader. A batch has no more keys than
 *     those of one second. Default: 100
 * @param concurrentBatches maximum number of batches at the same time. Default: 1
 * @param replace whether keys that are in the cache are loaded, too, as by {@code loadAll} with
 *     {@code replaceExistingValues}. Default: false, they are skipped
 */
public record WarmUpOptions(
    int keysPerSecond, int batchSize, int concurrentBatches, boolean replace)
    implements Serializable {

  /** Batches of 100 keys, one after the other, without keys that are in the cache. */
  public static final WarmUpOptions DEFAULTS = new WarmUpOptions(0, 100, 1, false);

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if the rate is negative, or if one of the other numbers is not
   *     positive
   */
  public WarmUpOptions {
    if (keysPerSecond < 0) {
      throw new IllegalArgumentException(
          "keysPerSecond must not be negative: %d".formatted(keysPerSecond));
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize must be positive, not %d".formatted(batchSize));
    }
    if (concurrentBatches < 1) {
      throw new IllegalArgumentException(
          "concurrentBatches must be positive, not %d".formatted(concurrentBatches));
    }
  }

  /** These options with another maximum rate, in keys per second; 0 for no limit. */
  public WarmUpOptions withKeysPerSecond(int rate) {
    return new WarmUpOptions(rate, batchSize, concurrentBatches, replace);
  }

  /** These options with another maximum number of keys in one call of the loader. */
  public WarmUpOptions withBatchSize(int keys) {
    return new WarmUpOptions(keysPerSecond, keys, concurrentBatches, replace);
  }

  /** These options with another maximum number of batches at the same time. */
  public WarmUpOptions withConcurrentBatches(int batches) {
    return new WarmUpOptions(keysPerSecond, batchSize, batches, replace);
  }

  /** These options, with or without loading the keys that are in the cache. */
  public WarmUpOptions withReplace(boolean on) {
    return new WarmUpOptions(keysPerSecond, batchSize, concurrentBatches, on);
  }
}
