package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EntryTags;
import dev.corral.jcache.fixtures.OwnRedis;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entries that are removed by their tags. A value is a text with its tags after a colon. */
class TagsTest {

  private static final AtomicInteger names = new AtomicInteger();
  private static OwnRedis redis;

  private String name;
  private CorralCache<String, String> cache;

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @BeforeEach
  void open() {
    name = "tags" + names.incrementAndGet();
    cache = open(redis.manager(), tagged().build());
  }

  private static CorralConfiguration.Builder<String, String> untagged() {
    return CorralConfiguration.builder(String.class, String.class)
        .standard(
            it ->
                it.setReadThrough(true)
                    .setCacheLoaderFactory(new SingletonFactory<>(new Loader())));
  }

  private static CorralConfiguration.Builder<String, String> tagged() {
    return untagged().tags(new SingletonFactory<>(new TagsOfValue()));
  }

  @SuppressWarnings("unchecked")
  private CorralCache<String, String> open(
      CacheManager manager, CorralConfiguration<String, String> configuration) {
    return manager.createCache(name, configuration).unwrap(CorralCache.class);
  }

  /** Without the loader, as another JVM sees it. */
  private Map<String, String> stored() {
    Map<String, String> entries = new HashMap<>();
    cache.forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
    return entries;
  }

  @Test
  void invalidateTags_someEntriesHaveOne_removesThem() {
    cache.put("a", "1:red");
    cache.putAll(Map.of("b", "2:blue", "c", "3:red,blue", "d", "4"));
    cache.putIfAbsent("e", "5:red");

    cache.invalidateTags("red", "unknown");

    assertThat(stored()).isEqualTo(Map.of("b", "2:blue", "d", "4"));
    for (String key : List.of("a", "c", "e")) {
      assertThat(cache.containsKey(key)).isFalse();
    }
  }

  @Test
  void invalidateTags_laterEntries_stay() {
    cache.put("a", "1:red");
    cache.invalidateTags("red");
    cache.put("a", "2:red");
    assertThat(cache.get("a")).isEqualTo("2:red");

    cache.invalidateTags("red");
    assertThat(cache.putIfAbsent("a", "3:red")).isTrue();
    assertThat(stored()).isEqualTo(Map.of("a", "3:red"));
  }

  @Test
  void operations_invalidatedEntry_findNone() {
    for (String key : List.of("a", "b", "c", "d", "e", "f")) {
      cache.put(key, "1:red");
    }
    cache.invalidateTags("red");

    assertThat(cache.getAndPut("a", "2:red")).isNull();
    assertThat(cache.replace("b", "2:red")).isFalse();
    assertThat(cache.replace("b", "1:red", "2:red")).isFalse();
    assertThat(cache.getAndReplace("c", "2:red")).isNull();
    assertThat(cache.remove("d", "1:red")).isFalse();
    assertThat(cache.getAndRemove("e")).isNull();
    assertThat(cache.remove("f")).isFalse();
    assertThat(stored()).isEqualTo(Map.of("a", "2:red"));
  }

  @Test
  void invoke_invalidatedEntry_findsNone() {
    cache.put("a", "1:red");
    cache.invalidateTags("red");

    boolean existed =
        cache.invoke(
            "a",
            (entry, none) -> {
              boolean exists = entry.exists();
              entry.setValue("2:blue");
              return exists;
            });

    assertThat(existed).isFalse();
    assertThat(stored()).isEqualTo(Map.of("a", "2:blue"));
    cache.invalidateTags("blue");
    assertThat(stored()).isEmpty();
  }

  @Test
  void invalidateTags_loadedEntries_removesThem() throws Exception {
    assertThat(cache.get("a:red")).isEqualTo("loaded:red");
    assertThat(cache.getAll(Set.of("b:red", "c:blue"))).hasSize(2);
    loadAll("d:red", "e:blue");

    cache.invalidateTags("red");

    assertThat(stored().keySet()).containsExactlyInAnyOrder("c:blue", "e:blue");
  }

  private void loadAll(String... keys) throws Exception {
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(Set.of(keys), /* replaceExistingValues= */ true, done);
    done.get(10, TimeUnit.SECONDS);
  }

  /** A JVM with the same cache but without the option, as during an update of the application. */
  @Test
  void get_jvmWithoutTheOption_respectsTags() {
    CorralCache<String, String> other = open(redis.manager("?timeout=5s"), untagged().build());
    cache.put("a", "1:red");
    cache.put("b", "1:blue");
    assertThat(other.get("a")).isEqualTo("1:red");

    cache.invalidateTags("red");
    assertThat(other.containsKey("a")).isFalse();
    assertThat(other.get("b")).isEqualTo("1:blue");

    other.invalidateTags("blue");
    assertThat(cache.containsKey("b")).isFalse();
  }

  @Test
  void get_redisLostTheInvalidations_findsNoEntryWithTags() {
    for (String lost : List.of("!tagged", "!tags")) {
      cache.put("a", "1:red");
      cache.put("b", "2:green");
      cache.put("c", "3");
      cache.invalidateTags("red");
      redis.raw().call("UNLINK", "{" + name + "}" + lost);

      cache.put("d", "4:red"); // begins anew
      assertThat(stored()).as(lost).isEqualTo(Map.of("c", "3", "d", "4:red"));
      cache.invalidateTags("red");
      assertThat(stored()).as(lost).isEqualTo(Map.of("c", "3"));
    }
  }

