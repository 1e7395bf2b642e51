package dev.corral.examples.patterns;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.HotKeyOptions;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.WarmUp;
import dev.corral.jcache.WarmUpOptions;
import dev.corral.jcache.WriteBehindOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CompletionListenerFuture;

/** Experiments about caching patterns, each with its own cache. */
final class Experiments {

  static final int MANY = 10_000;
  private static final Duration ONE_HOUR = Duration.ONE_HOUR;

  private final CacheManager manager;
  private final CountingDatabase database;
  private final CountryTable table;
  private final RedisKeys redis;

  Experiments(
      CacheManager manager, CountingDatabase database, CountryTable table, RedisKeys redis) {
    this.manager = manager;
    this.database = database;
    this.table = table;
    this.redis = redis;
  }

  /** Runs all experiments, in the order in which they are printed. */
  List<Experiment> run()
      throws InterruptedException, ExecutionException, IOException, SQLException {
    List<Experiment> experiments = new ArrayList<>();
    experiments.add(lookUpFiveTimes());
    experiments.add(writeThenRead());
    experiments.add(updateOneKeyHundredTimes());
    experiments.add(readOneKeyThreeTimes());
    experiments.addAll(new LoadExperiments(manager, table).run());
    experiments.addAll(spreadAndClear());
    experiments.addAll(new InvalidationExperiments(manager, database, table).run());
    experiments.add(confirmAllValues());
    experiments.add(warmBeforeReading());
    experiments.add(warmHottestKey());
    experiments.add(new VerificationExperiment(manager, database, table).run());
    return experiments;
  }

  private Experiment lookUpFiveTimes() {
    LoadOptions remembering =
        LoadOptions.DEFAULTS.withNegativeTimeToLive(java.time.Duration.ofMinutes(1));
    var cache = manager.createCache("remembered", reading(table).loading(remembering).build());
    long reads = database.reads();
    for (String code : List.of("CH", "XX", "CH", "XX", "XX")) {
      cache.get(code);
    }
    return new Experiment(
        "negative caching",
        "get() CH twice, and XX, which has no row, three times",
        "DB reads",
        2,
        database.reads() - reads);
  }

  private Experiment writeThenRead() {
    var writing =
        reading(table)
            .standard(
                it ->
                    it.setWriteThrough(true).setCacheWriterFactory(new SingletonFactory<>(table)));
    var cache = manager.createCache("written", writing.build());
    cache.put("IS", new Country("IS", "Island", "ISK"));
    long reads = database.reads();
    cache.get("IS");
    return new Experiment(
        "write-through", "put() a key, then get() it", "DB reads", 0, database.reads() - reads);
  }

  private Experiment updateOneKeyHundredTimes() {
    var behind =
        reading(table)
            .standard(
                it -> it.setWriteThrough(true).setCacheWriterFactory(new SingletonFactory<>(table)))
            .writeBehind(WriteBehindOptions.DEFAULTS.withDelay(java.time.Duration.ofSeconds(5)));
    var cache = manager.createCache("behind", behind.build());
    long writes = database.writes();
    for (int i = 1; i <= 100; i++) {
      cache.put("FJ", new Country("FJ", "Fiji " + i, "FJD"));
    }
    boolean written = cache.unwrap(CorralCache.class).flush(java.time.Duration.ofSeconds(10));
    return new Experiment(
        "write-behind",
        "100 updates of one key, then flush()",
        "DB writes",
        1,
        database.writes() - writes,
        written ? "last value in the table: " + name("FJ") : "not written in 10 s");
  }

  private String name(String code) {
    Country country = table.load(code);
    return country == null ? "no row" : country.name();
  }

  private Experiment readOneKeyThreeTimes() {
    var cache = manager.createCache("read", reading(table).build());
    long reads = database.reads();
    for (int i = 0; i < 3; i++) {
      cache.get("JP");
    }
    return new Experiment(
        "read-through", "get() the same key three times", "DB reads", 1, database.reads() - reads);
  }

