package dev.corral.transactions;

import dev.corral.jcache.ChangeIntent;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import java.util.ArrayList;
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
 * value after the COMMIT: see {@link CorralCache#recordIntent}. Used by one thread at a time.
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
    return isChanged ? null : cache.lookUp(key).value();
  }

  /** Whether nothing was changed. */
  public boolean isEmpty() {
    return changes.isEmpty();
  }

  /**
   * Records the intents. If this throws, no intent is left, and the transaction has to be rolled
   * back.
   *
   * @throws CacheException if Redis is unavailable, and the options or a cache that fails fast say
   *     that the transaction fails
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
   * For a COMMIT whose result is unknown: removes what may be stale, and lets the intents end by
   * themselves, because the database may still be at work.
   */
  public void afterUnknownEnd() {
    changes.values().forEach(OfCache::makeInCase);
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
    private @Nullable ChangeIntent intent;

    OfCache(CorralCache<K, ?> cache) {
      this.cache = cache;
    }

    void recordIntent(TransactionOptions options) {
      if (keys.isEmpty()) {
        return;
      }
      try {
        intent = cache.recordIntent(keys, options.intentTime());
      } catch (CacheException e) {
        if (options.failWithoutIntent() || isFailFast()) {
          throw e;
        }
        log.warn(
            "Cache '{}': a transaction is committed without an intent, because Redis is"
                + " unavailable; its entries are removed when Redis answers",
            cache.getName(),
            e);
      }
    }

    @SuppressWarnings("unchecked") // the type of a configuration is a class
    private boolean isFailFast() {
      return cache.getConfiguration(CorralConfiguration.class).isFailFast();
    }

    void make() {
      ChangeIntent recorded = intent;
      if (recorded != null) {
        attempt(recorded::confirm);
      } else if (!keys.isEmpty()) {
        attempt(() -> cache.invalidateAll(keys));
      }
      makeUnannounced();
    }

    void makeInCase() {
      ChangeIntent recorded = intent;
      if (recorded != null) {
        attempt(recorded::close);
      } else if (!keys.isEmpty()) {
        attempt(() -> cache.invalidateAll(keys));
      }
      makeUnannounced();
    }

    private void makeUnannounced() {
      if (cleared) {
        attempt(cache::clear);
      } else if (!tags.isEmpty()) {
        attempt(() -> cache.invalidateTags(new ArrayList<>(tags).toArray(new String[0])));
      }
    }

    void drop() {
      ChangeIntent recorded = intent;
      if (recorded != null) {
        attempt(recorded::withdraw);
      }
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
