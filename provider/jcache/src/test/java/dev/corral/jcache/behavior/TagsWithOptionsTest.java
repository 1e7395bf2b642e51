package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.behavior.TagsTest.TagsOfValue;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import dev.corral.jcache.fixtures.RecordingWriter;
import dev.corral.jcache.internal.redis.LuaScript;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tags in caches with several buckets, stale entries, write-behind and write-through. */
class TagsWithOptionsTest {

  private static final AtomicInteger names = new AtomicInteger();
  private static OwnRedis redis;

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @SuppressWarnings("unchecked")
  private static CorralCache<String, String> open(
      CorralConfiguration<String, String> configuration) {
    return redis
        .manager()
        .createCache("options" + names.incrementAndGet(), configuration)
        .unwrap(CorralCache.class);
  }

  private static Map<String, String> stored(CorralCache<String, String> cache) {
    Map<String, String> entries = new HashMap<>();
    cache.forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
    return entries;
  }

  @Test
  void invalidateTags_severalBuckets_isOneScriptForEach() {
    CorralCache<String, String> cache =
        open(
            CorralConfiguration.builder(String.class, String.class)
                .tags(new SingletonFactory<>(new TagsOfValue()))
                .buckets(4)
                .build());
    Map<String, String> entries = new HashMap<>();
    IntStream.range(0, 100).forEach(i -> entries.put("k" + i, i + (i % 2 == 0 ? ":red" : ":blue")));
    cache.putAll(entries);
    cache.invalidateTags("yellow"); // the first use loads the script

    List<String> commands =
        RawRedis.commandsDuring(redis.server(), () -> cache.invalidateTags("red"));

    assertThat(commands).filteredOn(it -> it.contains(LuaScript.INVALIDATE_TAGS.sha1())).hasSize(4);
    assertThat(cache.getAll(entries.keySet()).keySet())
        .filteredOn(it -> Integer.parseInt(it.substring(1)) % 2 == 0)
        .isEmpty();
    assertThat(stored(cache)).hasSize(50);
  }

  /** The entry is kept beyond its time to live, to be served while the loader is slow. */
  @Test
  void get_staleEntryWasInvalidated_isLoadedByTheCaller() {
    AtomicInteger loads = new AtomicInteger();
    CorralCache<String, String> cache =
        open(
            CorralConfiguration.builder(String.class, String.class)
                .standard(
                    it ->
                        it.setReadThrough(true)
                            .setCacheLoaderFactory(() -> new Numbering(loads))
                            .setExpiryPolicyFactory(
                                CreatedExpiryPolicy.factoryOf(
                                    new Duration(TimeUnit.MILLISECONDS, 100))))
                .loading(
                    LoadOptions.DEFAULTS.withStale(
                        java.time.Duration.ofMinutes(1), java.time.Duration.ofMinutes(1)))
                .tags(() -> (key, value) -> List.of("all"))
                .build());
    assertThat(cache.get("a")).isEqualTo("1");
    assertThat(cache.getAll(Set.of("b"))).isEqualTo(Map.of("b", "2"));
    await().until(() -> !cache.containsKey("a") && !cache.containsKey("b"));

    cache.invalidateTags("all");

    assertThat(cache.get("a")).isEqualTo("3");
    assertThat(cache.getAll(Set.of("b"))).isEqualTo(Map.of("b", "4"));
  }

  /** Each value is the number of the load. */
  private record Numbering(AtomicInteger loads) implements CacheLoader<String, String> {

    @Override
    public String load(String key) {
      return Integer.toString(loads.incrementAndGet());
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> values = new HashMap<>();
      keys.forEach(key -> values.put(key, load(key)));
      return values;
    }
  }

  @Test
  void get_invalidatedEntryWithAQueuedChange_findsTheChange() {
    RecordingWriter database = new RecordingWriter();
    CorralCache<String, String> cache =
        open(
            CorralConfiguration.builder(String.class, String.class)
                .standard(it -> it.setWriteThrough(true).setCacheWriterFactory(() -> database))
                .writeBehind(WriteBehindOptions.DEFAULTS.withDelay(java.time.Duration.ofMinutes(1)))
                .tags(new SingletonFactory<>(new TagsOfValue()))
                .build());
    cache.put("a", "1:red");
    cache.invalidateTags("red");
    assertThat(cache.get("a")).isEqualTo("1:red");
    assertThat(stored(cache)).isEqualTo(Map.of("a", "1:red"));

    assertThat(cache.flush(java.time.Duration.ofSeconds(10))).isTrue();

    assertThat(database.rows).isEqualTo(Map.of("a", "1:red"));
    await().until(() -> cache.get("a") == null);
    assertThat(stored(cache)).isEmpty();
  }

  /** The writer is called before the tags are known. */
  @Test
  void put_tagsFailInAWriteThroughCache_leavesNothingStale() {
    RecordingWriter database = new RecordingWriter();
    database.oneByOne = true;
    CorralCache<String, String> cache =
        open(
            CorralConfiguration.builder(String.class, String.class)
                .standard(it -> it.setWriteThrough(true).setCacheWriterFactory(() -> database))
                .tags(new SingletonFactory<>(new TagsOfValue()))
                .build());
    cache.put("a", "1:red");
    for (Runnable put :
        List.<Runnable>of(
            () -> cache.put("a", "2:throws"), () -> cache.putAll(Map.of("a", "2:throws")))) {
      assertThatThrownBy(put::run).isInstanceOf(CacheException.class);
      String cached = cache.get("a");
      assertThat(cached == null || cached.equals(database.rows.get("a")))
          .as("cached %s, in the database %s", cached, database.rows)
          .isTrue();
    }
  }
}
