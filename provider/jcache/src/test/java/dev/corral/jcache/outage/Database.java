package dev.corral.jcache.outage;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;

/** The database behind a cache, as its loader and writer, with counters of their calls. */
final class Database implements CacheLoader<String, Integer>, CacheWriter<String, Integer> {

  final ConcurrentMap<String, Integer> rows = new ConcurrentHashMap<>();
  final AtomicInteger loads = new AtomicInteger();
  final AtomicInteger loading = new AtomicInteger();
  final AtomicInteger mostAtOnce = new AtomicInteger();
  final AtomicInteger writes = new AtomicInteger();
  final Set<String> refused = ConcurrentHashMap.newKeySet();
  volatile long loadMillis;

  /** Runs before each row is written. */
  volatile Runnable beforeWrite = () -> {};

  /** Read-through and write-through. */
  MutableConfiguration<String, Integer> configuration() {
    return readThrough()
        .setWriteThrough(true)
        .setCacheWriterFactory(new FactoryBuilder.SingletonFactory<>(this));
  }

  MutableConfiguration<String, Integer> readThrough() {
    return new MutableConfiguration<String, Integer>()
        .setTypes(String.class, Integer.class)
        .setReadThrough(true)
        .setStatisticsEnabled(true)
        .setCacheLoaderFactory(new FactoryBuilder.SingletonFactory<>(this));
  }

  @Override
  @SuppressWarnings("NullAway") // the specification allows null for a missing key
  public Integer load(String key) {
    loads.incrementAndGet();
    mostAtOnce.accumulateAndGet(loading.incrementAndGet(), Math::max);
    try {
      if (loadMillis > 0) {
        Thread.sleep(loadMillis);
      }
      return rows.get(key);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      loading.decrementAndGet();
    }
  }

  @Override
  public Map<String, Integer> loadAll(Iterable<? extends String> keys) {
    Map<String, Integer> loaded = new HashMap<>();
    for (String key : keys) {
      Integer row = load(key);
      if (row != null) {
        loaded.put(key, row);
      }
    }
    return loaded;
  }

  @Override
  public void write(Cache.Entry<? extends String, ? extends Integer> entry) {
    writes.incrementAndGet();
    beforeWrite.run();
    if (refused.contains(entry.getKey())) {
      throw new IllegalStateException("the database refuses " + entry.getKey());
    }
    rows.put(entry.getKey(), entry.getValue());
  }

  @Override
  public void writeAll(Collection<Cache.Entry<? extends String, ? extends Integer>> entries) {
    for (Cache.Entry<? extends String, ? extends Integer> entry : List.copyOf(entries)) {
      write(entry);
      entries.remove(entry);
    }
  }

  @Override
  public void delete(Object key) {
    writes.incrementAndGet();
    rows.remove((String) key);
  }

  @Override
  public void deleteAll(Collection<?> keys) {
    List.copyOf(keys).forEach(this::delete);
    keys.clear();
  }
}
