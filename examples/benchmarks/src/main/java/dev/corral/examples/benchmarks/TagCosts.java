package dev.corral.examples.benchmarks;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EntryTags;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.resps.Slowlog;

/** What tags cost: the invalidation of many entries, reads, writes, and the memory of tags. */
final class TagCosts {

  private static final String ALL = "all";
  private static final int PAGE = 1_000;
  private static final int INVALIDATIONS = 21;

  private static final List<Case> READS =
      List.of(
          new Case(Workload.GET_HIT, 1, 100, Keys.UNIFORM, false, false),
          new Case(Workload.GET_HIT, 32, 100, Keys.UNIFORM, false, false),
          new Case(Workload.GET_ALL, 8, 100, Keys.UNIFORM, false, false));

  private static final List<Case> WRITES =
      List.of(
          new Case(Workload.PUT, 1, 100, Keys.UNIFORM, false, false),
          new Case(Workload.PUT, 32, 100, Keys.UNIFORM, false, false),
          new Case(Workload.PUT_ALL, 8, 100, Keys.UNIFORM, false, false));

  private final RedisServer redis;
  private final Scale scale;
  private final StringBuilder report = new StringBuilder();

  /**
   * How much is measured.
   *
   * @param entries that have one tag in common
   * @param tags that were invalidated once each
   * @param rounds for each subject of a case, each as long as a slice
   */
  record Scale(int entries, int tags, int rounds, Duration slice, Duration warmUp) {

    static Scale of(Options options) {
      return new Scale(
          options.cleared(), 10_000, options.rounds(), options.slice(), options.warmUp());
    }
  }

  TagCosts(RedisServer redis, Scale scale) {
    this.redis = redis;
    this.scale = scale;
  }

  /** Two tags: one that all entries have, and one of few. */
  private static final class TwoTags implements EntryTags<String, String> {

    @Override
    public List<String> tagsOf(String key, String value) {
      return List.of(ALL, key.substring(Math.max(0, key.length() - 3)));
    }
  }

  /** Measures everything, and prints each row of a table in Markdown; returns all of them. */
  String run() {
    try (CorralCachingProvider provider = new CorralCachingProvider()) {
      CacheManager manager = manager(provider, "");
      for (int buckets : new int[] {1, 8}) {
        invalidate(open(manager, "group-" + buckets, buckets, true), buckets);
        redis.flush();
      }
    }
    try (CorralCachingProvider provider = new CorralCachingProvider()) {
      compare(provider);
    }
    return report.toString();
  }

  private void line(String what, String figures) {
    String line = "| %s | %s |%n".formatted(what, figures);
    System.out.print(line);
    report.append(line);
  }

  private CacheManager manager(CorralCachingProvider provider, String settings) {
    String address = "redis://" + redis.host() + ":" + redis.port() + settings;
    return provider.getCacheManager(URI.create(address), null, new Properties());
  }

  @SuppressWarnings("unchecked")
  private static CorralCache<String, String> open(
      CacheManager manager, String name, int buckets, boolean isTagged) {
    var builder = CorralConfiguration.builder(String.class, String.class).buckets(buckets);
    if (isTagged) {
      builder = builder.tags(new SingletonFactory<>(new TwoTags()));
    }
    return manager.createCache(name, builder.build()).unwrap(CorralCache.class);
  }

  private static void fill(CorralCache<String, String> cache, int entries) {
    for (int from = 0; from < entries; from += PAGE) {
      Map<String, String> page = new LinkedHashMap<>();
      for (int i = from; i < Math.min(entries, from + PAGE); i++) {
        page.put("customer-" + i, "v".repeat(100));
      }
      cache.putAll(page);
    }
  }

