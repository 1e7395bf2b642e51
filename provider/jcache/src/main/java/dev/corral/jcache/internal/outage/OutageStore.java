package dev.corral.jcache.internal.outage;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.EntryStore;
import dev.corral.jcache.internal.store.HeldLock;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A store that remembers to be cleared if it cannot be cleared now. */
public final class OutageStore<K, V> implements EntryStore<K, V> {

  private final CacheRecovery outage;
  private final EntryStore<K, V> store;
  private final boolean failFast;

  public OutageStore(CacheRecovery outage, EntryStore<K, V> store, boolean failFast) {
    this.outage = outage;
    this.store = store;
    this.failFast = failFast;
  }

  @Override
  public void clear() {
    if (outage.isAvailable()) {
      try {
        store.clear();
        return;
      } catch (RedisUnavailableException e) {
        if (failFast) {
          throw e;
        }
      }
    } else if (failFast) {
      throw outage.away("clear");
    }
    outage.repairAll();
  }

  @Override
  public Iterator<Map<K, V>> pages() {
    if (!outage.isAvailable()) {
      throw outage.away("iterate");
    }
    return store.pages();
  }

  @Override
  public Outcome<V> apply(K key, EntryOperation<V> operation) {
    return store.apply(key, operation);
  }

  @Override
  public List<Outcome<V>> applyAll(List<K> keys, List<EntryOperation<V>> operations) {
    return store.applyAll(keys, operations);
  }

  @Override
  public Snapshot<V> observe(K key) {
    return store.observe(key);
  }

  @Override
  public Snapshot<V> complete(K key, Snapshot<V> seen) {
    return store.complete(key, seen);
  }

  @Override
  public Optional<Outcome<V>> applyIfUnchanged(
      K key, EntryOperation<V> operation, Snapshot<V> seen, HeldLock hold) {
    return store.applyIfUnchanged(key, operation, seen, hold);
  }

  @Override
  public void prepareWrite(Collection<K> keys, String mark) {
    store.prepareWrite(keys, mark);
  }

  @Override
  public List<Outcome<V>> applyWritten(
      List<K> keys, List<EntryOperation<V>> operations, String mark) {
    return store.applyWritten(keys, operations, mark);
  }

  @Override
  public void abandonWrite(Collection<K> keys, String mark) {
    store.abandonWrite(keys, mark);
  }
}
