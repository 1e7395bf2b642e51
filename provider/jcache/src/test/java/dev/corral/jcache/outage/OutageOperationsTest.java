package dev.corral.jcache.outage;

import static dev.corral.jcache.outage.OutageUnderLoadTest.hits;
import static dev.corral.jcache.outage.OutageUnderLoadTest.statistics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What each operation does during an outage, and the repair afterwards. */
@Tag("baseline-jdk")
class OutageOperationsTest {

  private static final Duration MILLISECONDS = Duration.ofMillis(50);

  private final OwnRedis redis = new OwnRedis();
  private final Database database = new Database();

  @AfterEach
  void close() {
    redis.close();
  }

  private static MutableConfiguration<String, Integer> plain() {
    return new MutableConfiguration<String, Integer>()
        .setTypes(String.class, Integer.class)
        .setStatisticsEnabled(true);
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

  @Test
  void conditionalOperations_duringAnOutage_throwAtOnceAndNameTheOperation() {
    Cache<String, Integer> cache = redis.cache("conditional", database.configuration());
    freeze(cache);

    Map<String, Runnable> operations = new LinkedHashMap<>();
    operations.put("containsKey", () -> cache.containsKey("k"));
    operations.put("putIfAbsent", () -> cache.putIfAbsent("k", 1));
    operations.put("replace", () -> cache.replace("k", 1));
    operations.put("replace", () -> cache.replace("k", 1, 2));
    operations.put("remove(key, oldValue)", () -> cache.remove("k", 1));
    operations.put("getAndPut", () -> cache.getAndPut("k", 1));
    operations.put("getAndRemove", () -> cache.getAndRemove("k"));
    operations.put("getAndReplace", () -> cache.getAndReplace("k", 1));
    operations.put("invoke", () -> cache.invoke("k", (entry, none) -> entry.getValue()));
    operations.put("iterate", () -> cache.forEach(entry -> {}));
    operations.put("iterate", cache::removeAll);

    operations.forEach((name, operation) -> assertThrowsAtOnce("conditional", name, operation));
    assertThat(database.writes).hasValue(0);
    redis.server().thaw();
  }

  private static void assertThrowsAtOnce(String cache, String name, Runnable operation) {
    long start = System.nanoTime();
    assertThatThrownBy(operation::run)
        .as(name)
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("'" + cache + "'", name, "Redis is unavailable");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).as(name).isLessThan(MILLISECONDS);
  }

  /** Redis receives the command to lock the key, but runs it after the caller has timed out. */
  @Test
  void invoke_keyIsLockedAfterTheTimeout_nextCallerDoesNotWaitForTheLease() {
    Cache<String, Integer> cache = redis.cache("late", plain());
    cache.put("k", 1);
    Cache<String, Integer> impatient = redis.manager("?timeout=300ms").createCache("late", plain());
    assertThat(impatient.<Integer>invoke("k", (entry, none) -> entry.getValue())).isEqualTo(1);
    redis.raw().call("CLIENT", "PAUSE", "1000", "WRITE");
    assertThatThrownBy(() -> impatient.invoke("k", (entry, none) -> entry.getValue()))
        .isInstanceOf(CacheException.class);
    CompletableFuture<Integer> next =
        CompletableFuture.supplyAsync(() -> cache.invoke("k", (entry, none) -> entry.getValue()));
    assertThat(next).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(1);
  }

  @Test
  void changes_withAWriter_reachTheDatabaseAndLeaveNothingStale() {
    Cache<String, Integer> cache = redis.cache("written", database.configuration());
    cache.putAll(Map.of("put", 1, "putAll", 1, "remove", 1, "removeAll", 1, "untouched", 1));
    freeze(cache);

    cache.put("put", 2);
    cache.putAll(Map.of("putAll", 2));
    cache.remove("remove");
    cache.removeAll(Set.of("removeAll"));

    assertThat(database.rows)
        .containsOnly(Map.entry("put", 2), Map.entry("putAll", 2), Map.entry("untouched", 1));
    assertThat(cache.get("put")).isEqualTo(2);
    assertThat(cache.getAll(Set.of("putAll", "remove"))).isEqualTo(Map.of("putAll", 2));
    assertThat(statistics(cache).writtenAround()).isEqualTo(4);

    thaw(cache);
    assertThat(cache.getAll(Set.of("put", "putAll", "remove", "removeAll", "untouched")))
        .isEqualTo(Map.of("put", 2, "putAll", 2, "untouched", 1));
    assertThat(hits(cache)).isEqualTo(1);
    assertThat(statistics(cache).repairedKeys()).isGreaterThanOrEqualTo(4);
  }

