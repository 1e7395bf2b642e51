package dev.corral.examples.patterns;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/** A loader that is as slow as a remote database, and counts its calls. */
final class SlowTable implements CacheLoader<String, Country> {

  private final CountryTable table;
  private final long millis;
  private final Thread reader = Thread.currentThread();
  private final AtomicInteger loads = new AtomicInteger();
  private final AtomicInteger waits = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostAtATime = new AtomicInteger();

  SlowTable(CountryTable table, long millis) {
    this.table = table;
    this.millis = millis;
  }

  /** The number of calls. */
  int loads() {
    return loads.get();
  }

  /**
   * The number of calls by the thread that created this loader: its reads that waited for a load.
   */
  int waits() {
    return waits.get();
  }

  /** The largest number of calls that ran at the same time. */
  int mostAtATime() {
    return mostAtATime.get();
  }

  @Override
  public @Nullable Country load(String code) {
    delay();
    return table.load(code);
  }

  @Override
  public Map<String, Country> loadAll(Iterable<? extends String> codes) {
    delay();
    return table.loadAll(codes);
  }

  private void delay() {
    loads.incrementAndGet();
    if (Thread.currentThread() == reader) {
      waits.incrementAndGet();
    }
    mostAtATime.accumulateAndGet(running.incrementAndGet(), Math::max);
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheLoaderException(e);
    } finally {
      running.decrementAndGet();
    }
  }
}
