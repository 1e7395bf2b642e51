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
}
