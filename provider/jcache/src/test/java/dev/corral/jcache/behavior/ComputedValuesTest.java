package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.ComputeIfAbsentProcessor;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.fixtures.OwnRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.cache.Cache;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.MutableEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.cache.jcache.JCacheCache;

/** A missing value that is computed while another caller changes the key. */
class ComputedValuesTest {

  private static OwnRedis redis;

  /** As many as wait for each other; the common pool may have fewer. */
  private static final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    threads.shutdownNow();
    redis.close();
  }

  private static Cache<String, String> cache(String name) {
    return redis.cache(name, CorralConfiguration.builder(String.class, String.class).build());
  }

  /** A transaction that changes the key in the database. */
  @SuppressWarnings("unchecked")
  private static void commitChange(Cache<String, String> cache) {
    CorralCache<String, String> corral = cache.unwrap(CorralCache.class);
    corral.recordIntent(Set.of("k"), java.time.Duration.ofMinutes(1)).confirm();
  }

  /** Computes a value once, and never stores it later. */
  private record Once(Supplier<String> computation, boolean isExclusive, AtomicInteger runs)
      implements ComputeIfAbsentProcessor<String, String, String> {

    Once(Supplier<String> computation, boolean isExclusive) {
      this(computation, isExclusive, new AtomicInteger());
    }

    @Override
    public String process(MutableEntry<String, String> entry, Object... arguments) {
      if (entry.exists()) {
        return entry.getValue();
      }
      if (runs.incrementAndGet() > 1) {
        return "not stored";
      }
      String value = computation.get();
      entry.setValue(value);
      return value;
    }
  }

  @Test
  void value_keyIsChangedDuringItsComputation_isNotStored() {
    Map<String, Consumer<Cache<String, String>>> changes =
        Map.of(
            "removed", cache -> cache.remove("k"),
            "removed-in-bulk", cache -> cache.removeAll(Set.of("k")),
            "cleared", Cache::clear,
            "committed", ComputedValuesTest::commitChange,
            "put-and-removed",
                cache -> {
                  cache.put("k", "other");
                  cache.remove("k");
                });
    changes.forEach(
        (name, change) -> {
          Cache<String, String> cache = cache(name);
          for (boolean isExclusive : new boolean[] {true, false}) {
            Once once =
                new Once(
                    () -> {
                      CompletableFuture.runAsync(() -> change.accept(cache)).join();
                      return "from before the change";
                    },
                    isExclusive);

            assertThat(cache.invoke("k", once)).as(name).isEqualTo("not stored");
            assertThat(cache.get("k")).as(name).isNull();
          }
        });
  }

  @Test
  void value_keyIsPutDuringItsComputation_doesNotReplaceIt() {
    Cache<String, String> cache = cache("put");
    Once once =
        new Once(
            () -> {
              CompletableFuture.runAsync(() -> cache.put("k", "newer")).join();
              return "older";
            },
            /* isExclusive= */ true);

    assertThat(cache.invoke("k", once)).isEqualTo("newer");
    assertThat(cache.get("k")).isEqualTo("newer");
  }

  @Test
  void springsProcessor_keyIsRemovedDuringItsComputation_computesAgain() {
    Cache<String, String> cache = cache("spring");
    AtomicInteger runs = new AtomicInteger();

    String value =
        cache.invoke(
            "k",
            JCacheCache.<String, String>valueLoader(),
            (Callable<String>)
                () -> {
                  int run = runs.incrementAndGet();
                  if (run == 1) {
                    boolean unused = CompletableFuture.supplyAsync(() -> cache.remove("k")).join();
                  }
                  return "of run " + run;
                });

    assertThat(value).isEqualTo("of run 2");
    assertThat(cache.get("k")).isEqualTo("of run 2");
  }

  @Test
  void computation_thatFailsOrStoresNothing_leavesNoTicket() {
    Cache<String, String> cache = cache("failing");

    assertThatThrownBy(
            () ->
                cache.invoke(
                    "fails",
                    new Once(
                        () -> {
                          throw new IllegalStateException("no row");
                        },
                        true)))
        .isInstanceOf(EntryProcessorException.class);
    ComputeIfAbsentProcessor<String, String, String> nothing = (entry, none) -> "nothing";
    assertThat(cache.invoke("nothing", nothing)).isEqualTo("nothing");

    assertThat(redis.raw().number("EXISTS", "{failing}:fails", "{failing}:nothing")).isZero();
  }

  @Test
  void processorsThatAreNotExclusive_insideEachOther_doNotWaitForEachOther() throws Exception {
    Cache<String, String> cache = cache("nested");
    CountDownLatch both = new CountDownLatch(2);

    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(() -> outer(cache, "a", "b", both), threads);
    CompletableFuture<String> second =
        CompletableFuture.supplyAsync(() -> outer(cache, "b", "a", both), threads);

    assertThat(first.get(10, TimeUnit.SECONDS)).startsWith("a");
    assertThat(second.get(10, TimeUnit.SECONDS)).startsWith("b");
    assertThat(cache.getAll(Set.of("a", "b"))).hasSize(2);
  }

  /** Each computation begins while another one is running, which must not make it begin again. */
  @Test
  void processorsThatAreNotExclusive_keepBeginningDuringEachOther_computeOnceEach()
      throws Exception {
    Cache<String, String> cache = cache("overlapping");
    AtomicInteger runs = new AtomicInteger();
    List<CompletableFuture<String>> callers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String value = "of caller " + i;
      ComputeIfAbsentProcessor<String, String, String> slow =
          new ComputeIfAbsentProcessor<>() {
            @Override
            public String process(MutableEntry<String, String> entry, Object... arguments) {
              if (entry.exists()) {
                return entry.getValue();
              }
              runs.incrementAndGet();
              pause(400);
              entry.setValue(value);
              return value;
            }

            @Override
            public boolean isExclusive() {
              return false;
            }
          };
      callers.add(CompletableFuture.supplyAsync(() -> cache.invoke("k", slow), threads));
      pause(80);
    }

    for (CompletableFuture<String> caller : callers) {
      assertThat(caller.get(10, TimeUnit.SECONDS)).isEqualTo("of caller 0");
    }
    assertThat(runs).hasValue(4);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Both outer processors hold their locks when the inner ones begin. */
  private static String outer(
      Cache<String, String> cache, String key, String inner, CountDownLatch both) {
    return cache.invoke(
        key,
        new Once(
            () -> {
              both.countDown();
              try {
                assertThat(both.await(10, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              String unused = cache.invoke(inner, new Once(() -> inner, false));
              return key + " of " + inner;
            },
            true));
  }

  @Test
  void value_thatNoCallerChanges_isStoredWithItsTimeToLive() {
    Cache<String, String> cache =
        redis.cache(
            "lasting",
            CorralConfiguration.builder(String.class, String.class)
                .standard(
                    it ->
                        it.setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(Duration.ONE_HOUR)))
                .build());

    assertThat(cache.invoke("k", new Once(() -> "v", true))).isEqualTo("v");

    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(redis.raw().number("TTL", "{lasting}:k")).isBetween(3_500L, 3_600L);
  }
}
