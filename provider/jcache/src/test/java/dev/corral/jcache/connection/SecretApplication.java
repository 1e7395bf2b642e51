package dev.corral.jcache.connection;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * An application that gets a secret in every way, and prints everything that could show it: names,
 * exceptions, texts of objects, and the logs of all libraries at their finest level.
 */
public final class SecretApplication {

  private SecretApplication() {}

  /**
   * Runs the application.
   *
   * @param arguments the address of Redis, the secret, and the URI of a file with the secret
   */
  public static void main(String[] arguments) {
    String address = arguments[0];
    String secret = arguments[1];
    try (CorralCachingProvider provider = new CorralCachingProvider()) {
      use(provider, "redis://:" + secret + "@" + address, new Properties());
      use(provider, "redis://default:" + secret + "@" + address, new Properties());
      use(provider, "redis://" + address + "?password=" + secret, new Properties());
      use(provider, "redis://" + address + "?client-name=environment", new Properties());
      use(provider, arguments[2], new Properties());
      use(provider, null, properties("corral.redis.uri", "redis://:" + secret + "@" + address));
      use(
          provider,
          "redis://" + address + "?client-name=properties",
          properties("corral.redis.password", secret));
    }
    try (CorralCachingProvider provider = new CorralCachingProvider()) {
      refused(provider, "redis://:" + secret + "x@" + address);
      refused(provider, "redis://:" + secret + "@" + address + "/99");
      // the first TLS connection of a JVM takes long on a busy machine
      refused(provider, "rediss://:" + secret + "@" + address + "?connect-timeout=6s");
      refused(provider, "redis-cluster://:" + secret + "@" + address);
      refused(provider, "redis-sentinel://:" + secret + "@m@" + address);
      refused(provider, "redis-sentinel://m@" + address + "?sentinel-password=" + secret);
      refused(provider, "redis://:" + secret + "@127.0.0.1:1?timeout=nonsense");
      refused(provider, "redis:/:" + secret + "@" + address);
      refused(provider, "redis://:" + secret + "@" + address + "#fragment");
      refused(provider, "rediss://" + address + "?truststore-password=" + secret);
      refused(provider, "redis://" + address + "?pass%77ord=" + secret + "&x=y");
      refused(provider, "http://user:" + secret + "@127.0.0.1:1/corral.conf?token=" + secret);
      refused(provider, "nonsense:user:" + secret + "@host");
      unreachable(provider, "redis://:" + secret + "@127.0.0.1:1");
    }
    awaitEndOfThreads();
    System.out.println("finished");
  }

  /** Otherwise a thread of Corral that is ending may still log something after the last line. */
  private static void awaitEndOfThreads() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      List<String> running =
          Thread.getAllStackTraces().keySet().stream()
              .map(Thread::getName)
              .filter(name -> name.startsWith("corral-"))
              .toList();
      if (running.isEmpty()) {
        return;
      } else if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("threads of a closed provider are running: " + running);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private static Properties properties(String name, String value) {
    Properties properties = new Properties();
    properties.setProperty(name, value);
    return properties;
  }

  private static CacheManager manager(
      CorralCachingProvider provider, @Nullable String uri, Properties properties) {
    return provider.getCacheManager(uri == null ? null : URI.create(uri), null, properties);
  }

  private static void use(
      CorralCachingProvider provider, @Nullable String uri, Properties properties) {
    CacheManager manager = manager(provider, uri, properties);
    Cache<String, String> cache = create(manager);
    cache.put("key", "value");
    System.out.println("read " + cache.get("key"));
    show(manager);
    show(cache);
    System.out.println(cache.unwrap(CorralCache.class).outageStatistics());
    ManagementFactory.getPlatformMBeanServer().queryNames(null, null).forEach(System.out::println);
    Thread.getAllStackTraces().keySet().forEach(it -> System.out.println(it.getName()));
    if (provider.getCacheManager(manager.getURI(), manager.getClassLoader()) != manager) {
      throw new IllegalStateException("the URI of a manager must find it");
    }
    shown(() -> create(manager));
    provider.close(manager.getURI(), manager.getClassLoader());
    shown(manager::getCacheNames);
    shown(() -> cache.get("key"));
    shown(() -> provider.getCacheManager(manager.getURI(), null));
  }

  private static Cache<String, String> create(CacheManager manager) {
    return manager.createCache(
        "c",
        new MutableConfiguration<String, String>()
            .setStatisticsEnabled(true)
            .setManagementEnabled(true));
  }

  private static void show(Object object) {
    System.out.println(object);
    if (object instanceof CacheManager manager) {
      System.out.println(manager.getURI() + " " + manager.getProperties());
      Object found = manager.getCachingProvider();
      System.out.println(Objects.toString(found));
    }
  }

  private static void refused(CorralCachingProvider provider, String uri) {
    if (!shown(() -> create(manager(provider, uri, new Properties())))) {
      throw new IllegalStateException("a URI was not refused");
    }
  }

  private static void unreachable(CorralCachingProvider provider, String uri) {
    Cache<String, String> cache = create(manager(provider, uri, new Properties()));
    shown(() -> cache.containsKey("key"));
    System.out.println(cache.unwrap(CorralCache.class).outageStatistics());
  }

  /** Prints what the action throws, with all causes. Returns whether it threw. */
  private static boolean shown(Runnable action) {
    try {
      action.run();
      return false;
    } catch (RuntimeException e) {
      e.printStackTrace(System.out);
      return true;
    }
  }
}
