package dev.corral.jcache;

import java.time.Duration;
import java.util.List;
import javax.cache.Cache;

/**
 * What a cache of Corral can do besides the standard; {@code cache.unwrap(CorralCache.class)} gives
 * it.
 */
public interface CorralCache<K, V> extends Cache<K, V> {

  /**
   * Lets everything that waits for the cache writer be written now, by whichever JVM is at it, and
   * waits for that.
   *
   * @return whether no change that was queued before the call waits any more: it is written, or
   *     among the dead letters; always true for a cache that does not write behind
   */
  boolean flush(Duration timeout);

  /** How the queue of the cache writer stands; asks Redis. */
  WriteBehindStatistics writeBehindStatistics();

  /** The changes that the cache writer refused too often. */
  List<DeadLetter<K, V>> deadLetters();

  /**
   * Queues every dead letter again.
   *
   * @return how many they were
   */
  int replayDeadLetters();

  /**
   * Forgets every dead letter.
   *
   * @return how many they were
   */
  int discardDeadLetters();

  /** What this JVM loaded, waited for and served instead. */
  LoadingStatistics loadingStatistics();

  /** What this JVM answered from what it keeps near. */
  NearCacheStatistics nearCacheStatistics();

  /** What this JVM did while Redis was away. */
  OutageStatistics outageStatistics();
}
