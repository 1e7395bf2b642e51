package dev.corral.examples.migrating;

import java.io.Serializable;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.MutableEntry;

/** Raises the price of a book, and returns the new one. Serializable for Hazelcast. */
final class RaisePrice implements EntryProcessor<Long, Book, Integer>, Serializable {

  private static final long serialVersionUID = 1L;

  @Override
  public Integer process(MutableEntry<Long, Book> entry, Object... arguments) {
    int price = entry.getValue().price() + (Integer) arguments[0];
    entry.setValue(new Book(entry.getValue().title(), price));
    return price;
  }
}
