package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.fixtures.OwnRedis;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A long loadAll runs in steps, and its progress is in the statistics. */
class LoadAllProgressTest {

  private static OwnRedis redis;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  /** A loader whose calls wait for a permit. */
  private static final class Slow implements CacheLoader<Integer, String> {

    final Semaphore permits = new Semaphore(0);
    final List<Integer> sizes = new CopyOnWriteArrayList<>();
    final BlockingQueue<RuntimeException> failures = new LinkedBlockingQueue<>();

    @Override
    public String load(Integer key) {
      return "v" + key;
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      permits.acquireUninterruptibly();
      RuntimeException failure = failures.poll();
      if (failure != null) {
        throw failure;
      }
      Map<Integer, String> loaded =
          StreamSupport.stream(keys.spliterator(), false)
              .collect(Collectors.toMap(Function.identity(), this::load));
      sizes.add(loaded.size());
      return loaded;
    }
  }

  private static Cache<Integer, String> cache(String name, Slow loader) {
    return redis.cache(
        name,
        new MutableConfiguration<Integer, String>()
            .setTypes(Integer.class, String.class)
            .setCacheLoaderFactory(new SingletonFactory<>(loader)));
  }

  private static Set<Integer> keys(int number) {
    return IntStream.range(0, number).boxed().collect(Collectors.toSet());
  }

  private static long pending(Cache<?, ?> cache) {
    return cache.unwrap(CorralCache.class).loadingStatistics().pending();
  }

  @Test
  void loadAll_manyKeys_countsThePendingOnes() throws Exception {
    Slow loader = new Slow();
    Cache<Integer, String> cache = cache("steps", loader);
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(keys(2_500), false, done);
    for (long pending : new long[] {2_500, 1_500, 500, 0}) {
      await().until(() -> pending(cache) == pending);
      loader.permits.release();
    }
    done.get();
    assertThat(loader.sizes).containsExactly(1_000, 1_000, 500);
    assertThat(cache.getAll(keys(2_500))).hasSize(2_500);
  }

  @Test
  void loadAll_loaderFails_countsNoPendingKeys() {
    Slow loader = new Slow();
    loader.failures.add(new IllegalStateException("no database"));
    Cache<Integer, String> cache = cache("failing", loader);
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(keys(2_500), true, done);
    loader.permits.release(3);
    assertThatThrownBy(done::get).hasRootCauseInstanceOf(IllegalStateException.class);
    assertThat(pending(cache)).isZero();
  }
}
