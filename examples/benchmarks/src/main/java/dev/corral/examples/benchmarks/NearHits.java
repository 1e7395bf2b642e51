package dev.corral.examples.benchmarks;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A read of what is in the JVM. Caffeine gives everybody the same object; the others promise each
 * reader one of his own, if it can be changed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NearHits {

  static final String CAFFEINE = "Caffeine";
  static final String CAFFEINE_EXPIRING = "Caffeine, expiring";
  static final String CAFFEINE_JCACHE = "Caffeine JCache";

  /** Nothing but a look at the clock, which everybody needs whose entries end. */
  static final String CLOCK = "System.nanoTime";

  /** A power of two. */
  private static final int KEYS = 1 << 10;

  /** Of this the keys are more than half: only then Caffeine keeps count of what is read. */
  private static final int BOUND = KEYS * 3 / 2;

  @Param({Subjects.CORRAL, CAFFEINE, CAFFEINE_EXPIRING, CAFFEINE_JCACHE, CLOCK})
  public String subject = "";

  @Param({"String", "record", "bean"})
  public String kind = "";

  /** Where Redis is. */
  @Param("")
  public String redis = "";

  private final String[] keys = new String[KEYS];
  private Function<String, Object> cache = key -> key;
  private AutoCloseable closed = () -> {};

  /** Each thread goes its own way through the keys. */
  @State(Scope.Thread)
  public static class Position {
    private int next;
  }

  @Setup
  public void open() {
    IntFunction<Object> values =
        switch (kind) {
          case "String" -> i -> "v".repeat(100);
          case "record" ->
              i -> new Price("sku-" + i, new BigDecimal("19.90"), "EUR", Instant.EPOCH);
          default -> Customer::new;
        };
    for (int i = 0; i < KEYS; i++) {
      keys[i] = Keys.name(i);
    }
    switch (subject) {
      case CAFFEINE -> openCaffeine(Caffeine.newBuilder(), values);
      case CAFFEINE_EXPIRING ->
          openCaffeine(Caffeine.newBuilder().expireAfterWrite(Duration.ofMinutes(5)), values);
      case CAFFEINE_JCACHE -> openCaffeineJCache(values);
      case CLOCK -> cache = key -> System.nanoTime() == 0 ? "" : key;
      default -> openCorral(values);
    }
  }

  private void openCaffeine(Caffeine<Object, Object> builder, IntFunction<Object> values) {
    var caffeine = builder.maximumSize(BOUND).<String, Object>build();
    for (int i = 0; i < KEYS; i++) {
      caffeine.put(keys[i], values.apply(i));
    }
    cache = key -> Objects.requireNonNull(caffeine.getIfPresent(key));
  }

  private void openCaffeineJCache(IntFunction<Object> values) {
    CaffeineCachingProvider provider = new CaffeineCachingProvider();
    CacheManager manager = provider.getCacheManager();
    Cache<String, Object> jcache =
        manager.createCache(
            "near", new MutableConfiguration<String, Object>().setStoreByValue(true));
    for (int i = 0; i < KEYS; i++) {
      jcache.put(keys[i], values.apply(i));
    }
    cache = jcache::get;
    closed = provider;
  }

  private void openCorral(IntFunction<Object> values) {
    CorralCachingProvider provider = new CorralCachingProvider();
    Cache<String, Object> corral =
        provider
            .getCacheManager(URI.create("redis://" + redis), null, new Properties())
            .createCache(
                "near-hits-" + kind,
                CorralConfiguration.builder(String.class, Object.class)
                    .allowedClasses("dev.corral.examples.benchmarks.*")
                    .standard(it -> it.setStatisticsEnabled(true))
                    .nearCache(NearCacheOptions.ofEntries(BOUND))
                    .build());
    for (int i = 0; i < KEYS; i++) {
      corral.put(keys[i], values.apply(i));
    }
    CorralCache<?, ?> own = corral.unwrap(CorralCache.class);
    for (long before = -1; own.nearCacheStatistics().hits() - before < KEYS; ) {
      before = own.nearCacheStatistics().hits();
      for (String key : keys) {
        corral.get(key);
      }
    }
    provider
        .getCacheManager(URI.create("redis://" + redis), null, new Properties())
        .enableStatistics("near-hits-" + kind, false);
    cache = corral::get;
    closed = provider;
  }

  @Benchmark
  public Object hit(Position position) {
    return cache.apply(keys[position.next++ & (KEYS - 1)]);
  }

  @TearDown
  public void close() throws Exception {
    closed.close();
  }
}
