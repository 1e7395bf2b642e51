package dev.corral.jcache.internal.pipeline.writing;

import dev.corral.jcache.DeadLetter;
import dev.corral.jcache.WriteBehindStatistics;
import java.time.Duration;
import java.util.List;

/** What a user may ask of the queue of the writer. */
public interface QueuedWrites<K, V> {

  /** Has everything written; whether all that was queued before is written in time. */
  boolean flush(Duration timeout);

  WriteBehindStatistics statistics();

  List<DeadLetter<K, V>> deadLetters();

  /** Takes all dead letters out, and queues them again if so wished; gives their number. */
  int removeDeadLetters(boolean queueAgain);

  /** Writes what waits, for a bounded time, and ends. */
  void close();

  /** The queue of a cache that does not write behind. */
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
