package dev.corral.jcache.internal.outage;

import dev.corral.jcache.internal.redis.Accepts;
import dev.corral.jcache.internal.store.CacheContents;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * The contents of one cache, which can be cleared during an outage: the buckets that Redis does not
 * clear now are cleared when they are available again. An iteration needs all buckets, because only
 * Redis knows the keys. Safe for many threads.
 */
public final class OutageAwareContents<K, V> implements CacheContents<K, V> {

  /** Clears buckets. */
  public interface Clearer {

    /** The buckets that were not cleared, because Redis is unavailable for them. */
    Set<Integer> clear(Collection<Integer> buckets);
  }

  private final CacheRecovery recovery;
  private final CacheContents<K, V> contents;
  private final Clearer clearer;
  private final boolean failFast;

  /**
   * @param contents used while Redis is available
   * @param failFast whether a clear during an outage throws, after it has cleared what it can
   */
  public OutageAwareContents(
      CacheRecovery recovery, CacheContents<K, V> contents, Clearer clearer, boolean failFast) {
    this.recovery = recovery;
    this.contents = contents;
    this.clearer = clearer;
    this.failFast = failFast;
  }

  @Override
  public void clear() {
    Set<Integer> available = recovery.bucketsAccepting(Accepts.REMOVALS);
    Set<Integer> uncleared = new HashSet<>(clearer.clear(available));
    for (int bucket = 0; bucket < recovery.slots().buckets(); bucket++) {
      if (!available.contains(bucket)) {
        uncleared.add(bucket);
      }
    }
    if (uncleared.isEmpty()) {
      return;
    }
    if (failFast) {
      throw recovery.unavailable("clear");
    }
    recovery.repairAll(uncleared);
  }

  @Override
  public Iterator<Map<K, V>> pages() {
    recovery.requireReadable("iterate");
    return whileReadable(contents.pages());
  }

  @Override
  public Iterator<Set<K>> keyPages() {
    recovery.requireReadable("iterate");
    return whileReadable(contents.keyPages());
  }

  /** The same pages; fails as soon as some bucket cannot be read. */
  private <T> Iterator<T> whileReadable(Iterator<T> pages) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return pages.hasNext();
      }

      @Override
      public T next() {
        recovery.requireReadable("iterate");
        return pages.next();
      }
    };
  }
}
