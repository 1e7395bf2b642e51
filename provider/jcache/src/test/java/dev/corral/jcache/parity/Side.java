package dev.corral.jcache.parity;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * One of the two caches that are compared, with its user code. It can prepare and observe entries
 * without calls of user code that would be recorded.
 */
abstract class Side implements AutoCloseable {

  static final Duration SHORT = new Duration(MILLISECONDS, 30);

  private static final MBeanServer BEANS = ManagementFactory.getPlatformMBeanServer();

  final Journal journal = new Journal();
  final UserCode.Policy policy;
  final Cache<String, String> cache;
  private final CacheManager manager;
  private final ObjectName statistics;

  private Side(
      CacheManager manager,
      String name,
      Setup setup,
      boolean constant,
      UnaryOperator<Cache<String, String>> view) {
    this.manager = manager;
    this.policy = new UserCode.Policy(journal, setup.lifetimes());
    var configuration =
        new MutableConfiguration<String, String>()
            .setTypes(String.class, String.class)
            .setStatisticsEnabled(true)
            .setReadThrough(setup.readThrough())
            .setWriteThrough(setup.writeThrough())
            .addCacheEntryListenerConfiguration(
                new MutableCacheEntryListenerConfiguration<>(
                    UserCode.factory(new UserCode.Listener(journal)),
                    null,
                    /* isOldValueRequired= */ true,
                    /* isSynchronous= */ true));
    boolean usesOwnPolicy = !constant || setup.lifetimes().constant() == null;
    configuration.setExpiryPolicyFactory(
        usesOwnPolicy ? UserCode.factory(policy) : setup.lifetimes().constant());
    if (setup.readThrough()) {
      configuration.setCacheLoaderFactory(UserCode.factory(new UserCode.Loader(journal)));
    }
    if (setup.writeThrough()) {
      configuration.setCacheWriterFactory(UserCode.factory(new UserCode.Writer(journal)));
    }
    cache = view.apply(manager.createCache(name, configuration));
    try {
      statistics =
          BEANS
              .queryNames(
                  new ObjectName("javax.cache:type=CacheStatistics,Cache=" + name + ",*"), null)
              .iterator()
              .next();
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Puts live entries, and entries that expire within {@link #SHORT}. */
  abstract void prepare(Set<String> live, Set<String> expiring);

  /** The value of an entry. */
  abstract String peek(String key);

  final Map<String, Long> counters() {
    Map<String, Long> counters = new LinkedHashMap<>();
    for (String name : new String[] {"CacheHits", "CacheMisses", "CachePuts", "CacheRemovals"}) {
      try {
        counters.put(name, (Long) BEANS.getAttribute(statistics, name));
      } catch (JMException e) {
        throw new IllegalStateException(e);
      }
    }
    return counters;
  }

  @Override
  public void close() {
    manager.destroyCache(cache.getName());
  }

  /** The reference implementation; its policy lets the prepared entries expire. */
  static Side reference(CacheManager manager, String name, Setup setup) {
    return new Side(manager, name, setup, /* constant= */ false, UnaryOperator.identity()) {
      @Override
      void prepare(Set<String> live, Set<String> expiring) {
        policy.prepare(SHORT);
        expiring.forEach(key -> cache.put(key, Entries.PREPARED));
        policy.prepare(Duration.ETERNAL);
        live.forEach(key -> cache.put(key, Entries.PREPARED));
      }

      @Override
      String peek(String key) {
        return cache.get(key);
      }
    };
  }

  /**
   * Corral. A second manager, as in another JVM, opens the same cache with other times to live, and
   * prepares and observes its entries.
   */
  static Side corral(CacheManager manager, CacheManager other, String name, Setup setup) {
    return corral(manager, other, name, setup, UnaryOperator.identity());
  }

  /**
   * The same.
   *
   * @param view what the operations of the cases use instead of the cache
   */
  static Side corral(
      CacheManager manager,
      CacheManager other,
      String name,
      Setup setup,
      UnaryOperator<Cache<String, String>> view) {
    return new Side(manager, name, setup, /* constant= */ true, view) {
      private final Cache<String, String> outside =
          other.createCache(
              name,
              new MutableConfiguration<String, String>().setTypes(String.class, String.class));

      @Override
      void prepare(Set<String> live, Set<String> expiring) {
        outside.close();
        Cache<String, String> brief =
            other.createCache(
                name,
                new MutableConfiguration<String, String>()
                    .setTypes(String.class, String.class)
                    .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(SHORT)));
        brief.putAll(entries(expiring));
        brief.close();
        peeking().putAll(entries(live));
        Set<String> all = new HashSet<>(live);
        all.addAll(expiring);
        await()
            .pollDelay(java.time.Duration.ZERO)
            .pollInterval(java.time.Duration.ofMillis(2))
            .until(() -> journal.created(all) == all.size());
      }

      private Cache<String, String> peeking() {
        Cache<String, String> open = other.getCache(cache.getName(), String.class, String.class);
        return open != null
            ? open
            : other.createCache(
                cache.getName(),
                new MutableConfiguration<String, String>().setTypes(String.class, String.class));
      }

      @Override
      String peek(String key) {
        return peeking().get(key);
      }

      @Override
      public void close() {
        peeking().close();
        super.close();
      }
    };
  }

  private static Map<String, String> entries(Set<String> keys) {
    Map<String, String> entries = new LinkedHashMap<>();
    keys.forEach(key -> entries.put(key, Entries.PREPARED));
    return entries;
  }
}
