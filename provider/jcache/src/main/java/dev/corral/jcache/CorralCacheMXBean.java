package dev.corral.jcache;

import java.util.List;

/**
 * The management bean of a {@link CorralCache}, with the name {@code
 * dev.corral:type=CorralCache,CacheManager=…,Cache=…}. It is registered while the statistics of the
 * cache are enabled.
 *
 * <p>The attributes of the write-behind queue come from Redis, for all JVMs. They are at most one
 * second old, fail if Redis is unavailable, and outlive the JVMs. All other attributes are of this
 * JVM, since the cache was opened. Times are in milliseconds.
 */
public interface CorralCacheMXBean {

  /** The number of keys with a queued write. */
  long getQueueDepth();

  /** The age of the oldest queued change, in milliseconds; 0 if none is queued. */
  long getOldestPendingMillis();

  /** The number of changes that were queued. */
  long getQueuedWrites();

  /** The number of queued changes that a newer change of their key replaced. */
  long getCoalescedWrites();

  /** The number of queued changes that were written to the database. */
  long getWrittenWrites();

  /** The number of calls of the writer that wrote at least one change. */
  long getBatches();

  /** The number of failed attempts after which a change was queued again. */
  long getRetries();

  /** The number of dead letters. */
  long getDeadLetters();

  /** The keys of the dead letters, as text. */
  List<String> deadLetterKeys();

  /** Queues all dead letters again, and returns their number. */
  int replayDeadLetters();

  /** Deletes all dead letters, and returns their number. */
  int discardDeadLetters();

  /**
   * Makes all queued writes due at once, and waits for them.
   *
   * @param timeoutMillis the maximum wait, in milliseconds
   * @return whether all writes from before the call are written or dead letters
   */
  boolean flush(long timeoutMillis);

  /** The number of keys that the loader was called for. */
  long getLoads();

  /** The time of all calls of the loader, summed over all threads, in milliseconds. */
  long getLoadMillis();

  /** The number of calls of the loader that failed. */
  long getLoadFailures();

  /** The number of callers that waited for a load by another thread of this JVM. */
  long getLoadWaitsInJvm();

  /** The number of loads that were not necessary, because another JVM had loaded the key. */
  long getLoadWaitsInCluster();

  /** The number of loads that ran without the load lock of their key. */
  long getLoadLockTimeouts();

  /** The number of keys that were loaded together with other single misses. */
  long getJointLoads();

  /** The number of calls of the loader that did not happen, because the load budget was used up. */
  long getLoadsOverBudget();

  /** The number of entries that were refreshed in the background. */
  long getEarlyRefreshes();

  /** The number of expired values that were served. */
  long getStaleServed();

  /** The number of misses that a negative entry answered without the loader. */
  long getNegativeHits();

  /** The number of loaded values that were not stored, because the key had changed. */
  long getDiscardedLoads();

  /** The number of entries in the near cache. */
  long getNearEntries();

  /** The number of near-cache hits; counted while statistics are enabled. */
  long getNearHits();

  /** The number of reads that the near cache did not answer. */
  long getNearMisses();

  /** The number of reads that went to Redis because no near-cache lease was valid. */
  long getNearBypasses();

  /** The number of near-cache entries that were removed because of a change. */
  long getNearInvalidations();

  /** The number of entries that were not stored in the near cache, because they changed. */
  long getNearDroppedFills();

  /** The number of gaps among the invalidations that this JVM received. */
  long getNearGaps();

  /** The time without a valid near-cache lease, in milliseconds, summed over all buckets. */
  long getNearBypassedMillis();

  /** How often this JVM read a value that it could not decode; its entry is absent here. */
  long getUndecodableValues();

  /** How often this JVM skipped a stored key that it could not decode. */
  long getUndecodableKeys();

  /** How often this JVM did not store a value because one of its classes is not allowed. */
  long getRefusedValues();

  /** The classes that were not allowed, at most 100. */
  String[] getRefusedClasses();

  /** The patterns for {@code allowed-classes} that allow the refused classes. */
  String[] getSuggestedPatterns();

  /** How often an operation skipped a key or value that cannot be stored, instead of throwing. */
  long getSkippedOperations();

  /** The number of keys that running {@code loadAll} calls have not processed yet. */
  long getPendingLoads();

  /** The number of loader calls during outages. */
  long getOutageLoads();

  /** The number of reads that failed during outages because too many loads were running. */
  long getRefusedLoads();

  /** The number of changes during outages that only the writer got. */
  long getWrittenAround();

  /** The number of puts during outages that were dropped, because the cache has no writer. */
  long getDroppedPuts();

  /** The number of keys to repair before Redis is used again. */
  long getWaitingRepairs();

  /** The number of keys that were repaired. */
  long getRepairedKeys();

  /** Whether Redis is unavailable. */
  boolean isRedisAway();

  /** How often Redis refused the connections of this JVM, or a command for lack of a right. */
  long getConfigurationErrors();

  /** The last configuration error, with its remedy; empty if there is none now. */
  String getConfigurationError();

  /**
   * The settings as they apply, without secrets: lines such as {@code time-to-live = 10m
   * (corral.conf: 7, caches.users.time-to-live)}.
   */
  List<String> getEffectiveSettings();
}
