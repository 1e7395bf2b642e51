package dev.corral.jcache.internal.pipeline.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.LoadOptions.Budget;
import dev.corral.jcache.internal.entry.ObserverList;
import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.outage.RedisCircuitBreaker;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import dev.corral.jcache.internal.store.loads.LoadPermits;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How loads share a loader call or a slot during an outage, and when they time out. */
class FallbackLoadsTest {

  private static final ObserverList NO_OBSERVERS = new ObserverList((observer, failure) -> {});

  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(10);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger calls = new AtomicInteger();
  private final CacheRecovery recovery = recovery();

  private CacheRecovery recovery() {
    RedisCommands redis = new RedisCommands(RedisUnderTest.client(), Duration.ofSeconds(5));
    return new CacheRecovery(
        new RedisCircuitBreaker(redis, "fallback", threads, NO_OBSERVERS),
        new CacheContext("fallback", new KeySpace("", "fallback", 1), redis),
        new CacheRecovery.Steps() {
          @Override
          public void open() {}

          @Override
          public void listen() {}

          @Override
          public CompletableFuture<?> resubscribe(int bucket) {
            return CompletableFuture.completedFuture(null);
          }

          @Override
          public CompletableFuture<?> clear(int bucket) {
            return CompletableFuture.completedFuture(null);
          }
        });
  }

  @AfterEach
  void endThreads() {
    released.countDown();
    threads.shutdownNow();
  }

  private FallbackLoads<String, String> loads(
      int limit, Duration timeout, UnaryOperator<String> load) {
    CacheLoader<String, String> loader =
        new CacheLoader<>() {
          @Override
          public String load(String key) {
            calls.incrementAndGet();
            return load.apply(key);
          }

          @Override
          public Map<String, String> loadAll(Iterable<? extends String> keys) {
            Map<String, String> loaded = new HashMap<>();
            keys.forEach(key -> loaded.put(key, load(key)));
            return loaded;
          }
        };
    return new FallbackLoads<>(
        recovery,
        "fallback",
        new LoaderInvoker<>("fallback", loader, NO_OBSERVERS),
        new LoadBudget("fallback", Budget.NONE, LoadPermits.UNLIMITED, new LoadStatistics()),
        limit,
        timeout);
  }

  private String whenReleased(String key) {
    try {
      assertThat(released.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return "value of " + key;
  }

  private CompletableFuture<String> start(FallbackLoads<String, String> loads, String key) {
    return CompletableFuture.supplyAsync(() -> String.valueOf(loads.load(key)), threads);
  }

  @Test
  void load_keyIsBeingLoaded_sharesTheCall() throws Exception {
    FallbackLoads<String, String> loads = loads(2, LONG, this::whenReleased);
    CompletableFuture<String> first = start(loads, "k");
    await().until(() -> calls.get() == 1);
    CompletableFuture<String> second = start(loads, "k");
    Thread.sleep(100); // time for a second call, if there were one
    released.countDown();

    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("value of k");
    assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("value of k");
    assertThat(calls).hasValue(1);
    assertThat(recovery.statistics().fallbackLoads()).isEqualTo(1);
  }

  @Test
  void load_keyWasForgottenDuringItsLoad_callsTheLoaderAgain() {
    FallbackLoads<String, String> loads = loads(2, LONG, this::whenReleased);
    CompletableFuture<String> slow = start(loads, "k");
    await().until(() -> calls.get() == 1);
    loads.forget("k");
    CompletableFuture<String> second = start(loads, "k");

    await().until(() -> calls.get() == 2);
    assertThat(slow).isNotDone();
    assertThat(second).isNotDone();
  }

  @Test
  void load_noSlotInTime_fails() {
    FallbackLoads<String, String> loads = loads(1, SHORT, this::whenReleased);
    CompletableFuture<String> slow = start(loads, "slow");
    await().until(() -> calls.get() == 1);

    assertThat(slow).isNotDone();
    assertThatThrownBy(() -> loads.load("other"))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContainingAll("'fallback'", "Redis is unavailable", "100 ms");
    assertThatThrownBy(() -> loads.loadAll(Set.of("other")))
        .isInstanceOf(CacheLoaderException.class);
    assertThat(recovery.statistics().refusedLoads()).isEqualTo(2);
  }

  @Test
  void load_keyIsBeingLoadedForTooLong_fails() {
    FallbackLoads<String, String> loads = loads(2, SHORT, this::whenReleased);
    CompletableFuture<String> slow = start(loads, "k");
    await().until(() -> calls.get() == 1);

    assertThat(slow).isNotDone();
    assertThatThrownBy(() -> loads.load("k")).isInstanceOf(CacheLoaderException.class);
    assertThat(recovery.statistics().refusedLoads()).isEqualTo(1);
  }

  @Test
  void load_loaderReadsOtherKeysAndItsOwn_needsNoFurtherSlot() {
    var loads =
        new Object() {
          FallbackLoads<String, String> nested =
              loads(1, SHORT, key -> key.isEmpty() ? "end" : read(key.substring(1)));

          String read(String key) {
            return nested.load(key) + nested.loadAll(Set.of(""));
          }
        };

    assertThat(loads.nested.load("k")).isEqualTo("end{=end}");
    assertThat(recovery.statistics().fallbackLoads()).isEqualTo(3);
  }
}
