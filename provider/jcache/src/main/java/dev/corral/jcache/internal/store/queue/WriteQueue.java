package dev.corral.jcache.internal.store.queue;

import dev.corral.jcache.DeadLetter;
import dev.corral.jcache.WriteBehindStatistics;
import java.time.Duration;
import java.util.List;

/**
 * The durable write-behind queue of one cache: the changes that the database does not have yet. All
 * JVMs share it, and it is divided into buckets. One JVM at a time drains a bucket: the one that
 * holds the lease on it.
 *
 * <p>If Redis fails, each method throws a {@link javax.cache.CacheException}.
 */
public interface WriteQueue<K, V> {

  /**
   * Changes that a JVM may write now.
   *
   * @param leased whether the JVM holds the lease; without it, there are no changes
   * @param takenMillis when they were taken, by the server's clock
   */
  record Taken<K, V>(boolean leased, long takenMillis, List<PendingWrite<K, V>> writes) {}

  /**
   * A change that the writer refused.
   *
   * @param attempts how often the writer has refused it by now
   * @param waitMillis after how long it is due again; negative to make it a dead letter
   */
  record Refused<K, V>(PendingWrite<K, V> write, int attempts, long waitMillis, String reason) {}

  /**
   * The status of the queue.
   *
   * @param unwritten how many keys have a change from before the given times
   * @param due how many keys are due by the given times
   */
  record Status(WriteBehindStatistics statistics, long unwritten, long due) {}

  int buckets();

  /**
   * The text about a failure that a dead letter contains: class and message; or only the class if
   * values are encrypted, because a message may quote the value.
   */
  String reasonOf(Throwable failure);

  /** How often a JVM has to renew its lease while a writer is at work. */
  Duration renewal();

  /** Takes or renews the lease on a bucket, and takes up to {@code limit} changes that are due. */
  Taken<K, V> take(int bucket, int limit);

  /** Renews the lease; false if this JVM has lost it. */
  boolean stillLeased(int bucket);

  /** Renews the lease, if this JVM holds it, without waiting. */
  void keepLease(int bucket);

  /** Ends the leases that this JVM holds. */
  void release();

  /**
   * Removes changes that the database has now. A newer change of the same key stays.
   *
   * @return false if the lease was lost; then nothing was removed
   */
  boolean acknowledge(int bucket, long takenMillis, List<PendingWrite<K, V>> written);

  /**
   * Returns changes that the writer refused. A newer change of the same key stays.
   *
   * @return false if the lease was lost; then nothing was done
   */
  boolean giveBack(int bucket, List<Refused<K, V>> refused);

  /**
   * Makes all changes due at once.
   *
   * @return the server's time in ms for each bucket
   */
  List<Long> makeDue();

  /** The status of the queue as of a time for each bucket, in ms; an empty list is 0 for all. */
  Status status(List<Long> millis);

  List<DeadLetter<K, V>> deadLetters();

  /**
   * Removes all dead letters.
   *
   * @param queueAgain whether they are queued again, as if they had never failed
   * @return how many there were
   */
  int removeDeadLetters(boolean queueAgain);
}
