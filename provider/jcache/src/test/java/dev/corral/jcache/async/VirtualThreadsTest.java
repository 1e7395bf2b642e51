package dev.corral.jcache.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.Relay;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.integration.CacheLoader;
import javax.cache.processor.EntryProcessor;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand virtual threads call a cache, synchronously and asynchronously, and none of them
 * occupies its carrier while it waits. Java 17 has no virtual threads; there, this test is skipped.
 * {@link HeldMonitorsTest} runs everywhere.
 */
class VirtualThreadsTest {

  private static final int THREADS = 1_000;
  private static final EntryProcessor<String, Price, Integer> INCREMENT =
      (entry, none) -> {
        int next = entry.exists() ? entry.getValue().cents() + 1 : 1;
        entry.setValue(new Price(next, List.of("invoked")));
        return next;
      };

  private final OwnRedis redis = new OwnRedis();
  private final Relay relay =
      new Relay(redis.server().address().port(), /* roundTrip= */ Duration.ofMillis(2));
  private final CorralCachingProvider provider = new CorralCachingProvider();

  @AfterEach
  void close() {
    provider.close();
    relay.close();
    redis.close();
  }

  /** A value that Kryo encodes. */
  record Price(int cents, List<String> tags) {}

  private CorralCache<String, Price> open() {
    String uri = "redis://:%s@127.0.0.1:%d";
    String password = redis.server().credentials().password();
    CacheManager manager =
        provider.getCacheManager(URI.create(uri.formatted(password, relay.port())), null);
    return open(manager);
  }

  @SuppressWarnings("unchecked")
  private static CorralCache<String, Price> open(CacheManager manager) {
    var prices = new LoadedPrices();
    CacheEntryCreatedListener<String, Price> nothing = events -> {};
    return manager
        .createCache(
            "prices",
            CorralConfiguration.builder(String.class, Price.class)
                .standard(
                    it ->
                        it.setStatisticsEnabled(true)
                            .setReadThrough(true)
                            .setCacheLoaderFactory(new SingletonFactory<>(prices))
                            .addCacheEntryListenerConfiguration(
                                new MutableCacheEntryListenerConfiguration<>(
                                    new SingletonFactory<>(nothing), null, false, true)))
                .build())
        .unwrap(CorralCache.class);
  }

  /** A loader that waits, as one that asks a database does. */
  private static final class LoadedPrices implements CacheLoader<String, Price> {

    @Override
    public Price load(String key) {
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return new Price(key.length(), List.of("loaded"));
    }

    @Override
    public Map<String, Price> loadAll(Iterable<? extends String> keys) {
      Map<String, Price> all = new HashMap<>();
      keys.forEach(key -> all.put(key, load(key)));
      return all;
    }
  }

  @Test
  void thousandVirtualThreads_noneIsPinned(@TempDir Path folder) throws Exception {
    assumeTrue(
        Runtime.version().feature() >= 21,
        "skipped: Java " + Runtime.version().feature() + " has no virtual threads; run it on 21+");
    CorralCache<String, Price> cache = open();
    run(cache, "warm-up"); // initializing a class pins the thread that does it
    try (Recording recording = new Recording()) {
      recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO).withStackTrace();
      recording.start();
      long start = System.nanoTime();
      run(cache, "measured");
      virtualThreads().submit(() -> assertThat(Planted.PINNED).isTrue()).get();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
      recording.stop();
      Path file = folder.resolve("pinned.jfr");
      recording.dump(file);
      List<RecordedEvent> pinned = RecordingFile.readAllEvents(file);
      assertThat(pinned).as("the planted wait").anyMatch(VirtualThreadsTest::isPlanted);
      assertThat(pinned)
          .as("waits that occupied a carrier")
          .allMatch(VirtualThreadsTest::isPlanted);
    }
  }

  /** Its initialization waits, which occupies the carrier in every release of Java. */
  private static final class Planted {

    static final boolean PINNED = pinned();

    private static boolean pinned() {
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
      return true;
    }
  }

  private static boolean isPlanted(RecordedEvent event) {
    return event.getStackTrace().getFrames().stream()
        .anyMatch(it -> it.getMethod().getType().getName().equals(Planted.class.getName()));
  }

  private static void run(CorralCache<String, Price> cache, String round) throws Exception {
    ExecutorService threads = virtualThreads();
    try {
      List<Future<?>> ended = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        String key = round + i;
        String shared = round + "shared" + i % 100;
        ended.add(threads.submit(() -> useSynchronously(cache, key, shared)));
        ended.add(threads.submit(() -> useAsynchronously(cache, key, shared)));
      }
      for (Future<?> each : ended) {
        each.get(30, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdown();
    }
    for (int i = 0; i < 100; i++) {
      int sum = cache.get(round + "shared" + i + "counter").cents();
      assertThat(sum).as("increments of one key").isEqualTo(2 * THREADS / 100);
    }
  }

  private static void useSynchronously(
      CorralCache<String, Price> cache, String key, String shared) {
    cache.put(key, new Price(7, List.of("put")));
    assertThat(cache.get(key)).isEqualTo(new Price(7, List.of("put")));
    assertThat(cache.get(shared).tags()).containsExactly("loaded");
    cache.invoke(shared + "counter", INCREMENT);
    cache.putAll(Map.of(key + "a", new Price(1, List.of()), key + "b", new Price(2, List.of())));
    assertThat(cache.getAll(Set.of(key + "a", key + "b"))).hasSize(2);
    assertThat(cache.remove(key)).isTrue();
  }

  private static void useAsynchronously(
      CorralCache<String, Price> cache, String key, String shared) {
    String own = key + "async";
    cache
        .putAsync(own, new Price(8, List.of()))
        .thenCompose(done -> cache.getAsync(own))
        .thenAccept(price -> assertThat(price.cents()).isEqualTo(8))
        .thenCompose(done -> cache.invokeAsync(shared + "counter", INCREMENT))
        .thenCompose(done -> cache.getAsync(shared))
        .thenAccept(price -> assertThat(price.tags()).containsExactly("loaded"))
        .join();
    CompletableFuture.allOf(cache.removeAsync(own), cache.containsKeyAsync(shared)).join();
  }

  private static ExecutorService virtualThreads() throws ReflectiveOperationException {
    return (ExecutorService)
        Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }
}
