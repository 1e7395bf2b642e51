package dev.corral.jcache.internal.cache;

import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.util.List;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A batch of a warm-up. It is loaded again if an outage of Redis has interrupted the load, and once
 * more if a value was not stored: a single failure of Redis looks like a change of the key. Not
 * safe for many threads.
 */
final class WarmUpBatch<K> {

  private static final Logger log = LoggerFactory.getLogger(WarmUpBatch.class);

  /** After this many calls of the loader that outages have interrupted, the batch has failed. */
  private static final int MAX_INTERRUPTIONS = 3;

  /** Loads batches. */
  interface Loads<K> {

    /**
     * Loads a batch with one call of the loader.
     *
     * @param beforeLoad runs before each call of the loader
     * @throws RedisUnavailableException if the batch has to be repeated
     */
    BulkOperations.Loads load(List<K> keys, boolean replace, Runnable beforeLoad);

    /** Whether the loaded values can be stored. */
    boolean isAvailable();

    /** How many outages began. */
    long outages();
  }

  /** The warm-up of the batch. */
  interface Pace {

    /**
     * Waits until a batch may be loaded.
     *
     * @param attempts how often it was loaded
     * @return false if the warm-up was stopped before
     */
    boolean awaitAttempt(int keys, int attempts);

    /** A batch was loaded, and failed when it was loaded once more. */
    void failedAgain(Throwable failure);
  }

  private final String cacheName;
  private final List<K> keys;
  private final boolean replaces;
  private final Loads<K> loads;
  private final Pace pace;

  /** What the first call that no outage has interrupted has loaded; null until then. */
  private BulkOperations.@Nullable Loads first;

  private int interruptions;

  WarmUpBatch(String cacheName, List<K> keys, boolean replaces, Loads<K> loads, Pace pace) {
    this.cacheName = cacheName;
    this.keys = keys;
    this.replaces = replaces;
    this.loads = loads;
    this.pace = pace;
  }

  /**
   * Loads the batch.
   *
   * @return what the loader has said first; null if the warm-up was stopped before the values could
   *     be stored
   * @throws CacheException if the load failed, or if outages have interrupted it too often
   */
  BulkOperations.@Nullable Loads load() {
    boolean isDone = false;
    for (int attempts = 0; !isDone && pace.awaitAttempt(keys.size(), attempts); attempts++) {
      isDone = first == null ? isLoaded() : isLoadedAgain();
    }
    return first;
  }

  /** Loads the batch, and returns whether no value has to be loaded again. */
  private boolean isLoaded() {
    boolean[] called = {false};
    long outages = loads.outages();
    try {
      BulkOperations.Loads loaded = loads.load(keys, replaces, () -> called[0] = true);
      boolean isStored = loaded.discarded() == 0;
      if (isStored || (loads.isAvailable() && loads.outages() == outages)) {
        first = loaded;
        return isStored;
      }
    } catch (RedisUnavailableException e) {
      log.debug("Cache '{}': an outage interrupts a batch of a warm-up", cacheName, e);
    }
    if (called[0] && ++interruptions == MAX_INTERRUPTIONS) {
      throw new CacheException(
          ("cache '%s': outages of Redis have interrupted a batch of a warm-up %d times after the"
                  + " call of the loader")
              .formatted(cacheName, interruptions));
    }
    return false;
  }

  /** Loads the batch once more; the values that are stored remain if this fails. */
  private boolean isLoadedAgain() {
    try {
      loads.load(keys, replaces, () -> {});
    } catch (RuntimeException e) {
      pace.failedAgain(e);
    }
    return true;
  }
}
