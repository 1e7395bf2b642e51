package dev.corral.jcache.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Managers that are opened and closed, and applications that are deployed and undeployed, again and
 * again, leave nothing behind: no thread, no connection, no class loader, and no memory.
 *
 * <p>The system property {@code test.deployment-rounds} is the number of rounds; there is a
 * deployment for each 20 of them.
 */
class DeploymentTest {

  private static final int ROUNDS = Integer.getInteger("test.deployment-rounds", 20);
  private static final int DEPLOYMENTS = Math.max(4, ROUNDS / 20);
  private static final int WARM_UP = 5;
  private static final long MAX_GROWTH = 8L << 20;

  private final OwnRedis redis = new OwnRedis();
  private final SharedFolder sharedFolder = new SharedFolder();

  @AfterEach
  void close() {
    redis.close();
  }

  /**
   * The JDK keeps the class loader of the last record whose equals was used first: {@code
   * java.lang.runtime.ObjectMethods} has a method handle that refers to it.
   */
  @Test
  void undeploy_repeatedly_leavesNoClassLoaderButTheLast() throws Exception {
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    loaders.add(deploy(() -> redis.cache("of-another-application", String.class, String.class)));
    awaitThreadsOfOneManager();
    Set<String> threads = threads();
    long connections = connections();
    for (int i = 1; i < DEPLOYMENTS; i++) {
      loaders.add(deploy(() -> {}));
    }
    awaitCollected(loaders.subList(0, loaders.size() - 1));
    await().untilAsserted(() -> assertThat(threads()).hasSizeLessThanOrEqualTo(threads.size()));
    assertThat(connections()).isLessThanOrEqualTo(connections);
  }

  private static void awaitCollected(List<WeakReference<ClassLoader>> loaders) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(loaders).allSatisfy(it -> assertThat(it.get()).isNull());
            });
  }

  /** The threads of the manager that remains open have numbers; those of others end. */
  private static void awaitThreadsOfOneManager() {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> threads().stream().filter(it -> it.startsWith("corral-timer")).count() <= 1);
  }

  /**
   * Deploys and undeploys an application.
   *
   * @param whileItRuns for instance opens a manager that shares the client of the application
   */
  private WeakReference<ClassLoader> deploy(Runnable whileItRuns) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = sharedFolder.application()) {
      thread.setContextClassLoader(loader);
      start(loader, redis.uri(), () -> runAs(before, whileItRuns));
      return new WeakReference<>(loader);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @SuppressWarnings("unchecked")
  private static void start(ClassLoader loader, URI redis, Runnable whileItRuns) throws Exception {
    Class<?> main = loader.loadClass(DeployedApplication.class.getName());
    assertThat(main.getClassLoader()).isSameAs(loader);
    Object application = main.getConstructor().newInstance();
    ((Consumer<URI>) application).accept(redis);
    whileItRuns.run();
    ((AutoCloseable) application).close();
  }

  private static void runAs(ClassLoader context, Runnable action) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(context);
    try {
      action.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void close_repeatedly_leavesNoThreadConnectionOrMemory() {
    for (int i = 0; i < WARM_UP; i++) {
      openAndClose();
    }
    Set<String> threads = threads();
    long connections = connections();
    long used = usedBytes();
    for (int i = 0; i < ROUNDS; i++) {
      openAndClose();
    }
    await().untilAsserted(() -> assertThat(threads()).hasSizeLessThanOrEqualTo(threads.size()));
    assertThat(connections()).isEqualTo(connections);
    assertThat(usedBytes() - used).as("bytes more than before").isLessThan(MAX_GROWTH);
  }

  private void openAndClose() {
    try (CorralCachingProvider provider = new CorralCachingProvider()) {
      CacheManager manager = provider.getCacheManager(redis.uri(), null);
      Cache<String, String> cache = manager.createCache("opened", everything());
      cache.put("k", "v");
      assertThat(cache.get("k")).isEqualTo("v");
      assertThat(cache.get("k")).isEqualTo("v");
      cache.invoke(
          "k",
          (entry, none) -> {
            entry.setValue("w");
            return null;
          });
      assertThat(cache.get("k")).isEqualTo("w");
      CorralCache<?, ?> corral = cache.unwrap(CorralCache.class);
      assertThat(corral.removeAllAsync().thenCompose(done -> corral.clearAsync()).join()).isNull();
    }
  }

  private static CorralConfiguration<String, String> everything() {
    return CorralConfiguration.builder(String.class, String.class)
        .standard(DeploymentTest::readAndWrite)
        .writeBehind(WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMillis(1)))
        .nearCache(NearCacheOptions.ofEntries(100))
        .build();
  }

  private static void readAndWrite(MutableConfiguration<String, String> standard) {
    MapStore store = new MapStore();
    standard
        .setStatisticsEnabled(true)
        .setManagementEnabled(true)
        .setReadThrough(true)
        .setCacheLoaderFactory(new SingletonFactory<>(store))
        .setWriteThrough(true)
        .setCacheWriterFactory(new SingletonFactory<>(store));
  }

  /** The names of the live threads of Corral and of its Redis clients. */
  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(it -> it.startsWith("corral") || it.startsWith("redisson"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private long connections() {
    return redis.raw().text("CLIENT", "LIST").lines().count();
  }

  private static long usedBytes() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
