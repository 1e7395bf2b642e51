package dev.corral.jcache;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A warm-up that {@link CorralCache#warm(Iterable, WarmUpOptions)} has started: it loads many keys
 * in the background. Safe for many threads.
 *
 * <p>While Redis is unavailable, or refuses changes, for a part of the cache or of another cache of
 * the manager, the loader is not called. The warm-up continues after the outage, and repeats the
 * batches that the outage interrupted; a batch that was interrupted three times after its keys were
 * loaded counts as failed. A batch of which a value was not stored is repeated once, as the cause
 * may be a failure of Redis.
 *
 * <p>If a batch fails, its keys are counted, and the warm-up continues with the next batch: after
 * 100 ms, and after twice the time for each further failure in a row, up to 10 s.
 *
 * <p>It ends after the last key, after {@link #stop}, when the cache is closed, when reading the
 * keys fails, when no thread can be started, or when the loader throws an {@link Error}.
 */
public interface WarmUp {

  /** Whether a warm-up is running, or how it ended. */
  enum State {
    /** It reads keys and loads them. */
    RUNNING,
    /** It was paused. */
    PAUSED,
    /** It waits for the end of an outage, or because a batch has failed. */
    WAITING,
    /** It has processed all keys. */
    COMPLETED,
    /** It was stopped, or the cache was closed. */
    STOPPED,
    /** The keys could not be read, or the loader threw an error. */
    FAILED
  }

  /**
   * What a warm-up has done until now. Keys of running batches are not counted yet, and those of
   * batches that an outage has interrupted only after the repetition: never, if the warm-up was
   * stopped before. A batch that is repeated is counted once.
   *
   * @param state its state
   * @param loaded keys for which the loader had a value, also in another thread or JVM. As in every
   *     load, a value is not stored if the key was changed meanwhile
   * @param present keys that were in the cache; they were not loaded
   * @param absent keys for which the loader had no value, now or in a remembered miss
   * @param failed keys of the batches that failed
   * @param time the time since the start, without pauses
   * @param causes the first failures, at most 10
   */
  record Progress(
      State state,
      long loaded,
      long present,
      long absent,
      long failed,
      Duration time,
      List<Throwable> causes) {

    /** Copies the list. */
    public Progress {
      causes = List.copyOf(causes);
    }

    /** The number of keys that were processed, whatever the result. */
    public long processed() {
      return loaded + present + absent + failed;
    }

    /** The mean number of keys per second, without pauses; 0 if no time has passed. */
    public double keysPerSecond() {
      return time.isZero() ? 0 : processed() * 1e9 / time.toNanos();
    }
  }

  /** What it has done until now. */
  Progress progress();

  /**
   * Completes when the warm-up has ended and no batch is running any more: with the progress, also
   * if it was stopped; or exceptionally, if it failed. Dependent actions without an executor run in
   * a thread of the cache.
   */
  CompletionStage<Progress> completion();

  /** Starts no further batch until {@link #resume}. Running batches continue. */
  void pause();

  /** Continues after {@link #pause}; otherwise does nothing. */
  void resume();

  /**
   * Ends it after the running batches. Does not wait. If the iterator of the keys blocks, the
   * warm-up ends when the iterator returns.
   */
  void stop();
}
