package dev.corral.cdc;

import dev.corral.jcache.CorralCache;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
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
      log.error(
          "Cache '{}' is cleared, because its key function failed for a {}; correct the function or"
              + " the replica identity of the table",
          mapping.cache().getName(),
          row,
          e);
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
   * Makes the changes.
   *
   * @throws CacheException if Redis has not confirmed them; they have to be made again
   */
  void make() {
    caches.values().forEach(OfCache::make);
    size = 0;
  }

  /**
   * Clears a cache.
   *
   * @throws CacheException if Redis has not confirmed it
   */
  static void clear(CorralCache<?, ?> cache, Counters counters) {
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
      if (mustClear) {
        PendingInvalidations.clear(cache, counters);
      } else if (!keys.isEmpty()) {
        invalidate();
      }
      mustClear = false;
      counters.keys.add(keys.size());
      keys.clear();
    }

    private void invalidate() {
      try {
        cache.invalidateAll(keys);
        requireConfirmed(cache);
      } catch (RuntimeException e) {
        if (cache.outageStatistics().away()) {
          throw e;
        }
        log.error(
            "Cache '{}' is cleared, because it cannot invalidate single keys from the log",
            cache.getName(),
            e);
        PendingInvalidations.clear(cache, counters);
      }
    }
  }
}
