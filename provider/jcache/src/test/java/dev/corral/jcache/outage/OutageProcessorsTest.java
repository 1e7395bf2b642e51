package dev.corral.jcache.outage;

import static dev.corral.jcache.outage.OutageUnderLoadTest.statistics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.OutageOptions;
import dev.corral.jcache.OutageOptions.Processors;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.internal.cache.RedisCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheWriterException;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.cache.jcache.JCacheCache;

/** Entry processors while Redis is unavailable, and while it becomes unavailable. */
@Tag("baseline-jdk")
class OutageProcessorsTest {

  private final OwnRedis redis = new OwnRedis();
  private final Database database = new Database();
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void close() {
    redis.server().thaw();
    redis.close();
  }

  private CorralConfiguration.Builder<String, Integer> plain(Processors processors) {
    return CorralConfiguration.builder(String.class, Integer.class)
        .standard(it -> it.setStatisticsEnabled(true))
        .outage(OutageOptions.DEFAULTS.withProcessors(processors));
  }

  private CorralConfiguration.Builder<String, Integer> readThrough(Processors processors) {
    return plain(processors)
        .standard(
            it -> it.setReadThrough(true).setCacheLoaderFactory(new SingletonFactory<>(database)));
  }

  private CorralConfiguration.Builder<String, Integer> writeThrough(Processors processors) {
    return readThrough(processors)
        .standard(
            it -> it.setWriteThrough(true).setCacheWriterFactory(new SingletonFactory<>(database)));
  }

  private Cache<String, Integer> open(
      String name, CorralConfiguration.Builder<String, Integer> configuration) {
    return redis.manager("?timeout=300ms").createCache(name, configuration.build());
  }

  private void freeze(Cache<String, Integer> cache) {
    redis.server().freeze();
    assertThatThrownBy(() -> cache.containsKey("any")).isInstanceOf(CacheException.class);
    await().until(() -> statistics(cache).away());
  }

  private void thaw(Cache<String, Integer> cache) {
    redis.server().thaw();
    await().until(() -> !statistics(cache).away());
  }

  private Integer increment(Cache<String, Integer> cache, String key) {
    return cache.invoke(key, incrementing());
  }

  private EntryProcessor<String, Integer, Integer> incrementing() {
    return (entry, none) -> {
      runs.incrementAndGet();
      int next = entry.exists() ? entry.getValue() + 1 : 1;
      entry.setValue(next);
      return next;
    };
  }

  /** What Spring does for a method with {@code Cacheable(sync = true)}. */
  private static Integer cached(
      Cache<String, Integer> cache, String key, Callable<Integer> method) {
    return cache.invoke(key, JCacheCache.valueLoader(), method);
  }

  private Callable<Integer> method(int result) {
    return () -> {
      runs.incrementAndGet();
      return result;
    };
  }

  @Test
  void springsProcessor_duringAnOutage_computesTheValueAndLeavesNothingStale() {
    Cache<String, Integer> plain =
        redis
            .manager("?timeout=300ms")
            .createCache(
                "plain",
                CorralConfiguration.builder(String.class, Integer.class)
                    .standard(it -> it.setStatisticsEnabled(true))
                    .build());
    Cache<String, Integer> written = open("written", writeThrough(Processors.COMPUTE_IF_ABSENT));
    plain.put("old", 1);
    plain.put("untouched", 1);
    freeze(plain);

    assertThat(cached(plain, "old", method(2))).isEqualTo(2);
    assertThat(cached(written, "new", method(3))).isEqualTo(3);
    assertThat(runs).hasValue(2);
    assertThat(database.rows).isEqualTo(Map.of("new", 3));
    assertThat(cached(written, "new", method(4))).as("the row of the database").isEqualTo(3);
    assertThat(runs).hasValue(2);
    assertThat(plain.invokeAll(Set.of("a", "b"), JCacheCache.valueLoader(), method(5)))
        .hasSize(2)
        .allSatisfy((key, result) -> assertThat(result.get()).isEqualTo(5));
    assertThat(statistics(plain).droppedPuts()).isEqualTo(3);
    assertThat(statistics(written).writtenAround()).isEqualTo(1);
    var counted = ((RedisCache<?, ?>) plain).statistics();
    assertThat(counted.getCacheMisses()).isEqualTo(3);
    assertThat(counted.getCachePuts()).as("only those before").isEqualTo(2);

    thaw(plain);
    assertThat(plain.getAll(Set.of("old", "a", "untouched"))).isEqualTo(Map.of("untouched", 1));
    assertThat(written.get("new")).isEqualTo(3);
  }