  @Test
  void changes_withoutAWriter_areDroppedAndTheOldEntryIsRemoved() {
    Cache<String, Integer> cache = redis.cache("plain", plain());
    cache.putAll(Map.of("put", 1, "removed", 1, "untouched", 1));
    freeze(cache);

    cache.put("put", 2);
    cache.remove("removed");
    assertThat(cache.get("put")).isNull();

    thaw(cache);
    assertThat(cache.getAll(Set.of("put", "removed", "untouched")))
        .isEqualTo(Map.of("untouched", 1));
    assertThat(statistics(cache).droppedPuts()).isEqualTo(1);
  }

  @Test
  void clear_duringAnOutage_runsAfterIt() {
    Cache<String, Integer> cache = redis.cache("cleared", plain());
    cache.put("k", 1);
    freeze(cache);
    cache.clear();
    thaw(cache);
    assertThat(cache.containsKey("k")).isFalse();
    assertThat(statistics(cache).repairedByClear()).isEqualTo(1);
  }

  @Test
  void put_moreKeysThanTheRepairLimit_clearsTheCache() {
    Cache<String, Integer> cache = redis.cache("overflow", database.configuration());
    cache.put("untouched", 1);
    cache.put("k5", -1);
    freeze(cache);
    for (int i = 0; i <= 10_000; i++) {
      cache.put("k" + i, i);
    }
    thaw(cache);
    assertThat(statistics(cache).repairedByClear()).isEqualTo(1);
    assertThat(cache.containsKey("untouched")).isFalse();
    assertThat(cache.get("k5")).isEqualTo(5);
  }

  @Test
  void put_valueThatCannotBeSerialized_throwsDuringAnOutageToo() {
    Cache<String, Object> cache =
        redis.cache(
            "values",
            new MutableConfiguration<String, Object>().setTypes(String.class, Object.class));
    redis.server().freeze();
    assertThatThrownBy(() -> cache.containsKey("k")).isInstanceOf(CacheException.class);
    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> cache.put("k", new Database()))
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining(Database.class.getName()));
    redis.server().thaw();
  }

  @Test
  void loadAll_duringAnOutage_notifiesTheListenerOfTheFailure() {
    Cache<String, Integer> cache = redis.cache("loadAll", database.configuration());
    database.rows.put("k", 1);
    freeze(cache);
    for (boolean replace : new boolean[] {true, false}) {
      CompletionListenerFuture done = new CompletionListenerFuture();
      cache.loadAll(Set.of("k"), replace, done);
      assertThatThrownBy(() -> done.get(5, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(CacheException.class);
    }
    redis.server().thaw();
  }

  @Test
  void get_sameKeyByManyThreadsDuringAnOutage_loadsOnceAtATime() {
    Cache<String, Integer> cache = redis.cache("herd", database.configuration());
    database.rows.put("k", 1);
    freeze(cache);
    database.loadMillis = 300;
    CompletableFuture<?>[] reads = new CompletableFuture<?>[50];
    for (int i = 0; i < reads.length; i++) {
      reads[i] = new CompletableFuture<>();
      CompletableFuture<?> read = reads[i];
      new Thread(
              () -> {
                try {
                  assertThat(cache.get("k")).isEqualTo(1);
                  read.complete(null);
                } catch (Throwable e) {
                  read.completeExceptionally(e);
                }
              })
          .start();
    }
    assertThat(CompletableFuture.allOf(reads)).succeedsWithin(Duration.ofSeconds(10));
    assertThat(database.mostAtOnce).hasValue(1);
    redis.server().thaw();
  }

  @Test
  void everyOperation_failFastDuringAnOutage_throwsAtOnce() {
    Cache<String, Integer> cache =
        redis.cache("fail-fast", CorralConfiguration.copyOf(database.configuration()));
    Cache<String, Integer> fast =
        redis.manager("?client-name=fast").createCache("fast", failFast());
    fast.put("k", 1);
    freeze(cache);
    freeze(fast);

    assertThrowsAtOnce("fast", "get", () -> fast.get("k"));
    assertThrowsAtOnce("fast", "put", () -> fast.put("k", 2));
    assertThrowsAtOnce("fast", "remove", () -> fast.remove("k"));
    assertThrowsAtOnce("fast", "clear", fast::clear);
    assertThat(database.rows).containsEntry("k", 1);
    thaw(fast);
    assertThat(fast.get("k")).isEqualTo(1);
  }

  private CorralConfiguration<String, Integer> failFast() {
    return CorralConfiguration.builder(String.class, Integer.class)
        .standard(
            it ->
                it.setReadThrough(true)
                    .setWriteThrough(true)
                    .setCacheLoaderFactory(database.configuration().getCacheLoaderFactory())
                    .setCacheWriterFactory(database.configuration().getCacheWriterFactory()))
        .failFast(true)
        .build();
  }
}
