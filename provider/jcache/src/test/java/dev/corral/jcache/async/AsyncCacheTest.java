package dev.corral.jcache.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import dev.corral.jcache.fixtures.Relay;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.cache.CacheManager;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The asynchronous methods: their threads, batches, failures, and what closing does to them. */
class AsyncCacheTest {

  private static OwnRedis redis;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  private static MutableConfiguration<String, String> strings() {
    return new MutableConfiguration<String, String>().setTypes(String.class, String.class);
  }

  @SuppressWarnings("unchecked")
  private static CorralCache<String, String> cache(
      String name, Configuration<String, String> configuration) {
    return redis.cache(name, configuration).unwrap(CorralCache.class);
  }

  /** A loader that calls a function in the thread that loads. */
  private record Loading(Supplier<String> load) implements CacheLoader<String, String> {

    @Override
    public String load(String key) {
      return load.get();
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> all = new HashMap<>();
      keys.forEach(key -> all.put(key, load.get()));
      return all;
    }
  }

  private static MutableConfiguration<String, String> loading(Supplier<String> load) {
    return strings()
        .setReadThrough(true)
        .setCacheLoaderFactory(new SingletonFactory<>(new Loading(load)));
  }

  /** A network with this delay between the caches of a manager and Redis. */
  private record Far(Relay relay, CorralCachingProvider provider, CacheManager manager)
      implements AutoCloseable {

    static Far open(Duration roundTrip) {
      Relay relay = new Relay(redis.server().address().port(), roundTrip);
      var provider = new CorralCachingProvider();
      String uri = "redis://:%s@127.0.0.1:%d";
      String password = redis.server().credentials().password();
      return new Far(
          relay,
          provider,
          provider.getCacheManager(URI.create(uri.formatted(password, relay.port())), null));
    }

    @SuppressWarnings("unchecked")
    CorralCache<String, String> cache(String name, MutableConfiguration<String, String> of) {
      return manager.createCache(name, of).unwrap(CorralCache.class);
    }

    @Override
    public void close() {
      relay.restore();
      provider.close();
      relay.close();
    }
  }

  @Test
  void reads_nearCacheHits_areCompleteAtOnceAndSendNoCommand() {
    CorralCache<String, String> cache =
        cache(
            "near",
            CorralConfiguration.builder(String.class, String.class)
                .standard(it -> it.setStatisticsEnabled(true))
                .nearCache(NearCacheOptions.ofEntries(10))
                .build());
    cache.putAll(Map.of("a", "1", "b", "2"));
    Awaitility.await().until(() -> nearHits(cache, "a") && nearHits(cache, "b"));
    long before = cache.nearCacheStatistics().hits();

    List<CompletableFuture<?>> futures = new ArrayList<>();
    List<String> commands =
        RawRedis.commandsDuring(
            redis.server(),
            () -> {
              futures.add(cache.getAsync("a"));
              futures.add(cache.getAllAsync(Set.of("a", "b")));
              futures.add(cache.containsKeyAsync("b"));
              assertThat(futures).allMatch(CompletableFuture::isDone);
            });

    assertThat(commands).noneMatch(it -> it.contains("near"));
    assertThat(futures.get(0)).isCompletedWithValueMatching("1"::equals);
    assertThat(futures.get(1)).isCompletedWithValueMatching(Map.of("a", "1", "b", "2")::equals);
    assertThat(futures.get(2)).isCompletedWithValueMatching(Boolean.TRUE::equals);
    assertThat(cache.nearCacheStatistics().hits() - before).isEqualTo(3);
    assertThat(cache.getAllAsync(Set.of("a", "c")).join()).isEqualTo(Map.of("a", "1"));
  }

  private static boolean nearHits(CorralCache<String, String> cache, String key) {
    long before = cache.nearCacheStatistics().hits();
    cache.get(key);
    return cache.nearCacheStatistics().hits() > before;
  }

  @Test
  void operations_thousandsInFlight_areSentAsFewCommands() {
    try (Far far = Far.open(Duration.ofMillis(2))) {
      CorralCache<String, String> cache = far.cache("batched", strings());
      cache.put("warm", "up");
      assertThat(cache.get("warm")).isEqualTo("up");
      redis.raw().call("CONFIG", "RESETSTAT");
      List<CompletableFuture<?>> puts = new ArrayList<>();
      for (int i = 0; i < 5_000; i++) {
        puts.add(cache.putAsync("k" + i, "v" + i));
      }
      join(puts);
      long scripts = redis.raw().calls("evalsha");
      List<CompletableFuture<String>> gets = new ArrayList<>();
      for (int i = 0; i < 5_000; i++) {
        gets.add(cache.getAsync("k" + i));
      }
      join(gets);

      for (int i = 0; i < 5_000; i++) {
        assertThat(gets.get(i).join()).isEqualTo("v" + i);
      }
      assertThat(scripts).as("scripts for 5,000 puts").isLessThan(500);
      assertThat(redis.raw().calls("mget")).as("reads for 5,000 gets").isLessThan(500);
    }
  }

