package dev.corral.jcache.behavior;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.WritingBehind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Keys under the prefix of a cache that this JVM cannot decode, or of other types. */
class ForeignKeysTest {

  /** Texts of keys that no JVM, or only another application, can decode as a String. */
  private static final List<String> FOREIGN =
      List.of(
          "%ZZ",
          "42",
          "#int:7",
          "#record:com.example.Missing(1)",
          "#enum:com.example.Missing:A",
          "#unknown:x",
          "#list:(");

  private static OwnRedis redis;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  private static void copyToForeignKeys(String cache) {
    byte[] valid = redis.raw().text("GET", "{" + cache + "}:a").getBytes(ISO_8859_1);
    FOREIGN.forEach(text -> redis.raw().call("SET", "{" + cache + "}:" + text, valid));
  }

  private static Set<String> keysOf(Cache<String, String> cache) {
    return StreamSupport.stream(cache.spliterator(), false)
        .map(Cache.Entry::getKey)
        .collect(Collectors.toSet());
  }

  @Test
  void iterator_foreignKeysAndValues_areSkippedAndCounted() {
    Cache<String, String> cache = redis.cache("iterated", String.class, String.class);
    cache.put("a", "1");
    cache.put("b", "2");
    redis
        .manager("?client-name=other-types")
        .createCache(
            "iterated",
            new MutableConfiguration<String, Object>().setTypes(String.class, Object.class))
        .put("c", 3);
    copyToForeignKeys("iterated");

    assertThat(keysOf(cache)).containsExactlyInAnyOrder("a", "b");
    assertThat(cache.get("c")).isNull();
    CorralCache<?, ?> corral = cache.unwrap(CorralCache.class);
    assertThat(corral.decodingStatistics().undecodableKeys()).isEqualTo(FOREIGN.size());
    assertThat(corral.decodingStatistics().undecodableValues()).isEqualTo(2);
  }

  @Test
  void removeAll_foreignKeys_removesTheOtherEntries() {
    Cache<String, String> cache = redis.cache("removed", String.class, String.class);
    cache.put("a", "1");
    cache.put("b", "2");
    copyToForeignKeys("removed");
    cache.removeAll();
    assertThat(cache.containsKey("a") || cache.containsKey("b")).isFalse();
    List<?> left = (List<?>) redis.raw().call("KEYS", "{removed}:*");
    assertThat(left).hasSameSizeAs(FOREIGN);

    cache.clear();
    assertThat(cache).isEmpty();
  }

  @Test
  void writeBehind_foreignKeys_areSkipped() {
    WritingBehind behind = new WritingBehind();
    CorralCache<String, String> cache =
        behind.open(
            redis.manager(),
            WriteBehindOptions.DEFAULTS
                .withDelay(Duration.ofMinutes(1))
                .withRetries(1, Duration.ofMillis(20), Duration.ofMillis(50)),
            1);
    behind.database.poison.add("dead");
    cache.put("dead", "1");
    assertThat(cache.flush(Duration.ofSeconds(10))).isTrue();
    cache.put("a", "1");
    String tag = "{" + behind.name + "}";
    byte[] letter = redis.raw().text("HGET", tag + "!dead", "dead").getBytes(ISO_8859_1);
    byte[] record = redis.raw().text("HGET", tag + "!queue", "a").getBytes(ISO_8859_1);
    for (String text : FOREIGN) {
      redis.raw().call("HSET", tag + "!dead", text, letter);
      redis.raw().call("HSET", tag + "!queue", text, record);
    }
    redis.raw().call("HSET", tag + "!dead", "damaged", "x");

    assertThat(cache.deadLetters())
        .singleElement()
        .satisfies(it -> assertThat(it.key()).isEqualTo("dead"));
    assertThat(keysOf(cache)).containsExactlyInAnyOrder("a", "dead");
    assertThat(cache.decodingStatistics().undecodableKeys()).isEqualTo(2L * FOREIGN.size());

    cache.replayDeadLetters();
    assertThat(redis.raw().number("HEXISTS", tag + "!dead", "damaged")).isEqualTo(1);
    assertThat(redis.raw().number("HLEN", tag + "!dead")).isEqualTo(1);
    redis.raw().call("UNLINK", tag + "!queue", tag + "!due");
  }
}
