package dev.corral.jcache.internal.pipeline.writing;

import dev.corral.jcache.DeadLetter;
import dev.corral.jcache.WriteBehindStatistics;
import java.time.Duration;
import java.util.List;

/** The write-behind queue of one cache, as the user controls it. */
public interface QueuedWrites<K, V> {

  /**
   * Writes all queued changes to the database now, and waits for it.
   *
   * @return whether all changes that were queued before this call have been written, or have become
   *     dead letters, within the timeout
   */
  boolean flush(Duration timeout);

  /** The current numbers of the queue, over all JVMs. */
  WriteBehindStatistics statistics();

  /** All dead letters of the cache. */
  List<DeadLetter<K, V>> deadLetters();

  /**
   * Removes all dead letters.
   *
   * @param queueAgain whether they are put back into the queue, to be written again
   * @return the number of dead letters removed
   */
  int removeDeadLetters(boolean queueAgain);

  /** Tries each queued write once more, waits for it for a limited time, and stops. */
  void close();

  /** The empty queue of a cache without write-behind. */
  static <K, V> QueuedWrites<K, V> none() {
    return new QueuedWrites<>() {
      @Override
      public boolean flush(Duration timeout) {
        return true;
      }

      @Override
      public WriteBehindStatistics statistics() {
        return WriteBehindStatistics.NONE;
      }

      @Override
      public List<DeadLetter<K, V>> deadLetters() {
        return List.of();
      }

      @Override
      public int removeDeadLetters(boolean queueAgain) {
        return 0;
      }

      @Override
      public void close() {}
    };
  }
}
