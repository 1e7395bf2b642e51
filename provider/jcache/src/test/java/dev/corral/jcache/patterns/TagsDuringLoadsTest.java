package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.fixtures.OwnRedis;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A row changes, and then the tag of its entry is invalidated, while a load of 400 ms that has read
 * the old row is running. After the invalidation no reader gets the old row, in any JVM.
 */
class TagsDuringLoadsTest {

  private static final int TIMES = 100;
  private static OwnRedis redis;
  private static ExecutorService threads;

  private final Rows rows = new Rows();

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
    threads = Executors.newFixedThreadPool(4 * TIMES);
  }

  @AfterAll
  static void stop() {
    threads.shutdownNow();
    redis.close();
  }

  @SuppressWarnings("unchecked")
  private CorralCache<String, String> open(CacheManager manager, String name) {
    return manager
        .createCache(
            name,
            CorralConfiguration.builder(String.class, String.class)
                .standard(
                    it ->
                        it.setReadThrough(true).setCacheLoaderFactory(new SingletonFactory<>(rows)))
                .tags(() -> (key, value) -> List.of("tag of " + key))
                .build())
        .unwrap(CorralCache.class);
  }

  /** Reads the row of a key, in whatever way. */
  private interface Read {
    String of(CorralCache<String, String> cache, String key) throws Exception;
  }

  @Test
  void get_tagInvalidatedDuringTheLoad_isNeverOld() throws Exception {
    overtakeLoads("get", CorralCache::get);
  }

  @Test
  void getAll_tagInvalidatedDuringTheLoad_isNeverOld() throws Exception {
    overtakeLoads("getAll", (cache, key) -> cache.getAll(Set.of(key)).get(key));
  }

  @Test
  void loadAll_tagInvalidatedDuringTheReload_isNeverOld() throws Exception {
    overtakeLoads(
        "loadAll",
        (cache, key) -> {
          CompletionListenerFuture done = new CompletionListenerFuture();
          cache.loadAll(Set.of(key), /* replaceExistingValues= */ true, done);
          done.get(20, TimeUnit.SECONDS);
          return cache.get(key);
        });
  }

  private void overtakeLoads(String name, Read read) throws Exception {
    CorralCache<String, String> loading = open(redis.manager(), name);
    CorralCache<String, String> other = open(redis.manager("?timeout=5s"), name);
    Random random = new Random(name.hashCode());
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      String key = name + i;
      long delay = random.nextInt(300);
      CorralCache<String, String> invalidating = i % 2 == 0 ? loading : other;
      CompletableFuture<Void> invalidated =
          rows.begun(key)
              .thenRunAsync(
                  () -> {
                    rows.values.put(key, "new");
                    invalidating.invalidateTags("tag of " + key);
                  },
                  CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS, threads));
      all.add(async(() -> read.of(loading, key)));
      for (CorralCache<String, String> reader : List.of(loading, other)) {
        all.add(
            invalidated.thenComposeAsync(
                done -> async(() -> assertThat(read.of(reader, key)).isEqualTo("new")), threads));
      }
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
    for (int i = 0; i < TIMES; i++) {
      assertThat(loading.get(name + i)).isEqualTo("new");
      assertThat(other.get(name + i)).isEqualTo("new");
    }
  }

  private interface Action {
    void run() throws Exception;
  }

  private static CompletableFuture<Void> async(Action action) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            action.run();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        threads);
  }

  /** Reads its rows at once, and returns them after 400 ms. */
  private static final class Rows implements CacheLoader<String, String> {

    final Map<String, String> values = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Void>> begun = new ConcurrentHashMap<>();

    CompletableFuture<Void> begun(String key) {
      return begun.computeIfAbsent(key, it -> new CompletableFuture<>());
    }

    @Override
    public String load(String key) {
      return loadAll(Set.of(key)).getOrDefault(key, "old");
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> read = new HashMap<>();
      for (String key : keys) {
        read.put(key, values.getOrDefault(key, "old"));
      }
      keys.forEach(key -> begun(key).complete(null));
      CountingLoaderWriter.sleep(400);
      return read;
    }
  }
}
