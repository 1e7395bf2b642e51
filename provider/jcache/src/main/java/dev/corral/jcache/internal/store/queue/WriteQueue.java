package dev.corral.jcache.internal.store.queue;

import dev.corral.jcache.DeadLetter;
import dev.corral.jcache.WriteBehindStatistics;
import java.time.Duration;
import java.util.List;

/**
 * The changes of one cache that the database does not have yet, shared by all JVMs and divided into
 * buckets. A JVM takes writes from a bucket while it holds the lease on it.
 *
 * <p>Whatever goes wrong on the way to the queue is a {@link javax.cache.CacheException}.
 */
public interface WriteQueue<K, V> {

  /**
   * What a JVM was given.
   *
   * @param leased whether it holds the lease; else it was given nothing
   * @param takenMillis when, by the clock of the queue
   */
  record Taken<K, V>(boolean leased, long takenMillis, List<PendingWrite<K, V>> writes) {}

  /**
   * A write that was not done.
   *
   * @param attempts how often the writer has refused it by now
   * @param waitMillis after how long it is due again; negative to park it
   */
  record Refused<K, V>(PendingWrite<K, V> write, int attempts, long waitMillis, String reason) {}

  /**
   * How the queue stands.
   *
   * @param unwritten how many keys have a change from before the given times
   * @param due how many keys are due by the given times
   */
  record Status(WriteBehindStatistics statistics, long unwritten, long due) {}

  int buckets();

  /** How often a lease has to be renewed while a writer is at work. */
  Duration renewal();

  /** Takes or renews the lease on a bucket, and takes writes that are due. */
  Taken<K, V> take(int bucket, int limit);

  /** Renews the lease; whether it is still this JVM's. */
  boolean stillLeased(int bucket);

  /** Renews the lease, if it is this JVM's, without waiting. */
  void keepLease(int bucket);

  /** Ends the leases that this JVM has. */
  void release();

  /**
   * Forgets writes that the database has now, unless there are newer ones of their keys.
   *
   * @return false if the lease was lost; then nothing was forgotten
   */
  boolean acknowledge(int bucket, long takenMillis, List<PendingWrite<K, V>> written);

  /**
   * Puts writes back that were not done, unless there are newer ones of their keys.
   *
   * @return false if the lease was lost; then nothing was done
   */
  boolean giveBack(int bucket, List<Refused<K, V>> refused);

  /** Makes everything due at once; gives the time of each bucket. */
  List<Long> hasten();

  /** How the queue stands, seen from a time for each bucket. */
  Status status(List<Long> millis);

  List<DeadLetter<K, V>> deadLetters();

  /** Takes all dead letters out, and queues them again if so wished; gives their number. */
  int removeDeadLetters(boolean queueAgain);
}
