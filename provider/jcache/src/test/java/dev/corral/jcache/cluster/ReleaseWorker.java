package dev.corral.jcache.cluster;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.fixtures.RawRedis;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheLoader;

/**
 * A JVM of one release of an application, which has its classes of the package {@code shop} from
 * the class path. It takes jobs from a list in Redis. Arguments: the URI, and the name of the
 * release.
 */
public final class ReleaseWorker {

  /** The name of the cache. */
  static final String CACHE = "shared";

  private final Cache<String, Object> cache;
  private final Loader loader;

  private ReleaseWorker(Cache<String, Object> cache, Loader loader) {
    this.cache = cache;
    this.loader = loader;
  }

  public static void main(String[] arguments) {
    URI uri = URI.create(arguments[0]);
    String release = arguments[1];
    Loader loader = new Loader(release, new AtomicInteger());
    try (CorralCachingProvider provider = new CorralCachingProvider();
        RawRedis redis = RawRedis.connect(uri)) {
      ReleaseWorker worker =
          new ReleaseWorker(
              provider
                  .getCacheManager(uri, null)
                  .createCache(
                      CACHE,
                      CorralConfiguration.builder(String.class, Object.class)
                          .standard(
                              it ->
                                  it.setReadThrough(true)
                                      .setCacheLoaderFactory(new SingletonFactory<>(loader)))
                          .allowedClasses("shop.*")
                          .build()),
              loader);
      System.out.println("ready");
      while (true) {
        List<?> popped = (List<?>) redis.call("BLPOP", "test:jobs:" + release, "0");
        String[] job = ((String) popped.get(1)).split(" ", -1);
        redis.call("RPUSH", "test:result:" + release, worker.run(job));
      }
    }
  }

  private String run(String[] job) {
    Object result =
        switch (job[0]) {
          case "get" -> cache.get(job[1]);
          case "getAll" -> new TreeMap<>(cache.getAll(Set.of(job[1].split(",", -1))));
          case "contains" -> cache.containsKey(job[1]);
          case "keys" -> keys();
          case "put" -> {
            cache.put(job[1], value(job[2], job[3]));
            yield "done";
          }
          case "replace" -> cache.replace(job[1], value(job[2], job[3]));
          case "putIfAbsent" -> cache.putIfAbsent(job[1], value(job[2], job[3]));
          case "remove" -> cache.remove(job[1]);
          case "loads" -> loader.loads().get();
          default -> throw new IllegalArgumentException(job[0]);
        };
    return String.valueOf(result);
  }

  private Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    cache.forEach(entry -> keys.add(entry.getKey()));
    return keys;
  }

  private static Object value(String type, String name) {
    try {
      Object value = Class.forName("shop." + type).getConstructor().newInstance();
      value.getClass().getField("name").set(value, name);
      return value;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Loader(String release, AtomicInteger loads)
      implements CacheLoader<String, Object> {

    @Override
    public Object load(String key) {
      loads.incrementAndGet();
      return value("Item", "loaded-by-" + release);
    }

    @Override
    public Map<String, Object> loadAll(Iterable<? extends String> keys) {
      Map<String, Object> loaded = new TreeMap<>();
      keys.forEach(key -> loaded.put(key, load(key)));
      return loaded;
    }
  }
}
