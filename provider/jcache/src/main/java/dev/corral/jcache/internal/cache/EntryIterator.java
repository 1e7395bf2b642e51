package dev.corral.jcache.internal.cache;

import dev.corral.jcache.internal.entry.CacheEntry;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/** Goes through the pages of the store, entry by entry. */
final class EntryIterator<K, V> implements Iterator<Cache.Entry<K, V>> {

  private final Iterator<Map<K, V>> pages;
  private final Function<CacheEntry<K, V>, @Nullable CacheEntry<K, V>> visit;
  private final Consumer<K> remove;
  private Iterator<Map.Entry<K, V>> page = Collections.emptyIterator();
  private @Nullable CacheEntry<K, V> ahead;
  private @Nullable K current;

  /**
   * @param visit what is done when an entry is handed out; null if it is gone by then
   */
  EntryIterator(
      Iterator<Map<K, V>> pages,
      Function<CacheEntry<K, V>, @Nullable CacheEntry<K, V>> visit,
      Consumer<K> remove) {
    this.pages = pages;
    this.visit = visit;
    this.remove = remove;
  }

  @Override
  public boolean hasNext() {
    while (ahead == null && (page.hasNext() || pages.hasNext())) {
      if (page.hasNext()) {
        Map.Entry<K, V> entry = page.next();
        ahead = visit.apply(new CacheEntry<>(entry.getKey(), entry.getValue()));
      } else {
        page = pages.next().entrySet().iterator();
      }
    }
    return ahead != null;
  }

  @Override
  public Cache.Entry<K, V> next() {
    if (!hasNext() || ahead == null) {
      throw new NoSuchElementException();
    }
    CacheEntry<K, V> entry = ahead;
    ahead = null;
    current = entry.key();
    return entry;
  }

  @Override
  public void remove() {
    if (current == null) {
      throw new IllegalStateException("next() was not called, or remove() was called already");
    }
    remove.accept(current);
    current = null;
  }
}