  /** The times of the script in Redis, by its slow log, and the number of its calls. */
  private void invalidate(CorralCache<String, String> cache, int buckets) {
    fill(cache, scale.entries());
    cache.invalidateTags("other"); // the first call loads the script
    List<Long> micros = new ArrayList<>();
    List<Double> callerMicros = new ArrayList<>();
    try (Jedis admin = redis.connect()) {
      admin.configSet("slowlog-max-len", "1000");
      for (int i = 0; i < INVALIDATIONS; i++) {
        admin.configSet("slowlog-log-slower-than", "0");
        admin.slowlogReset();
        long start = System.nanoTime();
        cache.invalidateTags(ALL);
        callerMicros.add((System.nanoTime() - start) / 1e3);
        List<Slowlog> calls =
            admin.slowlogGet(-1).stream()
                .filter(it -> it.getArgs().get(0).equalsIgnoreCase("EVALSHA"))
                .filter(it -> it.getArgs().toString().contains("!tags"))
                .toList();
        if (calls.size() != buckets) {
          throw new IllegalStateException(calls.size() + " calls for " + buckets + " buckets");
        }
        calls.forEach(it -> micros.add(it.getExecutionTime()));
        if (cache.get("customer-" + i) != null) {
          throw new IllegalStateException("an invalidated entry was read");
        }
      }
      admin.configSet("slowlog-log-slower-than", "10000");
    }
    micros.sort(null);
    callerMicros.sort(null);
    line(
        "a tag of %,d entries invalidated, %d bucket(s): calls of Redis"
            .formatted(scale.entries(), buckets),
        Integer.toString(buckets));
    line(
        "its time in Redis for each call, median (longest of %d)".formatted(micros.size()),
        "%d µs (%d µs)".formatted(micros.get(micros.size() / 2), micros.get(micros.size() - 1)));
    line(
        "its time for the caller, median",
        "%.0f µs".formatted(callerMicros.get(callerMicros.size() / 2)));
  }

  private void compare(CorralCachingProvider provider) {
    CorralCache<String, String> plain = open(manager(provider, ""), "plain", 1, false);
    CorralCache<String, String> tagged = open(manager(provider, ""), "tagged", 1, true);
    fill(plain, Keys.COUNT);
    long before = redis.usedBytes();
    fill(tagged, Keys.COUNT);
    long full = redis.usedBytes();
    line("bytes of an entry with two tags", Long.toString((full - before) / Keys.COUNT));
    for (int i = 0; i < scale.tags(); i++) {
      tagged.invalidateTags("invalidated tag " + i); // of no entry, so that all have to be checked
    }
    long bytes = redis.usedBytes() - full;
    line("bytes in Redis for each invalidated tag", Long.toString(bytes / scale.tags()));
    measureTable(provider, tagged.getName());
    List<Subject> subjects = new ArrayList<>();
    for (CorralCache<String, String> cache : List.of(plain, tagged)) {
      subjects.add(new JCacheSubject(cache.getName(), true, cache, () -> {}));
    }
    for (List<Case> cases : List.of(READS, WRITES)) {
      cases.forEach(what -> compare(what, subjects.get(0), subjects.get(1)));
    }
  }

  /** What another JVM remembers of the tags, by its heap before and after its first read. */
  private void measureTable(CorralCachingProvider provider, String name) {
    CorralCache<String, String> other = open(manager(provider, "?timeout=5s"), name, 1, false);
    other.containsKey("missing");
    long before = usedHeap();
    if (other.get("customer-0") == null) {
      throw new IllegalStateException("no entry");
    }
    long bytes = usedHeap() - before;
    line("bytes in the JVM for each invalidated tag", Long.toString(bytes / scale.tags()));
  }

  private static long usedHeap() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
      ClosedLoop.rest();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Both caches in each round, each first in every second one, so that both have the same luck. */
  private void compare(Case what, Subject plain, Subject tagged) {
    ClosedLoop loop = new ClosedLoop(redis);
    List<Measurement> without = new ArrayList<>();
    List<Measurement> with = new ArrayList<>();
    loop.run(plain, what, scale.warmUp());
    loop.run(tagged, what, scale.warmUp());
    for (int round = 0; round < scale.rounds(); round++) {
      if (round % 2 == 0) {
        without.add(loop.run(plain, what, scale.slice()));
        with.add(loop.run(tagged, what, scale.slice()));
      } else {
        with.add(loop.run(tagged, what, scale.slice()));
        without.add(loop.run(plain, what, scale.slice()));
      }
    }
    Measurement a = Measurement.median(without);
    Measurement b = Measurement.median(with);
    line(
        what.title() + ": rate with tags by rate without",
        "%.2f (%,.0f/s by %,.0f/s; Redis %.1f µs, was %.1f µs; %,.0f B allocated, was %,.0f B)"
            .formatted(
                b.perSecond() / a.perSecond(),
                b.perSecond(),
                a.perSecond(),
                b.redisMicros(),
                a.redisMicros(),
                b.allocatedBytes(),
                a.allocatedBytes()));
  }
}
