package dev.corral.cdc;

import dev.corral.jcache.CorralCache;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import javax.cache.CacheException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of caches that follow from the log, until they are made. Used by one thread.
 *
 * <p>No entry stays stale because something fails: if a key cannot be computed or stored, or if a
 * transaction has too many of them, the cache is cleared.
 */
final class PendingInvalidations {

  private static final Logger log = LoggerFactory.getLogger(PendingInvalidations.class);

  private final int clearAbove;
  private final Counters counters;
  private final Map<CorralCache<Object, ?>, OfCache> caches = new LinkedHashMap<>();
  private int size;

  PendingInvalidations(int clearAbove, Counters counters) {
    this.clearAbove = clearAbove;
    this.counters = counters;
  }

  /** How many keys and clears wait. */
  int size() {
    return size;
  }

  /** Notes a row that a transaction has changed. */
  void add(TableMapping mapping, ChangedRow row) {
    OfCache cache = of(mapping);
    if (mapping.concernsAllEntries()) {
      cache.clear();
      return;
    }
    if (cache.isCleared()) {
      return;
    }
    try {
      cache.add(mapping.keys(row));
    } catch (RuntimeException | Error e) {
      cache.logFailure(row, e);
      cache.clear();
    }
  }

  /** Notes that all rows of a table have changed. */
  void addAll(TableMapping mapping) {
    of(mapping).clear();
  }

  /** What follows belongs to another transaction. */
  void endTransaction() {
    caches.values().forEach(OfCache::endTransaction);
  }

  private OfCache of(TableMapping mapping) {
    return caches.computeIfAbsent(mapping.cache(), OfCache::new);
  }

  /**
   * Makes the changes, also those of other caches if one of them fails, and forgets them.
   *
   * @throws CacheException if Redis has not confirmed all of them; the log has to be read again
   * @throws IllegalStateException the same, if a cache is closed
   */
  void make() {
    size = 0;
    forAll(caches.values(), OfCache::make);
  }

  /**
   * Clears caches, also the others if one of them fails.
   *
   * @throws CacheException if Redis has not confirmed all of it
   * @throws IllegalStateException if a cache is closed
   */
  static void clearAll(Collection<CorralCache<?, ?>> caches, Counters counters) {
    forAll(caches, it -> clear(it, counters));
  }

  /** Does the same for all, and throws the first failure after that. */
  private static <T> void forAll(Collection<T> all, Consumer<T> action) {
    RuntimeException failure = null;
    for (T each : all) {
      try {
        action.accept(each);
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static void clear(CorralCache<?, ?> cache, Counters counters) {
    cache.clear();
    requireConfirmed(cache);
    counters.clears.increment();
  }

  /**
   * During an outage, a cache that does not fail fast only notes in this JVM what is to be removed.
   * That is lost if the JVM dies, so the log must not be confirmed.
   */
  private static void requireConfirmed(CorralCache<?, ?> cache) {
    if (cache.outageStatistics().away()) {
      throw new CacheException(
          ("cache '%s': Redis is unavailable, so it has not confirmed the changes from the log;"
                  + " they are read again after the outage")
              .formatted(cache.getName()));
    }
  }

  /** The changes of one cache. */
  private final class OfCache {

    private final CorralCache<Object, ?> cache;
    private final Set<Object> keys = new HashSet<>();
    private final RepeatedWarning warning = new RepeatedWarning();
    private int keysOfTransaction;

    /** Whether the cache is to be cleared. */
    private boolean mustClear;

    /** Whether the cache is to be, or was, cleared also for the current transaction. */
    private boolean clearedForTransaction;

    OfCache(CorralCache<Object, ?> cache) {
      this.cache = cache;
    }

    /** Whether further rows of the current transaction change nothing. */
    boolean isCleared() {
      clearedForTransaction |= mustClear;
      return clearedForTransaction;
    }

    void add(Collection<?> changed) {
      keysOfTransaction += changed.size();
      if (keysOfTransaction > clearAbove) {
        log.warn(
            "Cache '{}' is cleared, because a transaction has changed more than {} of its keys",
            cache.getName(),
            clearAbove);
        clear();
        return;
      }
      for (Object key : changed) {
        if (keys.add(key)) {
          size++;
        }
      }
    }

    void clear() {
      if (!isCleared()) {
        size += 1 - keys.size();
        keys.clear();
        mustClear = true;
        clearedForTransaction = true;
      }
    }

    void endTransaction() {
      keysOfTransaction = 0;
      clearedForTransaction = false;
    }

    void make() {
      try {
        if (mustClear) {
          PendingInvalidations.clear(cache, counters);
        } else if (!keys.isEmpty()) {
          invalidate();
        }
        counters.keys.add(keys.size());
      } finally {
        mustClear = false;
        keys.clear();
      }
    }

    /**
     * Without the message of a function of the application, which may have values of columns, such
     * as passwords. At the level DEBUG it is logged.
     */
    void logFailure(ChangedRow row, Throwable failure) {
      String reason = ChangedRow.isThrown(failure) ? failure.getMessage() : place(failure);
      if (warning.isDue(String.valueOf(reason))) {
        log.error(
            "Cache '{}' is cleared, because its key function failed for a {}; correct the function"
                + " or the replica identity of the table. Reason: {}",
            cache.getName(),
            row,
            reason);
      }
      log.debug("The key function of cache '{}' failed", cache.getName(), failure);
    }

    private static String place(Throwable failure) {
      String name = failure.getClass().getName();
      return Arrays.stream(failure.getStackTrace())
          .filter(it -> !it.getClassName().startsWith("java."))
          .findFirst()
          .map(it -> name + " at " + it)
          .orElse(name);
    }

    private void invalidate() {
      try {
        cache.invalidateAll(keys);
        requireConfirmed(cache);
      } catch (RuntimeException e) {
        if (cache.outageStatistics().away()) {
          throw e;
        }
        PendingInvalidations.clear(cache, counters);
        if (warning.isDue(String.valueOf(e.getMessage()))) {
          log.error(
              "Cache '{}' was cleared, because it cannot invalidate single keys from the log",
              cache.getName(),
              e);
        }
      }
    }
  }
}
