package dev.corral.jcache.internal.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;

/**
 * The entries of a cache that writes behind: the stored ones, then those that exist only as a
 * change in the write-behind queue. A page may be empty. For one thread.
 */
final class QueuedPages<K, V> implements Iterator<Map<K, V>> {

  private static final int PAGE = 100;

  private final Iterator<Map<K, V>> stored;
  private final Iterator<K> queued;
  private final Function<List<K>, Map<K, V>> lookup;
  private final Set<K> seen = new HashSet<>();

  /**
   * @param queued the keys that have a change in the queue, perhaps more than once
   * @param lookup finds the entries of those keys that have one
   */
  QueuedPages(Iterator<Map<K, V>> stored, Iterator<K> queued, Function<List<K>, Map<K, V>> lookup) {
    this.stored = stored;
    this.queued = queued;
    this.lookup = lookup;
  }

  @Override
  public boolean hasNext() {
    return stored.hasNext() || queued.hasNext();
  }

  @Override
  public Map<K, V> next() {
    return stored.hasNext() ? nextStored() : nextQueued();
  }

  private Map<K, V> nextStored() {
    Map<K, V> page = new LinkedHashMap<>(stored.next());
    page.keySet().removeAll(seen);
    seen.addAll(page.keySet());
    return page;
  }

  private Map<K, V> nextQueued() {
    if (!queued.hasNext()) {
      throw new NoSuchElementException();
    }
    List<K> keys = new ArrayList<>(PAGE);
    while (keys.size() < PAGE && queued.hasNext()) {
      K key = queued.next();
      if (seen.add(key)) {
        keys.add(key);
      }
    }
    return lookup.apply(keys);
  }
}
