package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.cache.Cache;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.CacheEntryUpdatedListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** putAll of eternal entries, while other JVMs clear, listen, or use a near cache. */
class BulkPutsTest {

  private static OwnRedis redis;

  private final Map<String, String> first = entries("1");
  private final Map<String, String> second = entries("2");

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  private static Map<String, String> entries(String value) {
    Map<String, String> entries = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      entries.put("k" + i, value);
    }
    return entries;
  }

  private static MutableConfiguration<String, String> plain() {
    return new MutableConfiguration<String, String>().setTypes(String.class, String.class);
  }

  private static Cache<String, String> cache(
      TestInfo test, String jvm, Configuration<String, String> configuration) {
    return redis
        .manager("?client-name=" + jvm)
        .createCache(test.getDisplayName().replaceAll("\\W", ""), configuration);
  }

  /** Loads the scripts into Redis, and the generation into the JVM. */
  private void warmUp(Cache<String, String> cache) {
    cache.putAll(first);
    cache.putAll(first);
  }

  @Test
  void putAll_noListener_sendsOneScriptCall(TestInfo test) {
    Cache<String, String> cache = cache(test, "ours", plain());
    warmUp(cache);
    redis.raw().call("CONFIG", "RESETSTAT");
    cache.putAll(second);
    assertThat(redis.raw().text("INFO", "commandstats")).contains("cmdstat_evalsha:calls=1,");
    assertThat(cache.getAll(second.keySet())).isEqualTo(second);
  }

  @Test
  void putAll_clearedByAnotherJvm_storesVisibleEntries(TestInfo test) {
    Cache<String, String> ours = cache(test, "ours", plain());
    Cache<String, String> theirs = cache(test, "theirs", plain());
    warmUp(ours);
    theirs.clear();
    ours.putAll(second);
    assertThat(theirs.getAll(second.keySet())).isEqualTo(second);
  }

  @Test
  void putAll_listenerInAnotherJvm_sendsItTheOldValues(TestInfo test) {
    Cache<String, String> ours = cache(test, "ours", plain());
    Cache<String, String> theirs = cache(test, "theirs", plain());
    warmUp(ours);
    Queue<String> received = new ConcurrentLinkedQueue<>();
    CacheEntryUpdatedListener<String, String> listener =
        events ->
            events.forEach(event -> received.add(event.getOldValue().concat(event.getValue())));
    theirs.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            new SingletonFactory<>(listener), null, true, false));
    ours.putAll(second);
    await().until(() -> received.size() == 100);
    assertThat(received).containsOnly("12");
  }

  @Test
  void putAll_nearCacheInAnotherJvm_invalidatesIt(TestInfo test) {
    Cache<String, String> ours = cache(test, "ours", plain());
    warmUp(ours);
    Cache<String, String> theirs =
        cache(
            test,
            "theirs",
            CorralConfiguration.builder(String.class, String.class)
                .nearCache(NearCacheOptions.ofEntries(1_000))
                .build());
    for (Map<String, String> entries : List.of(second, first, second)) {
      theirs.getAll(entries.keySet());
      ours.putAll(entries);
      await().until(() -> theirs.getAll(entries.keySet()).equals(entries));
    }
  }

  /** Redis executes the command after its caller has timed out. Reads must not see old values. */
  @Test
  void putAll_redisHangs_returnsNoOldValuesLater(TestInfo test) {
    Cache<String, String> ours = cache(test, "ours", plain());
    warmUp(ours);
    CorralCache<?, ?> corral = ours.unwrap(CorralCache.class);
    redis.server().freeze();
    ours.putAll(second);
    await().until(() -> corral.outageStatistics().away());
    redis.server().thaw();
    await().until(() -> !corral.outageStatistics().away());
    assertThat(corral.outageStatistics().droppedPuts()).isEqualTo(100);
    assertThat(ours.getAll(first.keySet())).doesNotContainValue("1");
  }
}
