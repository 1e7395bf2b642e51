package dev.corral.jcache.internal.outage;

import dev.corral.jcache.EntryMetadata;
import dev.corral.jcache.internal.redis.Accepts;
import dev.corral.jcache.internal.store.CacheContents;
import dev.corral.jcache.internal.store.EntryPages;
import dev.corral.jcache.internal.store.tags.TagInvalidation;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
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
  private final EntryPages<K, V> pages;
  private final Clearer clearer;
  private final TagInvalidation tagInvalidation;
  private final boolean failFast;

  /**
   * @param pages used while Redis is available
   * @param failFast whether a clear during an outage throws, after it has cleared what it can
   */
  public OutageAwareContents(
      CacheRecovery recovery,
      EntryPages<K, V> pages,
      Clearer clearer,
      TagInvalidation tagInvalidation,
      boolean failFast) {
    this.recovery = recovery;
    this.pages = pages;
    this.clearer = clearer;
    this.tagInvalidation = tagInvalidation;
    this.failFast = failFast;
  }

  @Override
  public void clear() {
    inAllBuckets("clear", clearer);
  }

  /** A bucket that refuses it is cleared as a whole, when it is available again. */
  @Override
  public void invalidateTags(Collection<String> tags) {
    inAllBuckets("invalidate tags", buckets -> tagInvalidation.invalidate(buckets, tags));
  }

  private void inAllBuckets(String operation, Clearer change) {
    Set<Integer> available = recovery.bucketsAccepting(Accepts.REMOVALS);
    Set<Integer> uncleared = new HashSet<>(change.clear(available));
    for (int bucket = 0; bucket < recovery.slots().buckets(); bucket++) {
      if (!available.contains(bucket)) {
        uncleared.add(bucket);
      }
    }
    if (uncleared.isEmpty()) {
      return;
    }
    if (failFast) {
      throw recovery.unavailable(operation);
    }
    recovery.repairAll(uncleared);
  }

  @Override
  public Iterator<Map<K, V>> pages() {
    recovery.requireReadable("iterate");
    return whileReadable(pages.pages());
  }

  @Override
  public Iterator<Set<K>> keyPages() {
    recovery.requireReadable("iterate");
    return whileReadable(pages.keyPages());
  }

  @Override
  public Optional<EntryMetadata> metadata(K key) {
    recovery.requireReadable("metadata");
    return pages.metadata(key);
  }

  /** The same pages; fails as soon as some bucket cannot be read. */
  private <T> Iterator<T> whileReadable(Iterator<T> all) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public T next() {
        recovery.requireReadable("iterate");
        return all.next();
      }
    };
  }
}
