package dev.corral.jcache.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.WarmUp;
import dev.corral.jcache.WarmUp.Progress;
import dev.corral.jcache.WarmUp.State;
import dev.corral.jcache.WarmUpOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.Test;

/** A warm-up whose Redis becomes unavailable. */
class WarmUpOutageTest {

  private static final int KEYS = 50;

  /** A loader whose calls wait for a permit. */
  private static final class Slow implements CacheLoader<Integer, String> {

    final Semaphore permits = new Semaphore(2);
    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger singles = new AtomicInteger();

    @Override
    public String load(Integer key) {
      singles.incrementAndGet();
      return "v" + key;
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      calls.incrementAndGet();
      permits.acquireUninterruptibly();
      return StreamSupport.stream(keys.spliterator(), false)
          .collect(Collectors.toMap(Function.identity(), key -> "v" + key));
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void warm_fullRedis_doesNotCallTheLoaderUntilThereIsRoom() throws Exception {
    try (OwnRedis redis = new OwnRedis()) {
      Slow loader = new Slow();
      loader.permits.release(1_000);
      CorralCache<Integer, String> cache =
          redis
              .manager("")
              .createCache(
                  "full",
                  CorralConfiguration.builder(Integer.class, String.class)
                      .standard(it -> it.setCacheLoaderFactory(new SingletonFactory<>(loader)))
                      .build())
              .unwrap(CorralCache.class);
      cache.put(0, "own");
      redis.raw().call("CONFIG", "SET", "maxmemory-policy", "noeviction");
      redis.raw().call("CONFIG", "SET", "maxmemory", "1000000");

      WarmUp warmUp =
          cache.warm(
              () -> IntStream.range(0, KEYS).iterator(), WarmUpOptions.DEFAULTS.withBatchSize(10));

      await().until(() -> warmUp.progress().state() == State.WAITING);
      Thread.sleep(1_500);
      assertThat(loader.calls.get() + loader.singles.get()).isLessThanOrEqualTo(3);
      assertThat(warmUp.progress().loaded()).isZero();
      redis.raw().call("CONFIG", "SET", "maxmemory", "0");
      Progress progress = warmUp.completion().toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertThat(progress.processed()).isEqualTo(KEYS);
      assertThat(progress.failed()).isZero();
      assertThat(cache).hasSize(KEYS);
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void warm_outageDuringALoad_waitsAndRepeatsTheBatch() throws Exception {
    try (OwnRedis redis = new OwnRedis()) {
      Slow loader = new Slow();
      CorralCache<Integer, String> cache =
          redis
              .manager("?timeout=300ms")
              .createCache(
                  "interrupted",
                  CorralConfiguration.builder(Integer.class, String.class)
                      .standard(it -> it.setCacheLoaderFactory(new SingletonFactory<>(loader)))
                      .build())
              .unwrap(CorralCache.class);
      WarmUp warmUp =
          cache.warm(
              () -> IntStream.range(0, KEYS).iterator(), WarmUpOptions.DEFAULTS.withBatchSize(10));
      await().until(() -> loader.calls.get() == 3);

      redis.server().freeze();
      loader.permits.release(1_000);

      await().until(() -> warmUp.progress().state() == State.WAITING);
      await().until(() -> cache.outageStatistics().away());
      assertThat(warmUp.progress().loaded()).isEqualTo(20);
      Thread.sleep(500);
      assertThat(loader.calls).hasValue(3);
      redis.server().thaw();
      Progress progress = warmUp.completion().toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertThat(progress.state()).isEqualTo(State.COMPLETED);
      assertThat(progress.processed()).isEqualTo(KEYS);
      assertThat(progress.failed()).isZero();
      assertThat(cache).hasSize(KEYS);
    }
  }
}
