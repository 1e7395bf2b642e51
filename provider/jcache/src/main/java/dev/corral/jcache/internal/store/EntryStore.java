package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Snapshot;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The shared state of one cache. Each method is one atomic step for every entry it touches and runs
 * no loader, writer or processor.
 *
 * <p>Whatever goes wrong between here and Redis is a {@link javax.cache.CacheException}.
 */
public interface EntryStore<K, V> {

  /** Decides and commits one operation. */
  Outcome<V> apply(K key, EntryOperation<V> operation);

  /**
   * Decides and commits many operations, as one atomic step each; the outcomes are in the order of
   * the keys.
   */
  List<Outcome<V>> applyAll(List<K> keys, List<EntryOperation<V>> operations);

  /** The entry as it is now. */
  Snapshot<V> observe(K key);

  /**
   * What was seen of an entry when its key was had, or what stands for it elsewhere in the store if
   * it was gone.
   */
  Snapshot<V> complete(K key, Snapshot<V> seen);

  /**
   * Commits an operation on an entry that was seen before.
   *
   * @param hold of the key, which may end if the operation is committed
   * @return empty if the entry is no longer as it was seen; then nothing was done
   */
  Optional<Outcome<V>> applyIfUnchanged(
      K key, EntryOperation<V> operation, Snapshot<V> seen, HeldLock hold);

  /**
   * Marks keys whose change a writer is about to take to the database, so that nothing stale can
   * stay in the cache, even if this JVM dies in between: no load is stored meanwhile, and what the
   * entries hold expires soon.
   *
   * @param mark names this write
   */
  void prepareWrite(Collection<K> keys, String mark);

  /**
   * Commits changes that the database has. An entry that another writer has marked since is removed
   * instead, because nobody knows which of the two the database heard last.
   */
  List<Outcome<V>> applyWritten(List<K> keys, List<EntryOperation<V>> operations, String mark);

  /** Takes the marks away and lets the entries live as before, because the writer failed. */
  void abandonWrite(Collection<K> keys, String mark);

  /**
   * The entries, page by page, in no order. An entry that lives during the whole iteration occurs
   * exactly once; one that comes or goes meanwhile may or may not occur.
   */
  Iterator<Map<K, V>> pages();

  /** Removes all entries, in one step for each bucket. */
  void clear();
}
