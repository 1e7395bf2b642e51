package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.WarmUp;
import dev.corral.jcache.WarmUp.Progress;
import dev.corral.jcache.WarmUp.State;
import dev.corral.jcache.WarmUpOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.cache.CacheException;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Warm-ups: many keys that are loaded in the background. */
@Tag("baseline-jdk")
class WarmUpTest {

  private static final AtomicInteger NAMES = new AtomicInteger();
  private static OwnRedis redis;

  private final Rows rows = new Rows();

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  /** Rows of a database: an odd key has none. */
  private static final class Rows implements CacheLoader<Integer, String> {

    final Set<Integer> deleted = ConcurrentHashMap.newKeySet();
    final Set<Integer> loaded = ConcurrentHashMap.newKeySet();
    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger mostRunning = new AtomicInteger();
    final Semaphore permits = new Semaphore(Integer.MAX_VALUE);
    volatile Consumer<Set<Integer>> meanwhile = keys -> {};

    @Override
    public String load(Integer key) {
      return loadAll(List.of(key)).get(key);
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      calls.incrementAndGet();
      mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
      try {
        permits.acquireUninterruptibly();
        Map<Integer, String> found = new HashMap<>();
        keys.forEach(
            key -> {
              loaded.add(key);
              if (key % 2 == 0 && !deleted.contains(key)) {
                found.put(key, "row " + key);
              }
            });
        Set<Integer> asked = ConcurrentHashMap.newKeySet();
        keys.forEach(asked::add);
        meanwhile.accept(asked);
        return found;
      } finally {
        running.decrementAndGet();
      }
    }
  }

  @SuppressWarnings("unchecked")
  private CorralCache<Integer, String> open() {
    return redis
        .cache(
            "warm" + NAMES.incrementAndGet(),
            CorralConfiguration.builder(Integer.class, String.class)
                .standard(it -> it.setCacheLoaderFactory(new SingletonFactory<>(rows)))
                .tags(() -> (key, value) -> List.of("all"))
                .build())
        .unwrap(CorralCache.class);
  }

  private static Progress end(WarmUp warmUp) {
    return warmUp
        .completion()
        .toCompletableFuture()
        .orTimeout(20, java.util.concurrent.TimeUnit.SECONDS)
        .join();
  }

  private static Iterable<Integer> numbers(int end) {
    return () -> IntStream.range(0, end).iterator();
  }

  @Test
  void warm_manyKeys_loadsThoseThatAreNotInTheCache() {
    CorralCache<Integer, String> cache = open();
    cache.put(0, "own");
    cache.put(2, "own");

    Progress progress = end(cache.warm(numbers(1_000), WarmUpOptions.DEFAULTS));

    assertThat(progress.state()).isEqualTo(State.COMPLETED);
    assertThat(progress.loaded()).isEqualTo(498);
    assertThat(progress.present()).isEqualTo(2);
    assertThat(progress.absent()).isEqualTo(500);
    assertThat(progress.failed()).isZero();
    assertThat(progress.keysPerSecond()).isPositive();
    assertThat(rows.calls).hasValue(10);
    assertThat(rows.loaded).hasSize(998).doesNotContain(0, 2);
    assertThat(cache.get(2)).isEqualTo("own");
    assertThat(cache.get(998)).isEqualTo("row 998");
    assertThat(cache.get(999)).isNull();
  }

  @Test
  void warm_replacing_loadsAllKeys() {
    CorralCache<Integer, String> cache = open();
    cache.put(0, "own");
    cache.put(1, "own");

    Progress progress = end(cache.warm(numbers(10), WarmUpOptions.DEFAULTS.withReplace(true)));

    assertThat(progress.loaded()).isEqualTo(5);
    assertThat(progress.absent()).isEqualTo(5);
    assertThat(cache.get(0)).isEqualTo("row 0");
    assertThat(cache.get(1)).isEqualTo("own");
  }

