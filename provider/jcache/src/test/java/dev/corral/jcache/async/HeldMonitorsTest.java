package dev.corral.jcache.async;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.Relay;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * No thread waits while it holds a monitor of Corral: on Java 21 to 23, a virtual thread would
 * occupy its carrier meanwhile. Samples the stacks of all threads while Redis is far away, which
 * every JVM can do, also one without virtual threads.
 */
class HeldMonitorsTest {

  private static final Duration ROUND_TRIP = Duration.ofMillis(30);
  private static final String CORRAL = "dev.corral.jcache.";
  private static final String TESTS = "dev.corral.jcache.async.";

  private final OwnRedis redis = new OwnRedis();
  private final Relay relay = new Relay(redis.server().address().port(), ROUND_TRIP);
  private final Set<String> violations = new ConcurrentSkipListSet<>();
  private final AtomicInteger samples = new AtomicInteger();
  private volatile boolean ended;

  @AfterEach
  void close() {
    ended = true;
    relay.close();
    redis.close();
  }

  @Test
  void operations_farRedis_holdNoMonitorWhileTheyWait() throws Exception {
    Thread sampler = new Thread(this::sample, "sampler");
    sampler.start();
    try (CorralCachingProvider provider = new CorralCachingProvider()) {
      CacheManager manager = provider.getCacheManager(uri(), null);
      useEverything(manager);
      provider.getCacheManager(URI.create("embedded:/"), null).createCache("e", everything(null));
    }
    ended = true;
    sampler.join();
    assertThat(samples).hasValueGreaterThan(50);
    assertThat(violations).as("frames that hold a monitor and wait").isEmpty();
  }

  private URI uri() {
    return URI.create(
        "redis://:%s@127.0.0.1:%d"
            .formatted(redis.server().credentials().password(), relay.port()));
  }

  private void sample() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    while (!ended) {
      for (ThreadInfo thread : threads.dumpAllThreads(/* monitors= */ true, false)) {
        Thread.State state = thread.getThreadState();
        if (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING) {
          record(thread);
        }
      }
      samples.incrementAndGet();
    }
  }

  private void record(ThreadInfo waiting) {
    for (MonitorInfo monitor : waiting.getLockedMonitors()) {
      StackTraceElement frame = monitor.getLockedStackFrame();
      String type = frame.getClassName();
      if (type.startsWith(CORRAL) && !type.startsWith(TESTS)) {
        violations.add(type + "." + frame.getMethodName());
      }
    }
  }

  private static CorralConfiguration<String, String> everything(WriteBehindOptions behind) {
    var rows = new Rows();
    var builder =
        CorralConfiguration.builder(String.class, String.class)
            .nearCache(NearCacheOptions.ofEntries(100))
            .standard(
                it ->
                    it.setStatisticsEnabled(true)
                        .setManagementEnabled(true)
                        .setReadThrough(true)
                        .setCacheLoaderFactory(new SingletonFactory<>(rows))
                        .setWriteThrough(true)
                        .setCacheWriterFactory(new SingletonFactory<>(rows))
                        .addCacheEntryListenerConfiguration(listener()));
    return (behind == null ? builder : builder.writeBehind(behind)).build();
  }

  private static MutableCacheEntryListenerConfiguration<String, String> listener() {
    AtomicInteger calls = new AtomicInteger(); // each listener is another object
    CacheEntryCreatedListener<String, String> counting = events -> calls.incrementAndGet();
    return new MutableCacheEntryListenerConfiguration<>(
        new SingletonFactory<>(counting), null, true, /* isSynchronous= */ true);
  }

  private static void useEverything(CacheManager manager) throws Exception {
    Cache<String, String> through = manager.createCache("through", everything(null));
    use(through);
    Cache<String, String> behind =
        manager.createCache(
            "behind", everything(WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMillis(1))));
    use(behind);
    behind.unwrap(CorralCache.class).flush(Duration.ofSeconds(5));
    readAttributes("behind");
    var listener = listener();
    through.registerCacheEntryListener(listener);
    through.deregisterCacheEntryListener(listener);
    manager.destroyCache("through");
  }

  private static void use(Cache<String, String> cache) {
    cache.put("k", "v");
    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(cache.get("missing")).isEqualTo("row of missing");
    cache.putAll(Map.of("a", "1", "b", "2"));
    assertThat(cache.getAll(Set.of("a", "b", "c"))).hasSize(3);
    assertThat(
            cache.<Boolean>invoke(
                "k",
                (entry, none) -> {
                  entry.setValue("w");
                  return true;
                }))
        .isTrue();
    assertThat(cache.iterator().hasNext()).isTrue();
    cache.remove("k");
    cache.clear();
  }

  private static void readAttributes(String cache) throws Exception {
    var server = ManagementFactory.getPlatformMBeanServer();
    for (ObjectName bean : server.queryNames(new ObjectName("*:Cache=" + cache + ",*"), null)) {
      for (var attribute : server.getMBeanInfo(bean).getAttributes()) {
        Object unused = server.getAttribute(bean, attribute.getName());
      }
    }
  }
}
