package dev.corral.examples.patterns;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.LoadOptions.Budget;
import dev.corral.jcache.LoadOptions.BudgetScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ModifiedExpiryPolicy;

/** Experiments about when and how often the loader is called. */
final class LoadExperiments {

  private static final List<String> CODES = List.of(Locale.getISOCountries());

  private final CacheManager manager;
  private final CountryTable table;

  LoadExperiments(CacheManager manager, CountryTable table) {
    this.manager = manager;
    this.table = table;
  }

  /** Runs all, in the order in which they are printed. */
  List<Experiment> run() throws InterruptedException, ExecutionException {
    return List.of(
        readExpiredKeyAtOnce(),
        readWhileItIsRefreshed(/* attempts= */ 5),
        readWhileRowChanges(),
        joinMisses(),
        limitLoads());
  }

  private Experiment readExpiredKeyAtOnce() throws InterruptedException, ExecutionException {
    int readers = 20;
    SlowTable slow = new SlowTable(table, 200);
    var cache =
        manager.createCache(
            "stampede",
            Experiments.reading(slow)
                .standard(
                    it ->
                        it.setExpiryPolicyFactory(
                            CreatedExpiryPolicy.factoryOf(new Duration(MILLISECONDS, 500))))
                .build());
    cache.get("CH");
    Thread.sleep(600);
    int loads = slow.loads();
    getAtOnce(cache, Collections.nCopies(readers, "CH"));
    return new Experiment(
        "single flight",
        readers + " threads get() a key that has just expired",
        "loads",
        1,
        slow.loads() - loads);
  }

  /** Runs again if a pause of the JVM let the entry expire before it was read. */
  private Experiment readWhileItIsRefreshed(int attempts) throws InterruptedException {
    SlowTable slow = new SlowTable(table, 10);
    var cache = manager.createCache("refreshed", refreshing(slow));
    cache.get("CH");
    int waits = slow.waits();
    int loads = slow.loads();
    long longestRead = 0;
    long longestPause = 0;
    long last = System.nanoTime();
    for (int i = 0; i < 150; i++) {
      Thread.sleep(10);
      long start = System.nanoTime();
      longestPause = Math.max(longestPause, start - last);
      cache.get("CH");
      last = System.nanoTime();
      longestRead = Math.max(longestRead, last - start);
    }
    manager.destroyCache("refreshed");
    if (NANOSECONDS.toMillis(longestPause) > 100 && attempts > 1) {
      return readWhileItIsRefreshed(attempts - 1);
    }
    return new Experiment(
        "early refresh",
        "150 reads of a key that expires after 500 ms and loads in 10 ms",
        "reads that waited",
        0,
        slow.waits() - waits,
        "refreshed %d times in the background, longest read %.1f ms"
            .formatted(slow.loads() - loads, longestRead / 1e6));
  }

  private static CorralConfiguration<String, Country> refreshing(SlowTable slow) {
    return Experiments.reading(slow)
        .standard(
            it ->
                it.setExpiryPolicyFactory(
                    ModifiedExpiryPolicy.factoryOf(new Duration(MILLISECONDS, 500))))
        .loading(LoadOptions.DEFAULTS.withEarlyRefresh(10))
        .build();
  }

  /** The row is changed behind the cache; the entry itself would live for an hour. */
  private Experiment readWhileRowChanges() throws InterruptedException {
    LoadOptions periodic =
        LoadOptions.DEFAULTS.withRefreshInterval(java.time.Duration.ofMillis(200));
    SlowTable slow = new SlowTable(table, 10);
    var reading = Experiments.reading(slow).loading(periodic).build();
    var cache = manager.createCache("periodic", reading);
    Country before = cache.get("SE");
    table.change(new Country(before.code(), "Sverige", before.currency()));
    long start = System.nanoTime();
    while (before.equals(cache.get("SE")) && System.nanoTime() - start < SECONDS.toNanos(10)) {
      Thread.sleep(5);
    }
    long millis = NANOSECONDS.toMillis(System.nanoTime() - start);
    table.change(before);
    manager.destroyCache("periodic");
    return new Experiment(
        "periodic refresh",
        "a row is changed, and its key is read every 5 ms, with an interval of 200 ms",
        "reads that waited",
        0,
        slow.waits() - 1,
        "the change was read after %d ms".formatted(millis));
  }

  /**
   * Each thread misses another key; the last one ends the window, which is longer than the test.
   */
  private Experiment joinMisses() throws InterruptedException, ExecutionException {
    List<String> codes = CODES.subList(0, 20);
    SlowTable slow = new SlowTable(table, 10);
    LoadOptions joining =
        LoadOptions.DEFAULTS.withCoalescing(java.time.Duration.ofSeconds(5), codes.size());
    var cache = manager.createCache("joined", Experiments.reading(slow).loading(joining).build());
    getAtOnce(cache, codes);
    return new Experiment(
        "joined misses",
        codes.size() + " threads get() a key each, none of which is in the cache",
        "loads",
        1,
        slow.loads());
  }

  private Experiment limitLoads() throws InterruptedException, ExecutionException {
    List<String> codes = CODES.subList(0, 20);
    SlowTable slow = new SlowTable(table, 50);
    LoadOptions limited =
        LoadOptions.DEFAULTS.withBudget(
            new Budget(3, 0, BudgetScope.CLUSTER, java.time.Duration.ofSeconds(30)));
    var cache = manager.createCache("limited", Experiments.reading(slow).loading(limited).build());
    getAtOnce(cache, codes);
    return new Experiment(
        "load budget",
        codes.size() + " threads get() a key each, with a budget of 3 loads at a time",
        "loads at a time",
        3,
        slow.mostAtATime());
  }

  private static void getAtOnce(Cache<String, Country> cache, List<String> codes)
      throws InterruptedException, ExecutionException {
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(codes.size());
    try {
      List<Future<Country>> results = new ArrayList<>();
      for (String code : codes) {
        results.add(
            threads.submit(
                () -> {
                  start.await();
                  return cache.get(code);
                }));
      }
      start.countDown();
      for (Future<Country> result : results) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
