package dev.corral.jcache.test;

import dev.corral.jcache.internal.cache.RedisCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.cache.spi.CachingProvider;
import org.jspecify.annotations.Nullable;

/**
 * The Redis of one test, and the network between it and the caches of the test. Get it as a
 * parameter of a test, see {@link CorralTest}. Its methods return when their effect has begun. Safe
 * for many threads.
 *
 * <p>All methods throw {@link IllegalStateException} if the Redis of the test does not answer the
 * control itself, which uses a connection of its own.
 */
public final class RedisControl implements AutoCloseable {

  private static final long RECOVERY_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long POLL_MILLIS = 5;

  /** Less memory than any server uses, so each command that needs more is refused. */
  private static final String NO_MEMORY = "1";

  private final TestServer server;
  private final RedisRelay relay;
  private final AdminConnection admin;
  private final TestKeys keys;
  private final Properties settings;
  private final @Nullable String configuration;
  private final TestCachingProvider provider;
  private final List<TestCachingProvider> instances = new CopyOnWriteArrayList<>();
  private @Nullable List<String> memorySettings;

  RedisControl(TestServer server, TestOptions options) {
    this.server = server;
    this.admin = server.connect();
    this.keys = new TestKeys(admin, options.uniquePrefix());
    this.relay = new RedisRelay(server.host(), server.port());
    this.configuration = options.configuration();
    this.settings = new Properties();
    settings.putAll(options.settings());
    settings.setProperty("corral.redis.uri", server.uriThrough(relay.port()));
    settings.setProperty("corral.redis.key-prefix", keys.prefix());
    this.provider = new TestCachingProvider(configuration, settings);
  }

  /** The provider of the test. */
  CachingProvider provider() {
    return provider;
  }

  /** The key prefix of the test, which no other test has. */
  public String keyPrefix() {
    return keys.prefix();
  }

  /** The URI of Redis for the caches of the test, with the password if there is one. */
  public String uri() {
    return settings.getProperty("corral.redis.uri");
  }

  /**
   * The settings of all caches of the test, with the names that system properties and {@code
   * application.properties} have: {@code corral.redis.uri}, {@code corral.redis.key-prefix}, and
   * those of {@link CorralTest#settings}. Give them to an application that creates its own cache
   * manager. A copy.
   */
  public Map<String, String> settings() {
    Map<String, String> copy = new TreeMap<>();
    settings.stringPropertyNames().forEach(it -> copy.put(it, settings.getProperty(it)));
    return copy;
  }

  /**
   * The provider of another instance of the application, with the same Redis and key prefix: its
   * caches have the same entries, and their own near caches, locks and listeners. It is closed
   * after the test.
   */
  public CachingProvider newInstance() {
    TestCachingProvider instance = new TestCachingProvider(configuration, settings);
    instances.add(instance);
    return instance;
  }

  /** Makes Redis unreachable until {@link #restore}: breaks connections, and refuses new ones. */
  public void disconnect() {
    relay.disconnect();
  }

  /** Makes Redis silent until {@link #restore}: connections remain open, but no reply arrives. */
  public void hang() {
    relay.hang();
  }

  /**
   * Delays each command until {@link #restore}. With {@code redis.timeout} or more this is an
   * outage.
   *
   * @param roundTrip the added time of a request and its reply together
   * @throws IllegalArgumentException if it is negative
   */
  public void delay(Duration roundTrip) {
    relay.delay(roundTrip);
  }

  /**
   * Lets Redis refuse all changes for lack of memory until {@link #restore}, with the policy {@code
   * noeviction}; reads still work. This concerns the whole server, so no other test may use it at
   * the same time.
   *
   * @throws IllegalStateException if the server is not the embedded one, whose settings the test
   *     must not change
   */
  public synchronized void fill() {
    if (!server.isEmbedded()) {
      throw new IllegalStateException(
          "fill() needs the embedded server, because it changes the settings of the whole server;"
              + " this test uses "
              + server);
    }
    if (memorySettings == null) {
      memorySettings =
          Stream.of("maxmemory", "maxmemory-policy")
              .flatMap(it -> admin.texts("CONFIG", "GET", it).stream())
              .toList();
    }
    admin.call("CONFIG", "SET", "maxmemory-policy", "noeviction");
    admin.call("CONFIG", "SET", "maxmemory", NO_MEMORY);
  }

  /**
   * Ends {@link #disconnect}, {@link #hang}, {@link #delay} and {@link #fill}, and waits until all
   * caches of the test use Redis again, and have repaired what was changed during the outage.
   *
   * @throws IllegalStateException if that takes longer than 30 seconds, or if the thread is
   *     interrupted
   */
  public void restore() {
    restoreServer();
    long start = System.nanoTime();
    while (openCaches().stream().anyMatch(it -> it.outageStatistics().away())) {
      if (System.nanoTime() - start > RECOVERY_NANOS) {
        throw new IllegalStateException("The caches do not use Redis again after 30 s");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("The thread was interrupted during restore()", e);
      }
    }
  }

  private synchronized void restoreServer() {
    relay.restore();
    List<String> changed = memorySettings;
    if (changed != null) {
      for (int i = 0; i < changed.size(); i += 2) {
        admin.call("CONFIG", "SET", changed.get(i), changed.get(i + 1));
      }
      memorySettings = null;
    }
  }

  /**
   * Makes all entries of the test older, as if this time had passed: entries with a time to live
   * expire earlier, or at once. It also concerns entries in near caches, remembered misses, early
   * refresh, grace and keep. The clocks of server and JVM do not change, so leases, locks, timeouts
   * and the delay of write-behind are not concerned. EXPIRED events follow within a second.
   *
   * <p>Near caches of managers that the test did not get from this kit discard their entries some
   * milliseconds later.
   *
   * @param time at least 1 ms
   * @throws IllegalArgumentException if the time is shorter
   */
  public void advanceExpiry(Duration time) {
    if (time.toMillis() < 1) {
      throw new IllegalArgumentException("the time must be at least 1 ms: " + time);
    }
    keys.advance(time.toMillis());
    openCaches().forEach(RedisCache::discardNearCache);
  }

  private List<RedisCache<?, ?>> openCaches() {
    List<RedisCache<?, ?>> caches = new ArrayList<>();
    Stream.concat(Stream.of(provider), instances.stream())
        .flatMap(it -> it.openManagers().stream())
        .forEach(it -> caches.addAll(it.openCaches()));
    return caches;
  }

  /**
   * Restores Redis, closes the managers, and removes the keys of the test. Each of these steps is
   * made even if another one fails, so that no thread or connection is left. Called by JUnit.
   *
   * @throws RuntimeException the first failure, with the others as suppressed
   */
  @Override
  public void close() {
    List<Runnable> steps = new ArrayList<>();
    steps.add(this::restoreServer);
    instances.forEach(it -> steps.add(it::close));
    steps.add(provider::close);
    steps.add(keys::removeAll);
    steps.add(relay::close);
    steps.add(admin::close);
    RuntimeException failure = null;
    for (Runnable step : steps) {
      try {
        step.run();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
