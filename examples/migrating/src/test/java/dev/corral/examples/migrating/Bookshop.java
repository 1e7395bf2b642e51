package dev.corral.examples.migrating;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;

/** The code of an application: it knows only the JCache API, and does not change. */
final class Bookshop {

  private static final Book EMMA = new Book("Emma", 900);
  private static final Book ULYSSES = new Book("Ulysses", 1200);

  private Bookshop() {}

  /** Uses most methods of a cache, and returns all that they returned. */
  static List<Object> use(Cache<Long, Book> books) {
    List<Object> results = new ArrayList<>();
    results.add(String.valueOf(books.get(1L)));
    books.put(1L, EMMA);
    results.add(books.get(1L));
    results.add(books.putIfAbsent(1L, ULYSSES));
    results.add(books.putIfAbsent(2L, ULYSSES));
    results.add(books.replace(1L, EMMA, new Book("Emma", 950)));
    results.add(books.replace(1L, EMMA, ULYSSES));
    results.add(books.invoke(1L, new RaisePrice(), 50));
    results.add(String.valueOf(books.getAndPut(3L, EMMA)));
    results.add(books.getAndReplace(3L, ULYSSES));
    results.add(books.getAll(Set.of(1L, 2L, 9L)));
    results.add(books.remove(2L, EMMA));
    results.add(books.getAndRemove(2L));
    results.add(books.containsKey(2L));
    Set<Long> keys = new TreeSet<>();
    books.forEach(it -> keys.add(it.getKey()));
    results.add(keys);
    books.putAll(Map.of(4L, EMMA, 5L, ULYSSES));
    books.removeAll(Set.of(4L, 9L));
    results.add(books.getAll(Set.of(4L, 5L)));
    books.clear();
    results.add(books.iterator().hasNext());
    return results;
  }

  /** The events of a put, an update and a removal, in their order. */
  static List<String> events(Cache<Long, Book> books) throws InterruptedException {
    Listener listener = new Listener();
    var configuration =
        new MutableCacheEntryListenerConfiguration<Long, Book>(
            new SingletonFactory<>(listener), null, false, false);
    books.registerCacheEntryListener(configuration);
    books.put(7L, EMMA);
    books.put(7L, ULYSSES);
    books.remove(7L);
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      events.add(String.valueOf(listener.events.poll(20, TimeUnit.SECONDS)));
    }
    books.deregisterCacheEntryListener(configuration);
    Collections.sort(events); // asynchronous listeners of other caches may run in another order
    return events;
  }

  private static final class Listener
      implements CacheEntryCreatedListener<Long, Book>,
          CacheEntryUpdatedListener<Long, Book>,
          CacheEntryRemovedListener<Long, Book>,
          java.io.Serializable {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial")
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends Long, ? extends Book>> created) {
      add(created);
    }

    @Override
    public void onUpdated(Iterable<CacheEntryEvent<? extends Long, ? extends Book>> updated) {
      add(updated);
    }

    @Override
    public void onRemoved(Iterable<CacheEntryEvent<? extends Long, ? extends Book>> removed) {
      add(removed);
    }

    private void add(Iterable<CacheEntryEvent<? extends Long, ? extends Book>> all) {
      all.forEach(it -> events.add(it.getEventType() + " " + it.getKey()));
    }
  }
}
