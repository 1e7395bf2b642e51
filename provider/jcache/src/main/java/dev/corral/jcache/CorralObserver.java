package dev.corral.jcache;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows what the caches of a manager do besides hits: for tracing, metrics and logs. Add it with
 * {@link CorralObservers#add}, or give it to a new manager as the property {@link #PROPERTY}.
 *
 * <p>The methods are called by many threads at once, and never by a thread of the connection. The
 * caller or the loader waits for them, so they must be fast. An exception that a method throws
 * never reaches a caller of the cache; Corral logs the first one.
 */
public interface CorralObserver {

  /**
   * The property of a new cache manager whose value is its observer, as an object: {@code
   * corral.observer}.
   */
  String PROPERTY = "corral.observer";

  /** What a thread does on behalf of a cache. */
  enum Activity {
    /** A read of one key that missed: it waits for a loader, in this thread or another one. */
    MISS,
    /** A call of the cache loader, for one key or many. */
    LOAD,
    /** A call of the cache writer that writes entries. */
    WRITE,
    /** A call of the cache writer that deletes keys. */
    DELETE,
    /** A batch of the write-behind queue, from the queue to the database. */
    FLUSH
  }

  /** The end of an activity. */
  @FunctionalInterface
  interface Observed {

    /**
     * Called once, by the thread that began the activity.
     *
     * @param complete whether all keys have a value, were written, or were deleted
     * @param failure the exception that ended the activity; null if there was none
     */
    void end(boolean complete, @Nullable Throwable failure);
  }

  /**
   * An outage of a Redis node. The notices of its begin and end have the same object.
   *
   * @param node the address of the node; empty without a cluster
   * @param isReadable whether the node answers reads, and only refuses changes
   * @param cause why, without secrets
   */
  record Outage(String node, boolean isReadable, String cause) {}

  /**
   * A setting that is probably a mistake; see {@code redis.advice}.
   *
   * @param id names the advice, such as {@code no-expiry}
   * @param caches the caches that it concerns, in the order of their names; empty if it concerns
   *     the manager
   * @param finding what was found
   * @param remedy what to do
   */
  record Advice(String id, List<String> caches, String finding, String remedy) {

    /** Copies the list. */
    public Advice {
      caches = List.copyOf(caches);
    }
  }

  /**
   * A cache was opened. Called after it is usable, and for each open cache when the observer is
   * added. A cache that is opened at this moment may be notified twice.
   */
  default void cacheOpened(CorralCache<?, ?> cache) {}

  /** A cache was closed. Its methods throw {@link IllegalStateException}. */
  default void cacheClosed(CorralCache<?, ?> cache) {}

  /**
   * An activity begins in this thread. Activities of a thread are nested.
   *
   * @param keys the number of keys
   * @return receives the end of the activity; null if this observer ignores it
   */
  default @Nullable Observed begin(Activity activity, String cacheName, int keys) {
    return null;
  }

  /**
   * Called by the thread that hands a load over to another thread, which then runs the result. An
   * observer takes the context of the calling thread along, such as its current span.
   *
   * @return the same task with the context; the default is the task itself
   */
  default Runnable withContext(Runnable task) {
    return task;
  }

  /** An outage began; called shortly afterwards, by a background thread. */
  default void outageBegan(Outage outage) {}

  /** Corral has advice, which it also logs; called by a background thread. */
  default void advised(Advice advice) {}

  /** An outage ended, or the manager was closed during it; called by a background thread. */
  default void outageEnded(Outage outage) {}
}
