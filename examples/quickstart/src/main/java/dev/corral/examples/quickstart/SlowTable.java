package dev.corral.examples.quickstart;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/** A loader that takes its time, as a real database does, and counts how often it was asked. */
final class SlowTable implements CacheLoader<String, Country> {

  private final CountryTable table;
  private final long millis;
  private final Thread reader = Thread.currentThread();
  private final AtomicInteger loads = new AtomicInteger();
  private final AtomicInteger waits = new AtomicInteger();

  SlowTable(CountryTable table, long millis) {
    this.table = table;
    this.millis = millis;
  }

  /** How often it was asked. */
  int loads() {
    return loads.get();
  }

  /** How often the thread that made this loader had to load itself. */
  int waits() {
    return waits.get();
  }

  @Override
  public @Nullable Country load(String code) {
    pause();
    return table.load(code);
  }

  @Override
  public Map<String, Country> loadAll(Iterable<? extends String> codes) {
    pause();
    return table.loadAll(codes);
  }

  private void pause() {
    loads.incrementAndGet();
    if (Thread.currentThread() == reader) {
      waits.incrementAndGet();
    }
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheLoaderException(e);
    }
  }
}
