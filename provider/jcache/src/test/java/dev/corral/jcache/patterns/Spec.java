package dev.corral.jcache.patterns;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;

/**
 * A cache configuration as a text that can be sent to another JVM, such as {@code
 * load=300,ttl=1000,beta=1}. Times are in milliseconds. With {@code load} the cache reads through
 * with a loader of this duration. With {@code jdbc} the loader and the writer use a database. With
 * {@code cross} the loader reads key "b" to load "a", and key "a" to load any other key. With
 * {@code traced} the loader is a {@link TracedLoader} of this duration, and {@code budget} the
 * maximum number of its calls at a time in the cluster. {@code window} joins misses. {@code
 * refresh} is the interval of a periodic refresh.
 */
record Spec(Map<String, String> words) {

  private static final ConcurrentMap<String, Cache<String, String>> OPEN =
      new ConcurrentHashMap<>();

  static Spec of(String text) {
    Map<String, String> words = new HashMap<>();
    for (String word : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      int equals = word.indexOf('=');
      words.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return new Spec(words);
  }

  CorralConfiguration<String, String> configuration(String name, URI redis) {
    var builder =
        CorralConfiguration.builder(String.class, String.class)
            .standard(it -> it.setStatisticsEnabled(true))
            .loading(loading());
    if (words.containsKey("ttl")) {
      var ttl = new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, millis("ttl"));
      builder.standard(it -> it.setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(ttl)));
    }
    if (words.containsKey("jitter")) {
      builder.jitter(number("jitter"));
    }
    if (words.containsKey("symmetric")) {
      builder.symmetricJitter(number("symmetric"));
    }
    if (words.containsKey("traced")) {
      CacheLoader<String, String> loader = new TracedLoader(redis, millis("traced"));
      builder.standard(it -> it.setReadThrough(true).setCacheLoaderFactory(() -> loader));
    }
    if (words.containsKey("load")) {
      var loaderWriter = new CountingLoaderWriter(redis, millis("load"), words.get("jdbc"));
      CacheLoader<String, String> loader =
          words.containsKey("cross") ? crossing(name) : loaderWriter;
      builder.standard(it -> it.setReadThrough(true).setCacheLoaderFactory(() -> loader));
      if (words.containsKey("jdbc")) {
        CacheWriter<String, String> writer = loaderWriter;
        builder.standard(it -> it.setWriteThrough(true).setCacheWriterFactory(() -> writer));
      }
    }
    return builder.build();
  }

  /** The cache of this name in this JVM, opened by the first call. */
  static Cache<String, String> open(CacheManager manager, String name, String spec, URI redis) {
    return OPEN.computeIfAbsent(
        name, it -> manager.createCache(it, of(spec).configuration(it, redis)));
  }

  private static CacheLoader<String, String> crossing(String name) {
    return new CacheLoader<>() {
      @Override
      public String load(String key) {
        CountingLoaderWriter.sleep(100);
        return "with " + OPEN.get(name).get(key.equals("a") ? "b" : "a");
      }

      @Override
      public Map<String, String> loadAll(Iterable<? extends String> keys) {
        throw new UnsupportedOperationException();
      }
    };
  }

  /** Registers a cache for the crossing loaders of this JVM. */
  static Cache<String, String> register(Cache<String, String> cache) {
    OPEN.put(cache.getName(), cache);
    return cache;
  }

  private LoadOptions loading() {
    LoadOptions options =
        LoadOptions.DEFAULTS
            .withTimeouts(time("soft"), time("hard"))
            .withNegativeTimeToLive(time("negative"))
            .withStale(orZero(time("grace")), orZero(time("keep")));
    if (words.containsKey("beta")) {
      options = options.withEarlyRefresh(number("beta"));
    }
    if (words.containsKey("retry")) {
      options = options.withRetryInterval(Duration.ofMillis(millis("retry")));
    }
    if (words.containsKey("wait")) {
      options = options.withLockWait(Duration.ofMillis(millis("wait")));
    }
    if (words.containsKey("window")) {
      options = options.withCoalescing(Duration.ofMillis(millis("window")), 1_000);
    }
    if (words.containsKey("refresh")) {
      options = options.withRefreshInterval(Duration.ofMillis(millis("refresh")));
    }
    if (words.containsKey("budget")) {
      int loads = Integer.parseInt(words.get("budget"));
      Duration longest = Duration.ofSeconds(20);
      options =
          options.withBudget(
              new LoadOptions.Budget(loads, 0, LoadOptions.BudgetScope.CLUSTER, longest));
    }
    return options;
  }

  private static Duration orZero(@Nullable Duration time) {
    return time == null ? Duration.ZERO : time;
  }

  private @Nullable Duration time(String word) {
    return words.containsKey(word) ? Duration.ofMillis(millis(word)) : null;
  }

  private long millis(String word) {
    return Long.parseLong(words.get(word));
  }

  private double number(String word) {
    return Double.parseDouble(words.get(word));
  }
}
