package dev.corral.jcache.internal.store;

import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;

/** Pages of entries, without the empty ones. For one thread. */
final class NonEmptyPages<K, V> implements Iterator<Map<K, V>> {

  private final Iterator<Map<K, V>> pages;
  private Map<K, V> page = Map.of();

  NonEmptyPages(Iterator<Map<K, V>> pages) {
    this.pages = pages;
  }

  @Override
  public boolean hasNext() {
    while (page.isEmpty() && pages.hasNext()) {
      page = pages.next();
    }
    return !page.isEmpty();
  }

  @Override
  public Map<K, V> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Map<K, V> result = page;
    page = Map.of();
    return result;
  }
}