  /** Another server, which became the master without having the last invalidation. */
  @Test
  void put_failoverLostAnInvalidation_isReadByTheJvmThatKnowsIt() {
    name = "lost-" + name;
    CorralConfiguration<String, String> plain =
        CorralConfiguration.builder(String.class, String.class)
            .tags(new SingletonFactory<>(new TagsOfValue()))
            .build();
    cache = open(redis.manager(), plain);
    CorralCache<String, String> other = open(redis.manager("?timeout=5s"), plain);
    String tagged = "{" + name + "}!tagged";
    String tags = "{" + name + "}!tags";
    cache.invalidateTags("green");
    cache.put("a", "1:red");
    assertThat(other.get("a")).isEqualTo("1:red");
    Object number = redis.raw().call("GET", tagged);
    List<?> members = (List<?>) redis.raw().call("ZRANGE", tags, "0", "-1", "WITHSCORES");
    cache.invalidateTags("red");
    assertThat(cache.get("a")).isNull();
    assertThat(other.get("a")).isNull();

    redis.raw().call("UNLINK", tags);
    for (int i = 0; i < members.size(); i += 2) {
      byte[] member = String.valueOf(members.get(i)).getBytes(StandardCharsets.ISO_8859_1);
      redis.raw().call("ZADD", tags, members.get(i + 1), member);
    }
    redis.raw().call("SET", tagged, number);

    assertThat(cache.get("a")).isNull();
    assertThat(cache.containsKey("a")).isFalse();
    cache.put("b", "2:red");
    assertThat(cache.get("b")).isEqualTo("2:red");
    assertThat(other.get("b")).isEqualTo("2:red");
    assertThat(other.get("a")).isNull();
    cache.invalidateTags("red");
    assertThat(stored()).isEmpty();
  }

  @Test
  void put_damagedInvalidations_isHealed() {
    cache.put("a", "1:red");
    redis.raw().call("SET", "{" + name + "}!tagged", "nan");
    redis.raw().call("UNLINK", "{" + name + "}!tags");
    redis.raw().call("SET", "{" + name + "}!tags", "text");

    cache.put("b", "2:red");

    assertThat(stored()).isEqualTo(Map.of("b", "2:red"));
  }

  @Test
  void clear_thenInvalidateTags_bothWork() {
    cache.put("a", "1:red");
    cache.clear();
    cache.put("b", "2:red");
    cache.put("c", "3:blue");
    cache.invalidateTags("red");
    assertThat(stored()).isEqualTo(Map.of("c", "3:blue"));
    cache.clear();
    assertThat(stored()).isEmpty();
  }

  @Test
  void invalidateTags_longOrStrangeTexts_areTags() {
    String strange = "\ud800 {x}: \n" + "long ".repeat(1_000);
    CorralCache<String, String> own =
        open(
            redis.manager("?timeout=4s"),
            untagged().tags(() -> (k, v) -> List.of(strange)).build());
    own.put("a", "1");
    own.invalidateTags("other");
    assertThat(own.containsKey("a")).isTrue();
    own.invalidateTags(strange);
    assertThat(own.containsKey("a")).isFalse();
  }

  @Test
  void put_asManyTagsAsPossible_isRemovedByEach() {
    List<String> tags = IntStream.range(0, EntryTags.MAX_TAGS).mapToObj(it -> "t" + it).toList();
    for (String tag : List.of("t0", "t13", "t26")) {
      cache.put("a", "1:" + String.join(",", tags));
      assertThat(cache.containsKey("a")).isTrue();
      cache.invalidateTags(tag);
      assertThat(cache.containsKey("a")).isFalse();
    }
  }

  @Test
  void put_tagsFail_throwsAndStoresNothing() {
    String tooMany =
        "1:" + String.join(",", IntStream.range(0, 28).mapToObj(it -> "t" + it).toList());
    assertThatThrownBy(() -> cache.put("a", tooMany))
        .isInstanceOf(CacheException.class)
        .hasMessage("cache '%s': a value has 28 tags, but at most 27 are possible", name);
    assertThatThrownBy(() -> cache.put("a", "1:throws"))
        .isInstanceOf(CacheException.class)
        .hasMessage("cache '%s': the tags of a value failed", name)
        .hasRootCauseMessage("no tags");
    assertThatThrownBy(() -> cache.put("a", "1:null"))
        .isInstanceOf(CacheException.class)
        .hasMessage("cache '%s': the tags of a value are null; return an empty list instead", name);
    assertThat(stored()).isEmpty();
  }

  @Test
  void invalidateTags_none_doesNothing() {
    cache.put("a", "1:red");
    cache.invalidateTags();
    assertThat(stored()).hasSize(1);
    assertThatThrownBy(() -> cache.invalidateTags("red", null))
        .isInstanceOf(NullPointerException.class);
  }

  /** The texts after the colon. */
  static final class TagsOfValue implements EntryTags<String, String> {

    @Override
    public Collection<String> tagsOf(String key, String value) {
      String tags = value.contains(":") ? value.substring(value.indexOf(':') + 1) : "";
      if (tags.equals("throws")) {
        throw new IllegalStateException("no tags");
      }
      return tags.equals("null")
          ? java.util.Arrays.asList("a", null)
          : tags.isEmpty() ? Set.of() : new HashSet<>(List.of(tags.split(",", -1)));
    }
  }

  /** Loads a value with the tags of the key. Only keys with a colon have one. */
  static final class Loader implements CacheLoader<String, String> {

    @Override
    public @org.jspecify.annotations.Nullable String load(String key) {
      return key.contains(":") ? "loaded" + key.substring(key.indexOf(':')) : null;
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> values = new HashMap<>();
      for (String key : keys) {
        String value = load(key);
        if (value != null) {
          values.put(key, value);
        }
      }
      return values;
    }
  }
}
