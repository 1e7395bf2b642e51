package dev.corral.jcache.internal.pipeline.loading;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The keys whose last load failed less than the retry interval ago, so that the loader is not
 * called for them. Safe for many threads.
 */
final class FailedLoads<K> {

  private static final int MAX_KEYS = 10_000;

  private final long intervalNanos;
  private final ConcurrentMap<K, Long> failedNanos = new ConcurrentHashMap<>();

  FailedLoads(Duration interval) {
    this.intervalNanos = interval.toNanos();
  }

  /** Whether the last load of the key failed less than the retry interval ago. */
  boolean isRecent(K key) {
    Long failed = failedNanos.get(key);
    return failed != null && System.nanoTime() - failed < intervalNanos;
  }

  /**
   * Adds a key. If there are too many keys, the others are removed, so their loads are retried
   * early.
   */
  void remember(K key) {
    if (failedNanos.size() >= MAX_KEYS) {
      failedNanos.clear();
    }
    failedNanos.put(key, System.nanoTime());
  }

  void forget(K key) {
    failedNanos.remove(key);
  }
}
