package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.EntryMetadata;
import dev.corral.jcache.EntryOptions;
import dev.corral.jcache.LoadResult;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.cache.integration.CacheLoaderException;
import javax.cache.processor.MutableEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A loader that gets what the cache still has, and says more than a value. */
class ContextualLoaderTest {

  private static OwnRedis redis;

  private final ContextualRows rows = new ContextualRows();

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  private long millisToLive(String key) {
    return redis.raw().number("PTTL", rows.entry(key));
  }

  @Test
  void get_valueWithOptions_storesThem() {
    CorralCache<String, String> cache = rows.open(redis);
    rows.results.put(
        "k",
        LoadResult.of("v")
            .withTimeToLive(Duration.ofMinutes(1))
            .withTags("red", "blue")
            .withVersion("1"));

    assertThat(cache.get("k")).isEqualTo("v");

    assertThat(rows.seen).containsExactly("k false null unread");
    assertThat(millisToLive("k")).isBetween(50_000L, 60_000L);
    EntryMetadata metadata = cache.metadata("k").orElseThrow();
    assertThat(metadata.version()).isEqualTo("1");
    assertThat(metadata.tags()).containsExactlyInAnyOrder("red", "blue");
    assertThat(metadata.timeLeft()).isBetween(Duration.ofSeconds(50), Duration.ofMinutes(1));
    assertThat(metadata.age()).isBetween(Duration.ofMillis(-50), Duration.ofSeconds(10));
    assertThat(cache.metadata("none")).isEmpty();

    cache.invalidateTags("blue");
    assertThat(cache.metadata("k")).isEmpty();
    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(cache.statistics().getCacheMisses()).isEqualTo(2);
    assertThat(cache.statistics().getCachePuts()).isZero();
  }

  @Test
  void get_resultIsNotToBeStored_answersOnly() {
    CorralCache<String, String> cache = rows.open(redis);
    rows.results.put("k", LoadResult.of("v").doNotStore());

    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(cache.getAll(Set.of("k", "l"))).containsExactly(Map.entry("k", "v"));

    assertThat(rows.seen).hasSize(4);
    assertThat(cache.containsKey("k")).isFalse();
    assertThat(redis.raw().number("EXISTS", rows.entry("k"))).isZero();
  }

  @Test
  void get_absentForATime_isRememberedSoLong() {
    CorralCache<String, String> cache = rows.open(redis);
    rows.results.put("brief", LoadResult.absentFor(Duration.ofMillis(300)));

    for (int i = 0; i < 5; i++) {
      assertThat(cache.get("brief")).isNull();
      assertThat(cache.get("not-remembered")).isNull();
    }

    assertThat(rows.seen).filteredOn(it -> it.startsWith("brief")).hasSize(1);
    assertThat(rows.seen).filteredOn(it -> it.startsWith("not-remembered")).hasSize(5);
    await().until(() -> cache.get("brief") == null && rows.seen.size() > 6);
  }

  @Test
  void reload_modified_replacesValueAndOptions() throws Exception {
    CorralCache<String, String> cache = rows.open(redis);
    rows.results.put("k", LoadResult.of("v").withVersion("1").withTags("red"));
    assertThat(cache.get("k")).isEqualTo("v");
    rows.results.put("k", LoadResult.of("w").withVersion("2").withTags("blue"));
    rows.readsValues = true;

    ContextualRows.reload(cache, Set.of("k"));

    assertThat(rows.seen).containsExactly("k false null unread", "k true 1 v");
    assertThat(cache.get("k")).isEqualTo("w");
    assertThat(cache.metadata("k").orElseThrow().version()).isEqualTo("2");
    cache.invalidateTags("red");
    assertThat(cache.metadata("k")).isPresent();
    cache.invalidateTags("blue");
    assertThat(cache.metadata("k")).isEmpty();
  }

  @Test
  void reload_entryHasAVersionOfItsPut_loaderGetsIt() throws Exception {
    CorralCache<String, String> cache = rows.open(redis);
    rows.results.put("k", LoadResult.of("v").withVersion("1"));
    assertThat(cache.get("k")).isEqualTo("v");
    cache.put("k", "w", EntryOptions.DEFAULTS.withVersion("2"));
    rows.results.put("k", LoadResult.of("x").withVersion("2"));

    ContextualRows.reload(cache, Set.of("k"));

    assertThat(rows.seen).last().isEqualTo("k true 2 unread");
    assertThat(cache.get("k")).isEqualTo("w");
  }

  @Test
  void load_notModifiedWithoutAnEntry_fails() {
    CorralCache<String, String> cache = rows.open(redis);
    rows.results.put("k", LoadResult.notModified());

    assertThatThrownBy(() -> cache.get("k"))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessage(
            "cache '%s': the loader %s returned 'not modified' for a key of which the cache has no"
                + " value; return a value unless LoadContext.hasValue()",
            rows.name, ContextualRows.class.getName());
    assertThatThrownBy(() -> cache.getAll(Set.of("k"))).isInstanceOf(CacheLoaderException.class);
  }

  @Test
  void invoke_loadedValue_isStoredWithItsOptions() {
    CorralCache<String, String> cache = rows.open(redis);
    rows.results.put("k", LoadResult.of("v").withVersion("1").withTags("red"));
    rows.results.put("not-stored", LoadResult.of("v").doNotStore());

    for (String key : List.of("k", "not-stored")) {
      String value =
          cache.invoke(
              key, (MutableEntry<String, String> entry, Object... none) -> entry.getValue());
      assertThat(value).isEqualTo("v");
    }

    assertThat(cache.metadata("k").orElseThrow().version()).isEqualTo("1");
    assertThat(cache.metadata("k").orElseThrow().tags()).containsExactly("red");
    assertThat(cache.metadata("not-stored")).isEmpty();
  }
}
