package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.LoadOptions.Budget;
import dev.corral.jcache.LoadOptions.BudgetScope;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.Test;

/** The load budget, and the timeouts of many keys, in one JVM. */
class LoadLimitsTest extends RecordedLoads {

  private static Budget budget(BudgetScope scope, int loads, Duration wait) {
    return new Budget(loads, 0, scope, wait);
  }

  @Test
  void get_beyondTheBudget_failsOrServesTheStaleValue() {
    for (BudgetScope scope : BudgetScope.values()) {
      CorralCache<String, String> cache =
          open(
              LoadOptions.DEFAULTS
                  .withBudget(budget(scope, 1, Duration.ofMillis(50)))
                  .withStale(Duration.ZERO, Duration.ofMinutes(1)),
              Duration.ofMillis(100));
      rows.waits = false;
      assertThat(cache.get("stale")).isEqualTo("value of stale");
      await().until(() -> cache.metadata("stale").isEmpty());
      rows.waits = true;
      rows.calls.clear();
      var slow = getEach(cache, List.of("slow")).get("slow");
      await().until(() -> rows.calls.size() == 1);

      assertThat(cache.get("stale")).isEqualTo("value of stale");
      assertThatThrownBy(() -> cache.get("absent"))
          .isInstanceOf(CacheLoaderException.class)
          .hasMessageContaining("load budget of 1 at a time in")
          .hasMessageContaining(scope == BudgetScope.JVM ? "this JVM" : "the cluster");
      assertThat(cache.loadingStatistics().overBudget()).isEqualTo(2);
      rows.permits.release(1);
      assertThat(slow.join()).isEqualTo("value of slow");
      rows.permits.release(1);
      assertThat(cache.get("absent")).isEqualTo("value of absent");
    }
  }

  @Test
  void get_theLoaderReadsAnotherKey_usesOnePermit() {
    CorralCache<String, String> cache =
        open(
            LoadOptions.DEFAULTS
                .withBudget(budget(BudgetScope.JVM, 1, Duration.ofMillis(50)))
                .withTimeouts(null, Duration.ofSeconds(5)));
    rows.valueOf = key -> key.equals("outer") ? "with " + cache.get("inner") : "value of " + key;

    assertThat(cache.get("outer")).isEqualTo("with value of inner");
  }

  @Test
  void invoke_theProcessorLoads_needsAPermit() {
    CorralCache<String, String> cache =
        open(LoadOptions.DEFAULTS.withBudget(budget(BudgetScope.JVM, 1, Duration.ofMillis(50))));
    rows.waits = true;
    var slow = getEach(cache, List.of("slow")).get("slow");
    await().until(() -> rows.calls.size() == 1);

    assertThatThrownBy(() -> cache.invoke("a", (entry, arguments) -> entry.getValue()))
        .hasStackTraceContaining("load budget of 1 at a time");

    rows.permits.release(1);
    assertThat(slow.join()).isEqualTo("value of slow");
  }

  @Test
  void get_loadedAfterAWaitForTheBudget_isNotRefreshedEarlierForThat() {
    Budget one = budget(BudgetScope.JVM, 1, Duration.ofSeconds(5));
    CorralCache<String, String> cache =
        open(LoadOptions.DEFAULTS.withBudget(one).withEarlyRefresh(1_000), Duration.ofMinutes(1));
    rows.waits = true;
    var slow = getEach(cache, List.of("slow")).get("slow");
    await().until(() -> rows.calls.size() == 1);
    rows.waits = false;
    var waiting = getEach(cache, List.of("waiting")).get("waiting");
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
    rows.permits.release(1);
    slow.join();
    waiting.join();

    for (int i = 0; i < 20; i++) {
      assertThat(cache.get("waiting")).isEqualTo("value of waiting");
    }
    assertThat(cache.loadingStatistics().earlyRefreshes()).isZero();
  }

  @Test
  void getAll_slowLoader_failsAfterTheHardTimeoutAndStoresLater() {
    CorralCache<String, String> cache =
        open(LoadOptions.DEFAULTS.withTimeouts(null, Duration.ofMillis(200)));
    rows.waits = true;

    assertThatThrownBy(() -> cache.getAll(Set.of("a", "b")))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("hard timeout of PT0.2S");

    rows.permits.release(1);
    await().until(() -> cache.containsKey("a") && cache.containsKey("b"));
    assertThat(rows.calls).containsExactly(Set.of("a", "b"));
  }

  @Test
  void getAll_staleValues_areLoadedByOneCallOrServedAfterTheSoftTimeout() {
    CorralCache<String, String> cache =
        open(
            LoadOptions.DEFAULTS
                .withTimeouts(Duration.ofMillis(200), Duration.ofSeconds(5))
                .withStale(Duration.ZERO, Duration.ofMinutes(1)),
            Duration.ofMillis(300));
    Set<String> keys = Set.of("a", "b", "c");
    assertThat(cache.getAll(keys)).hasSize(3);
    await().until(() -> cache.metadata("c").isEmpty());
    rows.calls.clear();
    rows.valueOf = key -> "newer";
    rows.waits = true;

    assertThat(cache.getAll(keys)).containsEntry("a", "value of a").hasSize(3);

    assertThat(rows.calls).containsExactly(keys);
    assertThat(cache.loadingStatistics().staleServed()).isEqualTo(3);
    rows.permits.release(1);
    await().until(() -> cache.containsKey("a"));
    rows.waits = false;
    assertThat(cache.getAll(keys)).containsEntry("a", "newer").hasSize(3);
  }

  @Test
  void loadAll_slowLoader_failsAfterTheHardTimeout() {
    CorralCache<String, String> cache =
        open(LoadOptions.DEFAULTS.withTimeouts(null, Duration.ofMillis(200)));
    rows.waits = true;
    for (boolean replaces : new boolean[] {false, true}) {
      CompletionListenerFuture done = new CompletionListenerFuture();

      cache.loadAll(Set.of("a"), replaces, done);

      assertThatThrownBy(() -> done.get(3, TimeUnit.SECONDS))
          .hasCauseInstanceOf(CacheLoaderException.class)
          .hasMessageContaining("hard timeout of PT0.2S");
    }
  }
}