  private static void join(List<? extends CompletableFuture<?>> futures) {
    CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).join();
  }

  @Test
  void operations_silentRedis_doNotBlockTheCaller() {
    try (Far far = Far.open(Duration.ZERO)) {
      CorralCache<String, String> cache = far.cache("silent", strings());
      cache.put("k", "v");
      far.relay().silence();
      List<CompletableFuture<?>> futures = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        futures.add(cache.getAsync("k"));
        assertThat(futures.get(futures.size() - 1)).isNotDone();
        futures.add(cache.putAsync("k", "w"));
        assertThat(futures.get(futures.size() - 1)).isNotDone();
      }
      assertThat(futures).allSatisfy(it -> assertThat(failure(it)).isNull());
    }
  }

  /** Null for an operation that succeeds, as a cache without a loader does during an outage. */
  private static Throwable failure(CompletableFuture<?> future) {
    return future.handle((result, failure) -> failure).orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Test
  void operations_userCodeAndDependentStages_runInThreadsOfTheManager() {
    Thread caller = Thread.currentThread();
    ClassLoader before = caller.getContextClassLoader();
    ClassLoader mine = new URLClassLoader(new URL[0], before);
    AtomicReference<ClassLoader> context = new AtomicReference<>();
    CorralCache<String, String> cache =
        cache(
            "threads",
            loading(
                () -> {
                  context.set(Thread.currentThread().getContextClassLoader());
                  return Thread.currentThread().getName();
                }));
    caller.setContextClassLoader(mine);
    try {
      CompletableFuture<String> loaded = cache.getAsync("k");
      assertThat(loaded.join()).startsWith("corral-async-");
      assertThat(context).hasValue(mine);
    } finally {
      caller.setContextClassLoader(before);
    }
    CountDownLatch stageAdded = new CountDownLatch(1);
    CompletableFuture<String> stage =
        cache
            .<String>invokeAsync(
                "k",
                (entry, none) -> {
                  await(stageAdded);
                  return entry.getValue();
                })
            .thenApply(value -> Thread.currentThread().getName());
    stageAdded.countDown();
    assertThat(stage.join()).startsWith("corral-async-");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void failures_areTheExceptionsOfTheSynchronousMethods() {
    CorralCache<String, String> cache =
        cache(
            "failing",
            loading(
                () -> {
                  throw new CacheLoaderException("the database is closed");
                }));
    CompletableFuture<String> future = cache.getAsync("k");
    assertThatThrownBy(future::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(CacheLoaderException.class);
    assertThatThrownBy(future::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(CacheLoaderException.class);
    assertThat(future.handle((value, failure) -> failure).join())
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("the database is closed");
  }

  @Test
  void nullArguments_throwAtOnce() {
    CorralCache<String, String> cache = cache("nulls", strings());
    Map<String, String> nullValue = new HashMap<>();
    nullValue.put("k", null);
    List<ThrowingCallable> calls =
        List.of(
            () -> cache.getAsync(null),
            () -> cache.getAllAsync(null),
            () -> cache.putAsync("k", null),
            () -> cache.putAsync(null, "v"),
            () -> cache.putAllAsync(nullValue),
            () -> cache.replaceAsync("k", "v", null),
            () -> cache.removeAsync("k", null),
            () -> cache.removeAllAsync((Set<String>) null),
            () -> cache.invokeAsync("k", null));
    assertThat(calls)
        .allSatisfy(it -> assertThatThrownBy(it).isInstanceOf(NullPointerException.class));
  }

  @Test
  void close_operationsInFlight_completesEachFuture() {
    try (Far far = Far.open(Duration.ofMillis(50))) {
      CorralCache<String, String> cache = far.cache("closing", strings());
      List<CompletableFuture<?>> futures = new ArrayList<>();
      for (int i = 0; i < 3_000; i++) {
        futures.add(cache.putAsync("k" + i, "v"));
      }
      CompletableFuture.anyOf(futures.toArray(CompletableFuture[]::new)).join();
      far.manager().close();

      assertThat(futures).allMatch(CompletableFuture::isDone);
      long applied = redis.raw().number("EVAL", "return #redis.call('KEYS', '*closing*:k*')", 0);
      assertThat(futures.stream().filter(it -> !it.isCompletedExceptionally()).count())
          .isPositive()
          .isLessThanOrEqualTo(applied);
      assertThat(futures)
          .filteredOn(CompletableFuture::isCompletedExceptionally)
          .allSatisfy(
              it ->
                  assertThatThrownBy(it::join)
                      .hasCauseInstanceOf(IllegalStateException.class)
                      .hasMessageContaining("closing"));
      assertThatThrownBy(() -> cache.getAsync("k0").join())
          .hasCauseInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void cancel_operationThatRuns_completesTheFutureAndNotTheOperation() {
    CorralCache<String, String> cache = cache("canceled", strings());
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch canceled = new CountDownLatch(1);
    CompletableFuture<String> future =
        cache.invokeAsync(
            "k",
            (entry, none) -> {
              begun.countDown();
              await(canceled);
              entry.setValue("v");
              return null;
            });
    await(begun);
    assertThat(future.cancel(true)).isTrue();
    canceled.countDown();

    assertThat(future).isCancelled();
    Awaitility.await().until(() -> cache.containsKeyAsync("k").join());
    assertThat(cache.getAsync("k").join()).isEqualTo("v");
  }
}
