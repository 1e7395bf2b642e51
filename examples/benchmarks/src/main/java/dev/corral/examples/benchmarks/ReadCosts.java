package dev.corral.examples.benchmarks;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.HotKeyOptions;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheLoader;

/** What it costs a read that the hottest keys are recorded, or that what is read is refreshed. */
final class ReadCosts {

  /** A power of two. */
  private static final int NEAR_KEYS = 1 << 10;

  private static final int NEAR_BOUND = 2 * NEAR_KEYS;
  private static final int READS_PER_LOOK = 1 << 10;
  private static final String PLAIN = "plain";

  private final RedisServer redis;
  private final Scale scale;
  private final StringBuilder report = new StringBuilder();

  /**
   * How much is measured.
   *
   * @param rounds for each cache, each as long as a slice
   */
  record Scale(int rounds, Duration slice, Duration warmUp) {

    static Scale of(Options options) {
      return new Scale(options.rounds(), options.slice(), options.warmUp());
    }
  }

  /** A cache that does more with a read than the plain one. */
  private record Feature(
      String name, UnaryOperator<CorralConfiguration.Builder<String, String>> on) {}

  private static final List<Feature> FEATURES =
      List.of(
          new Feature(PLAIN, it -> it),
          new Feature("hottest keys", it -> it.hotKeys(HotKeyOptions.ofKeys(1_000))),
          new Feature(
              "hottest keys of all reads",
              it -> it.hotKeys(HotKeyOptions.ofKeys(1_000).withSampleEvery(1))),
          new Feature(
              "periodic refresh",
              it -> it.loading(LoadOptions.DEFAULTS.withRefreshInterval(Duration.ofHours(1)))));

  private static final Feature ONLY_HOT =
      new Feature("hot keys only", it -> it.nearCache(NearCacheOptions.ofHotKeys(NEAR_BOUND)));

  ReadCosts(RedisServer redis, Scale scale) {
    this.redis = redis;
    this.scale = scale;
  }

  /** Measures everything, and prints each row of a table in Markdown; returns all of them. */
  String run() {
    try (CorralCachingProvider provider = new CorralCachingProvider()) {
      CacheManager manager = manager(provider);
      compareNearHits(manager);
      compareReads(manager);
    }
    return report.toString();
  }

  private void line(String what, String figures) {
    String line = "| %s | %s |%n".formatted(what, figures);
    System.out.print(line);
    report.append(line);
  }

  private CacheManager manager(CorralCachingProvider provider) {
    String address = "redis://" + redis.host() + ":" + redis.port();
    return provider.getCacheManager(URI.create(address), null, new Properties());
  }

  /** A database that has all rows. */
  private static final class Rows implements CacheLoader<String, String> {

    @Override
    public String load(String key) {
      return "v".repeat(100);
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> rows = new HashMap<>();
      keys.forEach(key -> rows.put(key, load(key)));
      return rows;
    }
  }

