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

/** Iterates over the entries of a cache, page by page. Not safe for many threads. */
final class EntryIterator<K, V> implements Iterator<Cache.Entry<K, V>> {

  private final Iterator<Map<K, V>> pages;
  private final Function<CacheEntry<K, V>, @Nullable CacheEntry<K, V>> visit;
  private final Consumer<K> remove;
  private Iterator<Map.Entry<K, V>> page = Collections.emptyIterator();
  private @Nullable CacheEntry<K, V> following;
  private @Nullable K current;

  /**
   * @param visit accesses an entry before it is returned; null if the entry is absent by then
   * @param remove removes the entry of a key from the cache
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
    while (following == null && (page.hasNext() || pages.hasNext())) {
      if (page.hasNext()) {
        Map.Entry<K, V> entry = page.next();
        following = visit.apply(new CacheEntry<>(entry.getKey(), entry.getValue()));
      } else {
        page = pages.next().entrySet().iterator();
      }
    }
    return following != null;
  }

  @Override
  public Cache.Entry<K, V> next() {
    if (!hasNext() || following == null) {
      throw new NoSuchElementException();
    }
    CacheEntry<K, V> entry = following;
    following = null;
    current = entry.key();
    return entry;
  }

  @Override
  public void remove() {
    if (current == null) {
      throw new IllegalStateException("call next() before remove(), and remove() once per entry");
    }
    remove.accept(current);
    current = null;
  }
}
