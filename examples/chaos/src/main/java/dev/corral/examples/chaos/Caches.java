package dev.corral.examples.chaos;

import dev.corral.examples.chaos.Operation.Call;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.WriteBehindOptions;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import org.jspecify.annotations.Nullable;

/** The caches of a worker. Safe for many threads. */
final class Caches {

  /** Every operation throws during an outage; no loader, no writer. */
  static final String FAIL_FAST = "failfast";

  /** Reads through and writes through. */
  static final String THROUGH = "through";

  /** Reads through and writes behind. */
  static final String BEHIND = "behind";

  /**
   * Reads through, and throws during an outage. Its rows are changed around it, and then the tag of
   * the key is invalidated. Every second worker has a near cache.
   */
  static final String TAGGED = "tagged";

  static final List<String> ALL = List.of(FAIL_FAST, THROUGH, BEHIND, TAGGED);

  /** How stale the near caches may be. */
  static final Duration MAX_STALENESS = Duration.ofSeconds(1);

  private static final int TAGS = 4;

  /** The maximum time of a command in Redis. */
  static final Duration TIMEOUT = Duration.ofSeconds(1);

  private static final String PROVIDER = "dev.corral.jcache.spi.CorralCachingProvider";
  private static final Duration DELAY = Duration.ofMillis(300);
  private static final int OPEN_ATTEMPTS = 60;

  private final Map<String, Cache<String, String>> caches = new LinkedHashMap<>();
  private final DatabaseTable taggedRows;

  private Caches(int databasePort) {
    taggedRows = new DatabaseTable(databasePort, TAGGED + "/");
  }

  /** Whether every operation throws during an outage. */
  static boolean isFailFast(String cache) {
    return cache.equals(FAIL_FAST) || cache.equals(TAGGED);
  }

  /** Whether a worker has a near cache for the cache with tags. */
  static boolean isNear(int worker) {
    return worker % 2 == 1;
  }

  /** The tag of a key, which it shares with a quarter of the keys. */
  private static String tagOf(String key) {
    return "tag-" + Math.floorMod(key.hashCode(), TAGS);
  }

  /** Opens the caches; tries for half a minute, because a fail-fast cache does not open without. */
  static Caches open(String uri, int worker, int databasePort) {
    Properties properties = new Properties();
    properties.setProperty("corral.redis.client-name", Network.clientName(worker));
    properties.setProperty("corral.redis.key-prefix", "chaos:");
    properties.setProperty("corral.redis.timeout", TIMEOUT.toMillis() + "ms");
    CacheManager manager =
        Caching.getCachingProvider(PROVIDER).getCacheManager(URI.create(uri), null, properties);
    Caches opened = new Caches(databasePort);
    for (String name : List.of(FAIL_FAST, THROUGH, BEHIND)) {
      opened.caches.put(name, create(manager, name, configuration(name, databasePort)));
    }
    opened.caches.put(TAGGED, create(manager, TAGGED, tagged(opened.taggedRows, isNear(worker))));
    return opened;
  }

  private static Cache<String, String> create(
      CacheManager manager, String name, CorralConfiguration<String, String> configuration) {
    for (int attempt = 1; ; attempt++) {
      try {
        return manager.createCache(name, configuration);
      } catch (CacheException e) {
        if (attempt == OPEN_ATTEMPTS) {
          throw e;
        }
        Waiting.sleep(500);
      }
    }
  }

  private static CorralConfiguration<String, String> configuration(String name, int databasePort) {
    var builder = CorralConfiguration.builder(String.class, String.class);
    if (name.equals(FAIL_FAST)) {
      return builder.failFast(true).build();
    }
    DatabaseTable table = new DatabaseTable(databasePort, name + "/");
    builder.standard(
        it ->
            it.setReadThrough(true)
                .setCacheLoaderFactory(new SingletonFactory<>(table))
                .setWriteThrough(true)
                .setCacheWriterFactory(new SingletonFactory<>(table)));
    if (name.equals(BEHIND)) {
      builder.writeBehind(WriteBehindOptions.DEFAULTS.withDelay(DELAY));
    }
    return builder.build();
  }

  private static CorralConfiguration<String, String> tagged(DatabaseTable rows, boolean isNear) {
    var builder =
        CorralConfiguration.builder(String.class, String.class)
            .failFast(true)
            .tags(() -> (key, value) -> List.of(tagOf(key)))
            .standard(
                it -> it.setReadThrough(true).setCacheLoaderFactory(new SingletonFactory<>(rows)));
    return isNear
        ? builder
            .nearCache(NearCacheOptions.ofEntries(1_000).withMaxStaleness(MAX_STALENESS))
            .build()
        : builder.build();
  }

  private Cache<String, String> cache(String name) {
    Cache<String, String> cache = caches.get(name);
    if (cache == null) {
      throw new IllegalArgumentException("no cache " + name);
    }
    return cache;
  }

  CorralCache<?, ?> corral(String name) {
    return cache(name).unwrap(CorralCache.class);
  }

  /** Calls a cache; returns its result as text. */
  @Nullable String execute(Call call) {
    Cache<String, String> cache = cache(call.cache());
    String key = call.key();
    String argument = String.valueOf(call.argument());
    String expected = String.valueOf(call.expected());
    return switch (call.kind()) {
      case GET -> cache.get(key);
      case CONTAINS -> Boolean.toString(cache.containsKey(key));
      case PUT -> {
        cache.put(key, argument);
        yield null;
      }
      case PUT_IF_ABSENT -> Boolean.toString(cache.putIfAbsent(key, argument));
      case REPLACE -> Boolean.toString(cache.replace(key, expected, argument));
      case GET_AND_PUT -> cache.getAndPut(key, argument);
      case REMOVE -> Boolean.toString(cache.remove(key));
      case REMOVE_IF -> Boolean.toString(cache.remove(key, expected));
      case GET_AND_REMOVE -> cache.getAndRemove(key);
      case CHANGE_ROW -> {
        taggedRows.put(key, argument);
        corral(call.cache()).invalidateTags(tagOf(key));
        yield null;
      }
      case INVOKE ->
          cache.invoke(
              key,
              (entry, arguments) -> {
                String before = entry.getValue();
                entry.setValue(argument);
                return before;
              });
    };
  }

  /** Whether all caches find Redis available and have repaired everything. */
  boolean areRecovered() {
    return ALL.stream()
        .map(it -> corral(it).outageStatistics())
        .allMatch(it -> !it.away() && it.waitingRepairs() == 0);
  }

  boolean isAvailable(String name) {
    return !corral(name).outageStatistics().away();
  }

  /** Waits until the queue of the write-behind cache is written. */
  boolean flush(Duration timeout) {
    return corral(BEHIND).flush(timeout);
  }
}
