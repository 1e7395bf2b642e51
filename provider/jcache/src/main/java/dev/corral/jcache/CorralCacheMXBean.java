package dev.corral.jcache;

import java.util.List;

/** {@link CorralCache} for those who operate it; times are in milliseconds. */
public interface CorralCacheMXBean {

  /** How many keys wait for the cache writer. */
  long getQueueDepth();

  /** How long the oldest change waits for the cache writer. */
  long getOldestPendingMillis();

  /** How many changes were queued for the cache writer ever. */
  long getQueuedWrites();

  /** How many changes were never written, because a newer one of their key was. */
  long getCoalescedWrites();

  /** How many changes the cache writer has written behind. */
  long getWrittenWrites();

  /** How many calls of the cache writer succeeded. */
  long getBatches();

  /** How many changes were put back to be tried again. */
  long getRetries();

  /** How many changes the cache writer refused too often. */
  long getDeadLetters();

  /** The keys of the dead letters. */
  List<String> deadLetterKeys();

  /** Queues every dead letter again, and tells how many. */
  int replayDeadLetters();

  /** Forgets every dead letter, and tells how many. */
  int discardDeadLetters();

  /** Has everything written that waits; tells whether it was in time. */
  boolean flush(long timeoutMillis);

  /** How many keys the loader was asked for, in this JVM. */
  long getLoads();

  /** How many calls of the loader failed. */
  long getLoadFailures();

  /** How many callers waited for a load by another thread of this JVM. */
  long getLoadWaitsInJvm();

  /** How many loads were spared, because another JVM had loaded the key meanwhile. */
  long getLoadWaitsInCluster();

  /** How many loads went ahead without the lock of their key. */
  long getLoadLockTimeouts();

  /** How many entries were refreshed in the background. */
  long getEarlyRefreshes();

  /** How many expired values were served. */
  long getStaleServed();

  /** How many misses were answered without the loader. */
  long getNegativeHits();

  /** How many loaded values were not stored, because the key was changed since. */
  long getDiscardedLoads();

  /** How many entries are kept near in this JVM. */
  long getNearEntries();

  /** How many reads were answered from near, as long as statistics are enabled. */
  long getNearHits();

  /** How many reads were not near, or might not be answered from there. */
  long getNearMisses();

  /** How many of these were near, but without certainty in time. */
  long getNearBypasses();

  /** How many entries were forgotten because they changed. */
  long getNearInvalidations();

  /** How many entries were not kept near, because they changed while they were read. */
  long getNearDroppedFills();

  /** How often news of changes were missing. */
  long getNearGaps();

  /** For how long reads could not be answered from near, in milliseconds, over all buckets. */
  long getNearBypassedMillis();

  /** How many keys of {@code loadAll} are still to be looked at, in this JVM. */
  long getPendingLoads();

  /** How many loads went around Redis while it was away. */
  long getOutageLoads();

  /** How many of them were refused, because too many were under way. */
  long getRefusedLoads();

  /** How many changes only the cache writer got, because Redis was away. */
  long getWrittenAround();

  /** How many puts were dropped, because Redis was away and there is no writer. */
  long getDroppedPuts();

  /** How many keys will be removed from the cache once Redis is back. */
  long getWaitingRepairs();

  /** How many keys were removed from the cache when Redis was back. */
  long getRepairedKeys();

  /** Whether Redis is away now. */
  boolean isRedisAway();
}