  @Test
  void springsProcessor_methodFails_failsAsUsual() {
    Cache<String, Integer> cache = open("failing", plain(Processors.COMPUTE_IF_ABSENT));
    freeze(cache);
    IllegalStateException failure = new IllegalStateException("the method fails");
    assertThatThrownBy(
            () ->
                cached(
                    cache,
                    "k",
                    () -> {
                      throw failure;
                    }))
        .isInstanceOf(EntryProcessorException.class)
        .hasRootCause(failure);
  }

  @Test
  void processors_thatMayNotRun_throwAtOnce() {
    Cache<String, Integer> none = open("none", plain(Processors.NONE));
    Cache<String, Integer> computing = open("computing", plain(Processors.COMPUTE_IF_ABSENT));
    Cache<String, Integer> failFast = open("fail-fast", plain(Processors.ALL).failFast(true));
    freeze(none);
    assertUnavailable(() -> cached(none, "k", method(1)));
    assertUnavailable(() -> increment(computing, "k"));
    assertUnavailable(() -> increment(failFast, "k"));
    assertUnavailable(() -> cached(failFast, "k", method(1)));
    assertThat(runs).hasValue(0);
  }

  private static void assertUnavailable(Runnable invocation) {
    assertThatThrownBy(invocation::run)
        .isInstanceOf(CacheException.class)
        .isNotInstanceOf(EntryProcessorException.class)
        .hasMessageContainingAll("invoke", "Redis is unavailable");
  }