  private List<Experiment> spreadAndClear() throws IOException {
    var spread =
        CorralConfiguration.builder(Integer.class, String.class)
            .standard(
                it ->
                    it.setExpiryPolicyFactory(
                        CreatedExpiryPolicy.factoryOf(new Duration(SECONDS, 300))))
            .jitter(0.2);
    Cache<Integer, String> cache = manager.createCache("spread", spread.build());
    fill(cache);
    Collection<Long> left =
        redis.timesToLive("{spread}:*").values().stream()
            .map(millis -> (millis + 999) / 1_000)
            .toList();
    Experiment jitter =
        new Experiment(
            "jitter",
            "10,000 keys stored together, expiry 300 s, jitter 20 %",
            "keys in 230-300 s",
            MANY,
            left.stream().filter(seconds -> seconds >= 230 && seconds <= 300).count(),
            "keys by time until expiry:\n" + Histogram.of(left, 240, 300, 12).text("s"));

    long start = System.nanoTime();
    cache.clear();
    double millis = (System.nanoTime() - start) / 1e6;
    Experiment clear =
        new Experiment(
            "clear",
            "clear() of these 10,000 keys",
            "keys removed",
            MANY,
            MANY - size(cache),
            "took %.1f ms".formatted(millis));
    return List.of(jitter, clear);
  }

  /** The loader says of each value that it is not modified, so that none is sent. */
  private Experiment confirmAllValues() throws InterruptedException, ExecutionException {
    VersionedTable versioned = new VersionedTable(table);
    var cache = manager.createCache("versioned", reading(versioned).build());
    Set<String> codes = Set.of("BR", "JP", "NO", "PT");
    cache.getAll(codes);
    CompletionListenerFuture reloaded = new CompletionListenerFuture();
    cache.loadAll(codes, /* replaceExistingValues= */ true, reloaded);
    reloaded.get();
    return new Experiment(
        "loader results",
        "loadAll() of four countries, which are in the cache and have not changed",
        "values confirmed",
        codes.size(),
        versioned.confirmed());
  }

  /** Loads all rows in the background; then no reader has to wait for the database. */
  @SuppressWarnings("unchecked")
  private Experiment warmBeforeReading() {
    LoadOptions remembering =
        LoadOptions.DEFAULTS.withNegativeTimeToLive(java.time.Duration.ofMinutes(1));
    CorralCache<String, Country> cache =
        manager
            .createCache("warm", reading(table).loading(remembering).build())
            .unwrap(CorralCache.class);
    List<String> codes = List.of(Locale.getISOCountries());
    long loads = database.reads();
    WarmUp.Progress progress =
        cache
            .warm(codes.stream(), WarmUpOptions.DEFAULTS.withBatchSize(100))
            .completion()
            .toCompletableFuture()
            .join();
    long reads = database.reads();
    codes.forEach(cache::get);
    return new Experiment(
        "warm-up",
        "warm() all countries, then get() each of them",
        "DB reads by get()",
        0,
        database.reads() - reads,
        "%d countries loaded by %d DB reads, absent: %d"
            .formatted(progress.loaded(), reads - loads, progress.absent()));
  }

  /** Finds the key that is read most often, after clear() too. */
  @SuppressWarnings("unchecked")
  private Experiment warmHottestKey() {
    var counting = reading(table).hotKeys(HotKeyOptions.ofKeys(10)).build();
    CorralCache<String, Country> cache =
        manager.createCache("hot", counting).unwrap(CorralCache.class);
    for (int i = 0; i < 5_000; i++) {
      cache.get(i % 100 == 0 ? "NO" : "PT");
    }
    cache.clear();
    List<String> hottest = cache.hottestKeys(1);
    cache.warm(hottest, WarmUpOptions.DEFAULTS).completion().toCompletableFuture().join();
    long reads = database.reads();
    cache.get("PT");
    return new Experiment(
        "hot keys",
        "get() PT most, clear(), warm() the hottest key, then get() PT",
        "DB reads by get()",
        0,
        database.reads() - reads,
        "hottest key: " + String.join(", ", hottest));
  }

  static void fill(Cache<Integer, String> cache) {
    for (int from = 0; from < MANY; from += 1_000) {
      Map<Integer, String> entries = new HashMap<>();
      for (int i = from; i < from + 1_000; i++) {
        entries.put(i, "value " + i);
      }
      cache.putAll(entries);
    }
  }

  static long size(Cache<Integer, String> cache) {
    long size = 0;
    for (Cache.Entry<Integer, String> entry : cache) {
      size += entry == null ? 0 : 1;
    }
    return size;
  }

  /** A cache that reads through, with an expiry of an hour. */
  static CorralConfiguration.Builder<String, Country> reading(CacheLoader<String, Country> loader) {
    return CorralConfiguration.builder(String.class, Country.class)
        .standard(
            it ->
                it.setReadThrough(true)
                    .setCacheLoaderFactory(new SingletonFactory<>(loader))
                    .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(ONE_HOUR)));
  }
}
