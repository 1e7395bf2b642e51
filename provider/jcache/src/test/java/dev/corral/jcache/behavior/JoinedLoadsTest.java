package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.LoadOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.cache.integration.CacheLoaderException;
import org.junit.jupiter.api.Test;

/** Misses of single keys that are loaded together, in one JVM. */
class JoinedLoadsTest extends RecordedLoads {

  @Test
  void get_manyThreadsWithinTheWindow_loadsOnce() {
    CorralCache<String, String> cache =
        open(LoadOptions.DEFAULTS.withCoalescing(Duration.ofMillis(300), 1_000));
    List<String> keys = IntStream.range(0, 20).mapToObj(i -> "k" + i).toList();

    getEach(cache, keys)
        .forEach((key, value) -> assertThat(value.join()).isEqualTo("value of " + key));

    assertThat(rows.calls).containsExactly(Set.copyOf(keys));
    assertThat(cache.loadingStatistics().jointLoads()).isEqualTo(20);
    assertThat(cache.get("k7")).isEqualTo("value of k7");
    assertThat(rows.calls).hasSize(1);
  }

  @Test
  void get_maximumOfKeysReached_loadsBeforeTheEndOfTheWindow() {
    CorralCache<String, String> cache =
        open(LoadOptions.DEFAULTS.withCoalescing(Duration.ofMillis(400), 3));

    getEach(cache, List.of("a", "b", "c"))
        .forEach((key, value) -> assertThat(value.join()).isEqualTo("value of " + key));

    assertThat(rows.calls).containsExactly(Set.of("a", "b", "c"));
  }

  @Test
  void get_oneOfTheKeysFails_theOthersGetTheirValues() {
    CorralCache<String, String> cache = open(LoadOptions.DEFAULTS.withCoalescing(WINDOW, 1_000));

    Map<String, CompletableFuture<String>> gets = getEach(cache, List.of("a", "bad", "b"));

    assertThat(gets.get("a").join()).isEqualTo("value of a");
    assertThat(gets.get("b").join()).isEqualTo("value of b");
    assertThatThrownBy(() -> gets.get("bad").join())
        .hasCauseInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("bad row");
  }

  @Test
  void get_theLoaderReadsAnotherKey_ends() {
    CorralCache<String, String> cache = open(LoadOptions.DEFAULTS.withCoalescing(WINDOW, 1_000));
    rows.valueOf = key -> key.equals("outer") ? "with " + cache.get("inner") : "value of " + key;

    Map<String, CompletableFuture<String>> gets = getEach(cache, List.of("outer", "inner"));

    assertThat(gets.get("outer").orTimeout(5, TimeUnit.SECONDS).join())
        .isEqualTo("with value of inner");
    assertThat(gets.get("inner").orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo("value of inner");
  }

  @Test
  void get_changedDuringAJointLoad_isNotOverwritten() {
    CorralCache<String, String> cache = open(LoadOptions.DEFAULTS.withCoalescing(WINDOW, 1_000));
    rows.waits = true;
    Map<String, CompletableFuture<String>> gets = getEach(cache, List.of("a", "b"));
    await().until(() -> !rows.calls.isEmpty());

    cache.put("a", "newer");
    rows.permits.release(10);

    assertThat(gets.get("b").join()).isEqualTo("value of b");
    assertThat(gets.get("a").join()).isIn("newer", "value of a");
    assertThat(cache.get("a")).isEqualTo("newer");
  }

  @Test
  void get_changedWithinTheWindow_bothReadersEnd() {
    CorralCache<String, String> cache =
        open(LoadOptions.DEFAULTS.withCoalescing(Duration.ofMillis(300), 1_000));
    var first = getEach(cache, List.of("a", "b"));
    for (int i = 0; i < 5; i++) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
      cache.remove("a");
      var again = getEach(cache, List.of("a"));
      assertThat(again.get("a").orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo("value of a");
      cache.remove("a");
    }

    assertThat(first.get("a").orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo("value of a");
    assertThat(first.get("b").orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo("value of b");
  }

  @Test
  void get_theLoaderReadsItsOwnKey_fails() {
    CorralCache<String, String> cache = open(LoadOptions.DEFAULTS.withCoalescing(WINDOW, 1_000));
    rows.valueOf = key -> cache.get(key.equals("a") ? "b" : "a");

    assertThatThrownBy(() -> cache.get("a"))
        .isInstanceOf(CacheLoaderException.class)
        .hasStackTraceContaining("circular load");
    assertThat(rows.calls).hasSizeLessThan(20);
  }

  @Test
  void get_theLoadFails_theLeadEnds() {
    CorralCache<String, String> cache = open(LoadOptions.DEFAULTS.withCoalescing(WINDOW, 1_000));
    rows.valueOf =
        key -> {
          throw new StackOverflowError("as by a loader that is wrong");
        };

    assertThatThrownBy(() -> cache.get("a")).isInstanceOf(CacheLoaderException.class);

    rows.valueOf = key -> "value of " + key;
    long start = System.nanoTime();
    assertThat(cache.get("a")).isEqualTo("value of a");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1_500));
    await().until(() -> redis.raw().call("KEYS", "*!loading").toString().equals("[]"));
  }

  @Test
  void get_aLoadHangs_otherKeysAreLoadedMeanwhile() {
    CorralCache<String, String> cache = open(LoadOptions.DEFAULTS.withCoalescing(WINDOW, 1_000));
    rows.waits = true;
    var hanging = getEach(cache, List.of("slow")).get("slow");
    await().until(() -> rows.calls.size() == 1);
    rows.waits = false;

    var other = getEach(cache, List.of("other")).get("other");

    assertThat(other.orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo("value of other");
    assertThat(hanging).isNotDone();
    rows.permits.release(1);
    assertThat(hanging.join()).isEqualTo("value of slow");
  }

  @Test
  void get_changedAndWantedByAnotherJvm_bothReadersEnd() {
    CorralCache<String, String> cache =
        open(LoadOptions.DEFAULTS.withCoalescing(Duration.ofMillis(300), 1_000));
    var first = getEach(cache, List.of("a")).get("a");
    String lead = "{" + cache.getName() + "}!loading";
    await().pollDelay(Duration.ZERO).until(() -> redis.raw().number("EXISTS", lead) == 1);

    cache.remove("a");
    redis.raw().call("ZADD", "{" + cache.getName() + "}!wanted", "1", "a");

    assertThat(first.orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo("value of a");
    assertThat(cache.get("a")).isEqualTo("value of a");
  }

  @Test
  void invoke_duringAJointLoad_waitsForIt() {
    CorralCache<String, String> cache = open(LoadOptions.DEFAULTS.withCoalescing(WINDOW, 1_000));
    rows.waits = true;
    var loading = getEach(cache, List.of("a")).get("a");
    await().until(() -> rows.calls.size() == 1);
    var invoked =
        CompletableFuture.supplyAsync(
            () ->
                cache.invoke(
                    "a",
                    (entry, arguments) -> {
                      entry.setValue(entry.getValue() + "!");
                      return entry.getValue();
                    }));
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
    assertThat(rows.calls).hasSize(1);
    rows.permits.release(10);

    assertThat(loading.join()).isEqualTo("value of a");
    assertThat(invoked.join()).isEqualTo("value of a!");
    assertThat(rows.calls).hasSizeLessThan(4);
  }
}
