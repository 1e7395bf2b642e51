package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.WarmUp;
import dev.corral.jcache.WarmUpOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryListenerException;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** User code that throws checked exceptions that it does not declare, as Kotlin can. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CheckedFailuresTest {

  @SuppressWarnings("StaticAssignmentOfThrowable") // compared by identity
  private static final SQLException FAILURE = new SQLException("connection lost");

  private static OwnRedis redis;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private static RuntimeException failure() {
    return CheckedFailuresTest.<RuntimeException>sneaky(FAILURE);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> RuntimeException sneaky(Throwable failure) throws E {
    throw (E) failure;
  }

  private static MutableConfiguration<String, String> strings() {
    return new MutableConfiguration<String, String>().setTypes(String.class, String.class);
  }

  private static final class Loader implements CacheLoader<String, String> {

    final CountDownLatch called = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);

    @Override
    public String load(String key) {
      called.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw failure();
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      load("");
      return Map.of();
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void loader_isACacheLoaderExceptionAndEndsTheLoads() throws Exception {
    Loader loader = new Loader();
    Cache<String, String> cache =
        redis.cache("loads", strings().setReadThrough(true).setCacheLoaderFactory(() -> loader));
    CorralCache<String, String> corral = cache.unwrap(CorralCache.class);
    cache.put("z", "v"); // the first write begins the generation of which this JVM has to know
    CompletableFuture<Object> bulk =
        CompletableFuture.supplyAsync(() -> cache.getAll(Set.of("k", "l")), threads);
    loader.called.await();
    CompletableFuture<Object> waiting =
        CompletableFuture.supplyAsync(() -> cache.get("k"), threads);
    await().until(() -> corral.loadingStatistics().waits().inJvm() == 1);

    loader.released.countDown();

    for (CompletableFuture<Object> each : List.of(bulk, waiting)) {
      assertThatThrownBy(() -> each.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(CacheLoaderException.class)
          .hasRootCause(FAILURE);
    }
    assertThatThrownBy(
            () ->
                CompletableFuture.supplyAsync(() -> cache.get("l"), threads)
                    .get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(CacheLoaderException.class);
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(Set.of("m"), false, done);
    assertThatThrownBy(() -> done.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(CacheLoaderException.class);
    WarmUp.Progress progress =
        corral
            .warm(List.of("n", "o"), WarmUpOptions.DEFAULTS)
            .completion()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    assertThat(progress.failed()).isEqualTo(2);
  }

  @Test
  void writer_isACacheWriterException() {
    Cache<String, String> cache =
        redis.cache("writes", strings().setWriteThrough(true).setCacheWriterFactory(Writer::new));
    assertThatThrownBy(() -> cache.put("k", "v"))
        .isInstanceOf(CacheWriterException.class)
        .hasRootCause(FAILURE);
    assertThatThrownBy(() -> cache.putAll(Map.of("k", "v")))
        .isInstanceOf(CacheWriterException.class);
    assertThat(cache.containsKey("k")).isFalse();
  }

  private static final class Writer implements CacheWriter<String, String> {

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      throw failure();
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      throw failure();
    }

    @Override
    public void delete(Object key) {
      throw failure();
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      throw failure();
    }
  }

  @Test
  void listener_isACacheEntryListenerException() {
    Cache<String, String> cache = redis.cache("listened", strings());
    CacheEntryCreatedListener<String, String> listener =
        events -> {
          throw failure();
        };
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(() -> listener, null, false, true));
    assertThatThrownBy(() -> cache.put("k", "v"))
        .isInstanceOf(CacheEntryListenerException.class)
        .hasRootCause(FAILURE);
  }
}
