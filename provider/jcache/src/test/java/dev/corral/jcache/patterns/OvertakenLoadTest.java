package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.OwnRedis;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CompletionListenerFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A hundred concurrent loads. During each load, a second cache manager changes the key at a random
 * moment. The loaded value must not be stored over that change.
 */
@Tag("baseline-jdk")
class OvertakenLoadTest {

  private static final int TIMES = 100;
  private static OwnRedis redis;
  private static ExecutorService threads;

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
    threads = Executors.newFixedThreadPool(TIMES);
  }

  @AfterAll
  static void stop() {
    threads.shutdownNow();
    redis.close();
  }

  /** A change during the load, and the value that the entry has afterwards. */
  enum Change {
    PUT("new", (cache, key) -> cache.put(key, "new")),
    GET_AND_PUT("new", (cache, key) -> cache.getAndPut(key, "new")),
    PUT_ALL("new", (cache, key) -> cache.putAll(Map.of(key, "new"))),
    PUT_IF_ABSENT("new", (cache, key) -> assertThat(cache.putIfAbsent(key, "new")).isTrue()),
    PUT_AND_REPLACE(
        "newer",
        (cache, key) -> {
          cache.put(key, "new");
          assertThat(cache.replace(key, "new", "newer")).isTrue();
        }),
    INVOKE("new", (cache, key) -> invoke(cache, key)),
    REMOVE(null, (cache, key) -> cache.remove(key)),
    GET_AND_REMOVE(null, (cache, key) -> cache.getAndRemove(key)),
    REMOVE_ALL(null, (cache, key) -> cache.removeAll(Set.of(key))),
    PUT_AND_REMOVE(
        null,
        (cache, key) -> {
          cache.put(key, "new");
          cache.remove(key);
        }),
    PUT_AND_EXPIRY(
        null,
        (cache, key) -> {
          cache.put(key, "new");
          CountingLoaderWriter.sleep(50);
        });

    private final @Nullable String expected;

    @SuppressWarnings("ImmutableEnumChecker") // the actions have no state
    private final BiConsumer<Cache<String, String>, String> action;

    Change(@Nullable String expected, BiConsumer<Cache<String, String>, String> action) {
      this.expected = expected;
      this.action = action;
    }
  }

  private static void invoke(Cache<String, String> cache, String key) {
    cache.invoke(
        key,
        (entry, none) -> {
          entry.setValue("new");
          return null;
        });
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void get_changedDuringTheLoad_doesNotStore(Change change) throws Exception {
    loadAndChange("get-" + change, change, (cache, key) -> cache.get(key));
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void getAll_changedDuringTheLoad_doesNotStore(Change change) throws Exception {
    loadAndChange(
        "getAll-" + change, change, (cache, key) -> cache.getAll(Set.of(key, key + "-more")));
  }

  @ParameterizedTest
  @EnumSource(
      value = Change.class,
      names = {"PUT", "REMOVE", "PUT_AND_REMOVE", "PUT_ALL", "REMOVE_ALL"})
  void invoke_changedDuringTheLoad_doesNotStore(Change change) throws Exception {
    loadAndChange(
        "invoke-" + change,
        change,
        (cache, key) ->
            cache.invoke(
                key,
                (entry, none) -> {
                  // the second run, after a removal, does not load again
                  return none.length == 0 && TestRun.isFirst(key) ? entry.getValue() : null;
                }));
  }

  /** The keys on which a processor has run. */
  private static final class TestRun {
    private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

    static boolean isFirst(String key) {
      return SEEN.add(key);
    }
  }

  @Test
  void loadAll_replacingAndChangedDuringTheLoad_doesNotStore() throws Exception {
    for (Change change : List.of(Change.PUT, Change.REMOVE)) {
      loadAndChange(
          "reload-" + change,
          change,
          (cache, key) -> {
            cache.put(key, "old");
            CompletionListenerFuture done = new CompletionListenerFuture();
            cache.loadAll(Set.of(key), /* replaceExistingValues= */ true, done);
            done.get();
          });
    }
  }

  /** A loader that takes 400 ms or longer, until the change of the key is done. */
  private static final class SlowLoader implements CacheLoader<String, String> {

    private final ConcurrentMap<String, CompletableFuture<Void>> begun = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, CompletableFuture<Void>> changes =
        new ConcurrentHashMap<>();

    /** Completes when the loader is called for the key, so its load ticket is stored. */
    CompletableFuture<Void> begun(String key) {
      return begun.computeIfAbsent(key, it -> new CompletableFuture<>());
    }

    @Override
    public String load(String key) {
      return loadAll(Set.of(key)).get(key);
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> values = new HashMap<>();
      for (String key : keys) {
        begun(key).complete(null);
        values.put(key, "loaded");
      }
      CountingLoaderWriter.sleep(400);
      for (String key : keys) {
        var change = changes.getOrDefault(key, CompletableFuture.completedFuture(null));
        change.handle((done, failure) -> "ended").orTimeout(10, TimeUnit.SECONDS).join();
      }
      return values;
    }
  }

  private static Cache<String, String> open(String name, SlowLoader loader) {
    return redis.cache(
        name,
        Spec.of("")
            .configuration(name, redis.uri())
            .with(it -> it.setReadThrough(true).setCacheLoaderFactory(() -> loader)));
  }

  private interface Load {
    void of(Cache<String, String> cache, String key) throws Exception;
  }

  private static void loadAndChange(String name, Change change, Load load) throws Exception {
    SlowLoader loader = new SlowLoader();
    Cache<String, String> loading = open(name, loader);
    String ttl = change == Change.PUT_AND_EXPIRY ? "ttl=30" : "";
    Cache<String, String> other =
        redis
            .manager("?timeout=5s")
            .createCache(name, Spec.of(ttl).configuration(name, redis.uri()));
    Random random = new Random(name.hashCode());
    List<CompletableFuture<Void>> loads = new ArrayList<>();
    List<CompletableFuture<Void>> changes = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      String key = name + i;
      CompletableFuture<Void> changed =
          loader
              .begun(key)
              .thenRunAsync(
                  () -> change.action.accept(other, key),
                  CompletableFuture.delayedExecutor(random.nextInt(250), TimeUnit.MILLISECONDS));
      loader.changes.put(key, changed);
      changes.add(changed);
      loads.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  load.of(loading, key);
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              },
              threads));
    }
    loads.forEach(CompletableFuture::join);
    changes.forEach(CompletableFuture::join);

    int wrong = 0;
    for (int i = 0; i < TIMES; i++) {
      String found = other.get(name + i);
      wrong += Objects.equals(found, change.expected) ? 0 : 1;
    }
    assertThat(wrong).as("%s of %d wrong", name, TIMES).isZero();
    System.out.printf("%d loads, %s: no loaded value was stored over a change%n", TIMES, name);
  }

  @Test
  void get_clearedDuringTheLoad_doesNotStore() throws Exception {
    for (int i = 0; i < 4; i++) {
      String name = "clear" + i;
      SlowLoader loader = new SlowLoader();
      Cache<String, String> loading = open(name, loader);
      Cache<String, String> other =
          redis
              .manager("?timeout=5s")
              .createCache(name, Spec.of("").configuration(name, redis.uri()));
      List<CompletableFuture<String>> loads = new ArrayList<>();
      for (int k = 0; k < 25; k++) {
        String key = "k" + k;
        loads.add(CompletableFuture.supplyAsync(() -> loading.get(key), threads));
      }
      for (int k = 0; k < 25; k++) {
        loader.begun("k" + k).get(10, TimeUnit.SECONDS);
      }
      CountingLoaderWriter.sleep(60L * i);
      other.clear();
      assertThat(loads).allMatch(load -> "loaded".equals(load.join()));
      assertThat(other).isEmpty();
      assertThat(other.get("k0")).isNull();
    }
  }
}
