package dev.corral.transactions;

import dev.corral.jcache.CacheUnavailableException;
import dev.corral.jcache.ChangeIntent;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one transaction changes in caches, held until it ends. {@link CacheTransaction} uses it for
 * JDBC; use it directly for another transaction manager: call {@link #beforeCommit}, let the
 * database commit, and then call exactly one of {@link #afterCommit}, {@link #afterRollback} and
 * {@link #afterUnknownEnd}.
 *
 * <p>Before the COMMIT it records intents for the keys, so that no JVM reads or stores an older
 * value after the COMMIT: see {@link CorralCache#recordIntent}. A key that is noted after that gets
 * an intent by another call of {@link #beforeCommit}, and is removed after the COMMIT in any case.
 * Used by one thread at a time.
 */
public final class CacheChanges {

  private static final Logger log = LoggerFactory.getLogger(CacheChanges.class);

  private final TransactionOptions options;
  private final Map<CorralCache<?, ?>, OfCache<?>> changes = new LinkedHashMap<>();

  /** No changes yet. */
  public CacheChanges(TransactionOptions options) {
    this.options = options;
  }

  /** Notes that the transaction changes a row, whose entry is to be removed. */
  public <K> void invalidate(CorralCache<K, ?> cache, K key) {
    invalidateAll(cache, Set.of(key));
  }

  /** The same for several keys. */
  public <K> void invalidateAll(CorralCache<K, ?> cache, Set<? extends K> keys) {
    of(cache).keys.addAll(keys);
  }

  /**
   * Notes that entries with the tags are to be removed after the COMMIT. There is no intent for
   * tags: if the JVM dies between the COMMIT and the removal, the entries stay until they expire.
   */
  public void invalidateTags(CorralCache<?, ?> cache, String... tags) {
    of(cache).tags.addAll(List.of(tags));
  }

  /** Notes that all entries are to be removed after the COMMIT; without an intent, as for tags. */
  public void clear(CorralCache<?, ?> cache) {
    of(cache).cleared = true;
  }

  /**
   * The value of the cache, unless this transaction changes the key or the cache as a whole. Calls
   * no loader, and what the caller then reads from the database is not stored, because it may not
   * be committed.
   *
   * @return null if the caller has to ask the database
   */
  public <K, V> @Nullable V get(CorralCache<K, V> cache, K key) {
    OfCache<?> own = changes.get(cache);
    boolean isChanged =
        own != null && (own.cleared || !own.tags.isEmpty() || own.keys.contains(key));
    return isChanged ? null : cache.getIfPresent(key);
  }

  /** Whether nothing was changed. */
  public boolean isEmpty() {
    return changes.isEmpty();
  }

  /**
   * Records intents for the keys that have none yet. If this throws, no intent is left, and the
   * transaction has to be rolled back.
   *
   * @throws CacheException if Redis is unavailable, and the options or a cache that fails fast say
   *     that the transaction fails; or if Redis refuses an intent
   * @throws UnsupportedOperationException if a cache writes behind
   */
  public void beforeCommit() {
    try {
      changes.values().forEach(it -> it.recordIntent(options));
    } catch (RuntimeException e) {
      afterRollback();
      throw e;
    }
  }

  /** Makes the changes. A failure is logged, because the transaction is committed. */
  public void afterCommit() {
    changes.values().forEach(OfCache::make);
    changes.clear();
  }

  /** Drops the changes, and ends the intents. */
  public void afterRollback() {
    changes.values().forEach(OfCache::drop);
    changes.clear();
  }

  /**
   * For a COMMIT whose result is unknown: lets the intents end by themselves, because the database
   * may still be at work. Keys without an intent get one now, or are removed if that fails.
   */
  public void afterUnknownEnd() {
    changes.values().forEach(it -> it.makeInCase(options));
    changes.clear();
  }

  @SuppressWarnings("unchecked")
  private <K> OfCache<K> of(CorralCache<K, ?> cache) {
    return (OfCache<K>) changes.computeIfAbsent(cache, it -> new OfCache<>(cache));
  }

  /** The changes in one cache. */
  private static final class OfCache<K> {

    private final CorralCache<K, ?> cache;
    private final Set<K> keys = new LinkedHashSet<>();
    private final Set<String> tags = new LinkedHashSet<>();
    private boolean cleared;
    private final Set<K> recorded = new HashSet<>();
    private final List<ChangeIntent> intents = new ArrayList<>();

    OfCache(CorralCache<K, ?> cache) {
      this.cache = cache;
    }

    void recordIntent(TransactionOptions options) {
      Set<K> unrecorded = unrecorded();
      if (unrecorded.isEmpty()) {
        return;
      }
      try {
        intents.add(cache.recordIntent(unrecorded, options.intentTime()));
        recorded.addAll(unrecorded);
      } catch (CacheUnavailableException e) {
        if (options.failWithoutIntent() || isFailFast()) {
          throw e;
        }
        log.warn(
            "Cache '{}': a transaction is committed without an intent, because Redis is"
                + " unavailable; its entries are removed when Redis answers: {}",
            cache.getName(),
            e.getMessage());
      }
    }

    /** The keys that have no intent. */
    private Set<K> unrecorded() {
      Set<K> unrecorded = new LinkedHashSet<>(keys);
      unrecorded.removeAll(recorded);
      return unrecorded;
    }

    @SuppressWarnings("unchecked") // the type of a configuration is a class
    private boolean isFailFast() {
      return cache.getConfiguration(CorralConfiguration.class).isFailFast();
    }

    void make() {
      intents.forEach(it -> attempt(it::confirm));
      invalidate(unrecorded());
      makeUnannounced();
    }

    void makeInCase(TransactionOptions options) {
      intents.forEach(it -> attempt(it::close));
      Set<K> unrecorded = unrecorded();
      try {
        cache.recordIntent(unrecorded, options.intentTime()).close();
      } catch (RuntimeException e) {
        invalidate(unrecorded);
      }
      makeUnannounced();
    }

    private void invalidate(Set<K> changed) {
      if (!changed.isEmpty()) {
        attempt(() -> cache.invalidateAll(changed));
      }
    }

    private void makeUnannounced() {
      if (cleared) {
        attempt(cache::clear);
      } else if (!tags.isEmpty()) {
        attempt(() -> cache.invalidateTags(new ArrayList<>(tags).toArray(new String[0])));
      }
    }

    void drop() {
      intents.forEach(it -> attempt(it::withdraw));
    }

    private void attempt(Runnable change) {
      try {
        change.run();
      } catch (RuntimeException e) {
        log.warn(
            "Cache '{}' has not made a change after the end of its transaction; entries may be"
                + " stale until they expire",
            cache.getName(),
            e);
      }
    }
  }
}
