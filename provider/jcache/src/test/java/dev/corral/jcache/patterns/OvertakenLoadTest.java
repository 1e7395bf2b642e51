package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.OwnRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import javax.cache.Cache;
import javax.cache.integration.CompletionListenerFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Loads of 400 ms, a hundred at a time, each overtaken at a random moment by a manager with
 * connections of its own: the cache never ends with the loader's value.
 */
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

  /** What overtakes, and what the entry holds in the end. */
  enum By {
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
    PUT_AND_EXPIRY(null, (cache, key) -> cache.put(key, "new"));

    private final @Nullable String left;

    @SuppressWarnings("ImmutableEnumChecker") // none of them has a state
    private final BiConsumer<Cache<String, String>, String> action;

    By(@Nullable String left, BiConsumer<Cache<String, String>, String> action) {
      this.left = left;
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
  @EnumSource(By.class)
  void get_overtaken_isNotStored(By by) throws Exception {
    overtake("get-" + by, by, (cache, key) -> cache.get(key));
  }

  @ParameterizedTest
  @EnumSource(By.class)
  void getAll_overtaken_isNotStored(By by) throws Exception {
    overtake("getAll-" + by, by, (cache, key) -> cache.getAll(Set.of(key, key + "-more")));
  }

  @ParameterizedTest
  @EnumSource(
      value = By.class,
      names = {"PUT", "REMOVE", "PUT_AND_REMOVE", "PUT_ALL", "REMOVE_ALL"})
  void invoke_loadingAndOvertaken_isNotStored(By by) throws Exception {
    overtake(
        "invoke-" + by,
        by,
        (cache, key) ->
            cache.invoke(
                key,
                (entry, none) -> {
                  // the second run, after a removal, does not ask again
                  return none.length == 0 && TestRun.first(key) ? entry.getValue() : null;
                }));
  }

  /** Whether a processor runs for the first time on a key. */
  private static final class TestRun {
    private static final Set<String> SEEN = java.util.concurrent.ConcurrentHashMap.newKeySet();

    static boolean first(String key) {
      return SEEN.add(key);
    }
  }

  @Test
  void loadAll_replacingAndOvertaken_isNotStored() throws Exception {
    for (By by : List.of(By.PUT, By.REMOVE)) {
      overtake(
          "reload-" + by,
          by,
          (cache, key) -> {
            cache.put(key, "old");
            CompletionListenerFuture done = new CompletionListenerFuture();
            cache.loadAll(Set.of(key), /* replaceExistingValues= */ true, done);
            done.get();
          });
    }
  }

  private interface Load {
    void of(Cache<String, String> cache, String key) throws Exception;
  }

  private static void overtake(String name, By by, Load load) throws Exception {
    Cache<String, String> loading =
        redis.cache(name, Spec.of("load=400").configuration(name, redis.uri()));
    String ttl = by == By.PUT_AND_EXPIRY ? "ttl=30" : "";
    Cache<String, String> other =
        redis
            .manager("?timeout=5s")
            .createCache(name, Spec.of(ttl).configuration(name, redis.uri()));
    Random random = new Random(name.hashCode());
    List<CompletableFuture<Void>> loads = new ArrayList<>();
    List<CompletableFuture<Void>> overtaking = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      String key = name + i;
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
      overtaking.add(
          CompletableFuture.runAsync(
              () -> by.action.accept(other, key),
              CompletableFuture.delayedExecutor(
                  150 + random.nextInt(150), java.util.concurrent.TimeUnit.MILLISECONDS)));
    }
    loads.forEach(CompletableFuture::join);
    overtaking.forEach(CompletableFuture::join);

    int wrong = 0;
    for (int i = 0; i < TIMES; i++) {
      String left = other.get(name + i);
      wrong += java.util.Objects.equals(left, by.left) ? 0 : 1;
    }
    assertThat(wrong).as("%s of %d wrong", name, TIMES).isZero();
    System.out.printf("%d loads of 400 ms, %s: none was stored%n", TIMES, name);
  }

  @Test
  void get_overtakenByClear_isNotStored() throws Exception {
    for (int i = 0; i < 4; i++) {
      String name = "clear" + i;
      Cache<String, String> loading =
          redis.cache(name, Spec.of("load=400").configuration(name, redis.uri()));
      Cache<String, String> other =
          redis
              .manager("?timeout=5s")
              .createCache(name, Spec.of("").configuration(name, redis.uri()));
      List<CompletableFuture<String>> loads = new ArrayList<>();
      for (int k = 0; k < 25; k++) {
        String key = "k" + k;
        loads.add(CompletableFuture.supplyAsync(() -> loading.get(key), threads));
      }
      CountingLoaderWriter.sleep(100 + 60L * i);
      other.clear();
      assertThat(loads).allMatch(load -> "loaded".equals(load.join()));
      assertThat(other).isEmpty();
      assertThat(other.get("k0")).isNull();
    }
  }
}