  @Test
  void warm_endlessKeys_readsNoMoreThanTheNextBatch() {
    CorralCache<Integer, String> cache = open();
    rows.permits.drainPermits();
    AtomicInteger read = new AtomicInteger();

    WarmUp warmUp =
        cache.warm(
            Stream.generate(read::incrementAndGet),
            WarmUpOptions.DEFAULTS.withBatchSize(10).withConcurrentBatches(3));

    await().until(() -> read.get() == 40 && rows.running.get() == 3);
    rows.permits.release(5);
    await().until(() -> read.get() == 90 && rows.running.get() == 3);
    assertThat(rows.mostRunning).hasValue(3);
    warmUp.stop();
    assertThat(warmUp.completion().toCompletableFuture()).isNotDone();
    rows.permits.release(3);
    Progress progress = end(warmUp);
    assertThat(progress.state()).isEqualTo(State.STOPPED);
    assertThat(progress.processed()).isEqualTo(80);
    assertThat(read).hasValue(90);
  }

  @Test
  void pause_runningWarmUp_startsNoBatchUntilItIsResumed() throws Exception {
    CorralCache<Integer, String> cache = open();
    rows.permits.drainPermits();
    WarmUp warmUp = cache.warm(numbers(100), WarmUpOptions.DEFAULTS.withBatchSize(10));
    await().until(() -> rows.running.get() == 1);

    warmUp.pause();

    rows.permits.release(100);
    await().until(() -> warmUp.progress().processed() == 10);
    Duration time = warmUp.progress().time();
    Thread.sleep(200);
    assertThat(warmUp.progress().state()).isEqualTo(State.PAUSED);
    assertThat(warmUp.progress().processed()).isEqualTo(10);
    assertThat(warmUp.progress().time()).isEqualTo(time);

    warmUp.resume();

    assertThat(end(warmUp).processed()).isEqualTo(100);
  }

  @Test
  void warm_withARate_takesItsTime() {
    CorralCache<Integer, String> cache = open();

    Progress progress =
        end(
            cache.warm(
                numbers(61),
                WarmUpOptions.DEFAULTS
                    .withKeysPerSecond(60)
                    .withBatchSize(20)
                    .withConcurrentBatches(10)));

    assertThat(progress.time()).isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
    assertThat(rows.calls).hasValue(4);
  }

  @Test
  void warm_loaderFails_continuesWithTheNextBatch() {
    CorralCache<Integer, String> cache = open();
    IllegalStateException failure = new IllegalStateException("deadlock in the database");
    rows.meanwhile =
        keys -> {
          if (keys.contains(10)) {
            throw failure;
          }
        };

    Progress progress = end(cache.warm(numbers(50), WarmUpOptions.DEFAULTS.withBatchSize(10)));

    assertThat(progress.state()).isEqualTo(State.COMPLETED);
    assertThat(progress.failed()).isEqualTo(10);
    assertThat(progress.loaded()).isEqualTo(20);
    assertThat(progress.causes()).singleElement().satisfies(it -> assertThat(it).hasCause(failure));
    assertThat(cache.containsKey(48)).isTrue();
    assertThat(cache.containsKey(10)).isFalse();
  }

  @Test
  void warm_keysCannotBeRead_fails() {
    CorralCache<Integer, String> cache = open();
    AtomicBoolean closed = new AtomicBoolean();
    IllegalStateException failure = new IllegalStateException("the cursor is closed");
    Stream<Integer> keys =
        IntStream.iterate(0, it -> it + 1)
            .peek(
                it -> {
                  if (it == 25) {
                    throw failure;
                  }
                })
            .boxed()
            .onClose(() -> closed.set(true));

    WarmUp warmUp = cache.warm(keys, WarmUpOptions.DEFAULTS.withBatchSize(10));

    assertThatThrownBy(() -> end(warmUp)).isInstanceOf(CompletionException.class).hasCause(failure);
    assertThat(warmUp.progress().state()).isEqualTo(State.FAILED);
    assertThat(warmUp.progress().processed()).isEqualTo(20);
    assertThat(closed).isTrue();
  }