  @Test
  void allProcessors_sameKeyInManyThreads_loseNoChange() throws Exception {
    Cache<String, Integer> cache = open("counters", writeThrough(Processors.ALL));
    database.rows.put("k", 100);
    freeze(cache);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      calls.add(() -> increment(cache, "k"));
    }
    try {
      threads.invokeAll(calls);
    } finally {
      threads.shutdown();
    }
    assertThat(database.rows).containsEntry("k", 140);
    assertThat(runs).hasValue(40);
    thaw(cache);
    assertThat(cache.get("k")).isEqualTo(140);
  }

  @Test
  void put_whileAProcessorRunsDuringAnOutage_isWrittenAfterIt() throws Exception {
    Cache<String, Integer> cache = open("order", writeThrough(Processors.ALL));
    freeze(cache);
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    CompletableFuture<Integer> invoked =
        CompletableFuture.supplyAsync(
            () ->
                cache.invoke(
                    "k",
                    (entry, none) -> {
                      running.countDown();
                      awaitLatch(mayEnd);
                      entry.setValue(1);
                      return 1;
                    }));
    running.await();
    CompletableFuture<Void> put = CompletableFuture.runAsync(() -> cache.put("k", 2));
    Thread.sleep(100);
    assertThat(put).isNotDone();
    mayEnd.countDown();
    assertThat(invoked).succeedsWithin(Duration.ofSeconds(5));
    assertThat(put).succeedsWithin(Duration.ofSeconds(5));
    assertThat(database.rows).containsEntry("k", 2);
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void allProcessors_removeFailAndNest_doWhatTheyDoInRedis() {
    Cache<String, Integer> cache = open("kinds", writeThrough(Processors.ALL));
    cache.put("removed", 1);
    database.rows.put("kept", 1);
    freeze(cache);

    cache.invoke(
        "removed",
        (entry, none) -> {
          entry.remove();
          assertThat(entry.exists()).isFalse();
          return null;
        });
    assertThat(database.rows).isEqualTo(Map.of("kept", 1));
    assertThatThrownBy(
            () ->
                cache.invoke(
                    "kept",
                    (entry, none) -> {
                      entry.setValue(2);
                      throw new IllegalStateException("the processor fails");
                    }))
        .isInstanceOf(EntryProcessorException.class);
    database.refused.add("refused");
    assertThatThrownBy(() -> increment(cache, "refused")).isInstanceOf(CacheWriterException.class);
    assertThat(database.rows).isEqualTo(Map.of("kept", 1));
    cache.invoke(
        "outer",
        (entry, none) -> {
          cache.put("outer", 1);
          entry.setValue(2);
          return null;
        });
    assertThat(database.rows).containsEntry("outer", 2);

    thaw(cache);
    assertThat(cache.get("removed")).isNull();
    assertThat(cache.get("outer")).isEqualTo(2);
  }

  @Test
  void allProcessors_withWriteBehind_writeThroughDuringAnOutage() {
    Cache<String, Integer> cache =
        open(
            "behind",
            writeThrough(Processors.ALL)
                .writeBehind(WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMillis(1))));
    freeze(cache);
    assertThat(increment(cache, "k")).isEqualTo(1);
    assertThat(increment(cache, "k")).isEqualTo(2);
    assertThat(database.rows).containsEntry("k", 2);
    thaw(cache);
    assertThat(cache.get("k")).isEqualTo(2);
  }

  @Test
  void springsProcessor_redisFailsWhileItRuns_runsOnceAndReturnsItsValue() {
    Cache<String, Integer> cache = open("begins", plain(Processors.COMPUTE_IF_ABSENT));
    Integer value =
        cached(
            cache,
            "k",
            () -> {
              redis.server().freeze();
              return method(7).call();
            });
    assertThat(value).isEqualTo(7);
    assertThat(runs).hasValue(1);
    thaw(cache);
    assertThat(statistics(cache).repairedKeys()).isGreaterThanOrEqualTo(1);
    assertThat(cache.get("k")).isNull();
  }

  @Test
  void otherProcessor_redisFailsWhileItRuns_failsBecauseItsChangeMayBeCommitted() {
    Cache<String, Integer> cache = open("unknown", plain(Processors.ALL));
    assertThatThrownBy(() -> cache.invoke("k", freezingThenIncrementing()))
        .isInstanceOf(CacheException.class)
        .isNotInstanceOf(EntryProcessorException.class);
    assertThat(runs).hasValue(1);
  }

  @Test
  void processorWithWriter_redisFailsWhileItRuns_leavesTheDatabaseUnchanged() {
    Cache<String, Integer> cache = open("unwritten", writeThrough(Processors.ALL));
    assertThatThrownBy(() -> cache.invoke("k", freezingThenIncrementing()))
        .isInstanceOf(CacheException.class);
    assertThat(runs).hasValue(1);
    assertThat(database.rows).isEmpty();
  }

  private EntryProcessor<String, Integer, Integer> freezingThenIncrementing() {
    return (entry, arguments) -> {
      redis.server().freeze();
      return incrementing().process(entry, arguments);
    };
  }

  @Test
  void processorThatOnlyReads_redisFailsWhileItRuns_returnsWhatItRead() {
    Cache<String, Integer> cache = open("reader", plain(Processors.ALL));
    cache.put("k", 1);
    Integer read =
        cache.invoke(
            "k",
            (entry, none) -> {
              redis.server().freeze();
              return entry.getValue();
            });
    assertThat(read).isEqualTo(1);
  }

  @Test
  void processorWithWriter_redisFailsAfterTheWriter_returnsItsResult() {
    Cache<String, Integer> cache = open("after", writeThrough(Processors.ALL));
    cache.put("k", 1);
    database.beforeWrite = redis.server()::freeze;
    assertThat(increment(cache, "k")).isEqualTo(2);
    assertThat(runs).hasValue(1);
    assertThat(database.rows).containsEntry("k", 2);
    thaw(cache);
    assertThat(cache.get("k")).isEqualTo(2);
  }

  @Test
  void processorThatUsesAnotherCache_whoseRedisIsUnavailable_runsOnce() {
    try (OwnRedis another = new OwnRedis()) {
      Cache<String, Integer> other =
          another.manager("?timeout=300ms").createCache("other", plain(Processors.ALL).build());
      Cache<String, Integer> cache = open("user", plain(Processors.ALL));
      another.server().freeze();
      assertThatThrownBy(
              () ->
                  cache.invoke(
                      "k",
                      (entry, none) -> {
                        runs.incrementAndGet();
                        return Objects.toString(other.containsKey("k"));
                      }))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("'other'");
      assertThat(runs).hasValue(1);
      another.server().thaw();
    }
  }
}