  @SuppressWarnings("unchecked")
  private static CorralCache<String, String> open(
      CacheManager manager,
      String name,
      CorralConfiguration.Builder<String, String> builder,
      int entries) {
    var configuration =
        builder
            .standard(
                it ->
                    it.setStatisticsEnabled(true)
                        .setReadThrough(true)
                        .setCacheLoaderFactory(new SingletonFactory<>(new Rows())))
            .build();
    CorralCache<String, String> cache =
        manager.createCache(name, configuration).unwrap(CorralCache.class);
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < entries; i++) {
      all.put(Keys.name(i), "v".repeat(100));
    }
    cache.putAll(all);
    return cache;
  }

  private void compareNearHits(CacheManager manager) {
    List<Feature> features = new ArrayList<>(FEATURES);
    features.add(ONLY_HOT);
    List<CorralCache<String, String>> caches = new ArrayList<>();
    for (Feature feature : features) {
      CorralConfiguration.Builder<String, String> builder =
          CorralConfiguration.builder(String.class, String.class)
              .nearCache(NearCacheOptions.ofEntries(NEAR_BOUND));
      String name = "near " + feature.name();
      CorralCache<String, String> cache =
          open(manager, name, feature.on().apply(builder), NEAR_KEYS);
      readUntilAllAreNear(cache);
      manager.enableStatistics(name, false);
      caches.add(cache);
    }
    for (int threads : new int[] {1, 8}) {
      caches.forEach(it -> hits(it, threads, scale.warmUp()));
      List<List<Double>> nanos = new ArrayList<>();
      caches.forEach(it -> nanos.add(new ArrayList<>()));
      for (int round = 0; round < scale.rounds(); round++) {
        for (int i = 0; i < caches.size(); i++) {
          int next = (i + round) % caches.size();
          nanos.get(next).add(hits(caches.get(next), threads, scale.slice()));
        }
      }
      for (int i = 0; i < caches.size(); i++) {
        line(
            "near-cache hit, %d thread(s): %s".formatted(threads, features.get(i).name()),
            "%.1f ns".formatted(median(nanos.get(i))));
      }
    }
  }

  private static void readUntilAllAreNear(CorralCache<String, String> cache) {
    for (long before = -1; cache.nearCacheStatistics().hits() - before < NEAR_KEYS; ) {
      before = cache.nearCacheStatistics().hits();
      for (int i = 0; i < NEAR_KEYS; i++) {
        String unused = cache.get(Keys.name(i));
      }
    }
  }

  private static double median(List<Double> figures) {
    List<Double> sorted = figures.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  /** The time of a read in a thread, in ns. */
  private static double hits(CorralCache<String, String> cache, int threads, Duration time) {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Double>> workers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        workers.add(executor.submit(() -> nanosOfRead(cache, time.toNanos())));
      }
      double sum = 0;
      for (Future<Double> worker : workers) {
        sum += worker.get();
      }
      return sum / threads;
    } catch (ExecutionException e) {
      throw new IllegalStateException(cache.getName(), e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      executor.shutdown();
    }
  }

  private static double nanosOfRead(CorralCache<String, String> cache, long nanos) {
    long start = System.nanoTime();
    long reads = 0;
    long missing = 0;
    long now = start;
    while (now - start < nanos) {
      for (int i = 0; i < READS_PER_LOOK; i++) {
        missing += cache.get(Keys.name(i & (NEAR_KEYS - 1))) == null ? 1 : 0;
      }
      reads += READS_PER_LOOK;
      now = System.nanoTime();
    }
    if (missing > 0) {
      throw new IllegalStateException("%d of %d reads found nothing".formatted(missing, reads));
    }
    return (double) (now - start) / reads;
  }

  private void compareReads(CacheManager manager) {
    List<Subject> subjects = new ArrayList<>();
    for (Feature feature : FEATURES) {
      CorralConfiguration.Builder<String, String> builder =
          CorralConfiguration.builder(String.class, String.class);
      String name = "far " + feature.name();
      CorralCache<String, String> cache =
          open(manager, name, feature.on().apply(builder), Keys.COUNT);
      manager.enableStatistics(name, false);
      subjects.add(new JCacheSubject(feature.name(), true, cache, () -> {}));
    }
    ClosedLoop loop = new ClosedLoop(redis);
    for (int threads : new int[] {1, 32}) {
      Case what = new Case(Workload.GET_HIT, threads, 100, Keys.ZIPF, false, false);
      Map<String, List<Measurement>> rounds = new HashMap<>();
      subjects.forEach(it -> loop.run(it, what, scale.warmUp()));
      for (int round = 0; round < scale.rounds(); round++) {
        for (int i = 0; i < subjects.size(); i++) {
          Subject subject = subjects.get((i + round) % subjects.size());
          rounds
              .computeIfAbsent(subject.name(), it -> new ArrayList<>())
              .add(loop.run(subject, what, scale.slice()));
        }
      }
      Measurement plain = Measurement.median(rounds.getOrDefault(PLAIN, List.of()));
      for (Subject subject : subjects.subList(1, subjects.size())) {
        Measurement with = Measurement.median(rounds.getOrDefault(subject.name(), List.of()));
        line(
            "%s: rate with %s by rate without".formatted(what.title(), subject.name()),
            "%.2f (%,.0f/s by %,.0f/s; client %.1f µs, was %.1f µs)"
                .formatted(
                    with.perSecond() / plain.perSecond(),
                    with.perSecond(),
                    plain.perSecond(),
                    with.clientMicros(),
                    plain.clientMicros()));
      }
    }
  }
}