  @Test
  void warm_loaderThrowsAnError_fails() {
    CorralCache<Integer, String> cache = open();
    NoClassDefFoundError error = new NoClassDefFoundError("com/shop/Order");
    rows.meanwhile =
        keys -> {
          throw error;
        };

    WarmUp warmUp = cache.warm(numbers(1_000), WarmUpOptions.DEFAULTS);

    assertThatThrownBy(() -> end(warmUp)).isInstanceOf(CompletionException.class);
    assertThat(warmUp.progress().state()).isEqualTo(State.FAILED);
    assertThat(rows.calls.get()).isLessThan(10);
  }

  @Test
  void warm_keysChangeDuringTheLoad_keepsTheChanges() {
    CorralCache<Integer, String> cache = open();
    rows.meanwhile =
        keys -> {
          rows.meanwhile = none -> {};
          cache.put(2, "newer");
          rows.deleted.add(4);
          cache.remove(4);
        };

    Progress progress = end(cache.warm(numbers(10), WarmUpOptions.DEFAULTS));

    assertThat(progress.loaded()).isEqualTo(5);
    assertThat(cache.get(0)).isEqualTo("row 0");
    assertThat(cache.get(2)).isEqualTo("newer");
    assertThat(cache.containsKey(4)).isFalse();
  }

  @Test
  void warm_tagsAreInvalidatedDuringTheLoad_storesNothing() {
    CorralCache<Integer, String> cache = open();
    rows.meanwhile = keys -> cache.invalidateTags("all");

    end(cache.warm(numbers(10), WarmUpOptions.DEFAULTS));

    assertThat(cache).isEmpty();
  }

  @Test
  void close_runningWarmUp_endsItBeforeTheLoader() {
    CorralCache<Integer, String> cache = open();
    WarmUp paused = cache.warm(numbers(1_000), WarmUpOptions.DEFAULTS);
    paused.pause();
    WarmUp running = cache.warm(Stream.iterate(0, it -> it + 1), WarmUpOptions.DEFAULTS);
    await().until(() -> running.progress().processed() > 0);

    cache.close();

    assertThat(running.progress().state()).isEqualTo(State.STOPPED);
    assertThat(paused.progress().state()).isIn(State.STOPPED, State.COMPLETED);
    assertThat(rows.running).hasValue(0);
    assertThatThrownBy(() -> cache.warm(numbers(1), WarmUpOptions.DEFAULTS))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void warm_cacheWithoutLoader_throws() {
    CorralCache<?, ?> cache =
        redis.cache("unloaded", Integer.class, String.class).unwrap(CorralCache.class);
    assertThatThrownBy(() -> cache.warm(List.of(), WarmUpOptions.DEFAULTS))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("no loader");
  }

  @Test
  @SuppressWarnings("NullAway") // the point of the test
  void warm_thatThrows_closesTheStream() {
    CorralCache<Integer, String> cache = open();
    AtomicInteger closed = new AtomicInteger();
    assertThatThrownBy(() -> cache.warm(stream(closed), null))
        .isInstanceOf(NullPointerException.class);
    cache.close();
    assertThatThrownBy(() -> cache.warm(stream(closed), WarmUpOptions.DEFAULTS))
        .isInstanceOf(IllegalStateException.class);
    assertThat(closed).hasValue(2);
  }

  private static Stream<Integer> stream(AtomicInteger closed) {
    return Stream.of(1).onClose(closed::incrementAndGet);
  }

  @Test
  void close_interruptedThread_waitsForTheRunningBatch() throws Exception {
    CorralCache<Integer, String> cache = open();
    rows.permits.drainPermits();
    cache.warm(numbers(10), WarmUpOptions.DEFAULTS);
    await().until(() -> rows.running.get() == 1);
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread closing =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              cache.close();
              interrupted.set(Thread.currentThread().isInterrupted());
            });

    closing.start();
    closing.join(300);

    assertThat(closing.isAlive()).isTrue();
    rows.permits.release(10);
    closing.join(10_000);
    assertThat(interrupted).isTrue();
  }
}
