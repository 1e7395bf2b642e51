package dev.corral.jcache.behavior;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.fixtures.OwnRedis;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.CacheException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Entries with foreign or damaged bytes. */
class UndecodableEntriesTest {

  private static final String ENTRY = "{damaged}:";
  private static final int HEADER_LENGTH = 24;

  private static OwnRedis redis;
  private static Cache<String, String> cache;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
    cache = redis.cache("damaged", String.class, String.class);
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  @BeforeEach
  void clear() {
    cache.clear();
    await().until(() -> redis.raw().number("EXISTS", "{damaged}!orphans") == 0);
  }

  /** Kinds of damage to stored bytes. */
  @SuppressWarnings("ImmutableEnumChecker") // functions without state
  enum Damage {
    EMPTY(bytes -> new byte[0]),
    NO_HEADER(bytes -> "hello".getBytes(ISO_8859_1)),
    TRUNCATED_HEADER(bytes -> Arrays.copyOf(bytes, HEADER_LENGTH - 1)),
    ANOTHER_FORMAT(bytes -> with(bytes, 0, 9)),
    ANOTHER_GENERATION(bytes -> with(bytes, 11, bytes[11] + 1)),
    HEADER_LONGER_THAN_ALL(bytes -> with(bytes, 1, 255)),
    NO_VALUE(bytes -> Arrays.copyOf(bytes, HEADER_LENGTH)),
    TRUNCATED_VALUE(bytes -> Arrays.copyOf(bytes, bytes.length - 2)),
    GARBAGE_AS_VALUE(
        bytes -> {
          byte[] garbage = bytes.clone();
          Arrays.fill(garbage, HEADER_LENGTH, garbage.length, (byte) 0xFE);
          return garbage;
        });

    private final transient UnaryOperator<byte[]> change;

    Damage(UnaryOperator<byte[]> change) {
      this.change = change;
    }

    private static byte[] with(byte[] bytes, int offset, int value) {
      byte[] changed = bytes.clone();
      changed[offset] = (byte) value;
      return changed;
    }
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void get_damaged_isAMissAndAPutReplacesIt(Damage damage) {
    damage(damage, "k");
    assertThat(cache.get("k")).isNull();
    cache.put("k", "new");
    assertThat(cache.get("k")).isEqualTo("new");
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void anyOperation_damaged_throwsNothing(Damage damage) {
    Map<String, Runnable> operations =
        Map.ofEntries(
            Map.entry("containsKey", () -> cache.containsKey("k")),
            Map.entry("put", () -> cache.put("k", "new")),
            Map.entry("getAndPut", () -> assertThat(cache.getAndPut("k", "new")).isNull()),
            Map.entry("putIfAbsent", () -> cache.putIfAbsent("k", "new")),
            Map.entry("replace", () -> cache.replace("k", "new")),
            Map.entry("replace if", () -> assertThat(cache.replace("k", "a", "b")).isFalse()),
            Map.entry("getAndReplace", () -> assertThat(cache.getAndReplace("k", "b")).isNull()),
            Map.entry("remove", () -> cache.remove("k")),
            Map.entry("remove if", () -> assertThat(cache.remove("k", "a")).isFalse()),
            Map.entry("getAndRemove", () -> assertThat(cache.getAndRemove("k")).isNull()),
            Map.entry("getAll", () -> assertThat(cache.getAll(Set.of("k"))).isEmpty()),
            Map.entry("iterator", () -> assertThat(cache).isEmpty()),
            Map.entry("removeAll", () -> cache.removeAll(Set.of("k"))),
            Map.entry(
                "invoke",
                () ->
                    assertThat(cache.<Boolean>invoke("k", (entry, none) -> entry.exists()))
                        .isFalse()));
    operations.forEach(
        (name, operation) -> {
          damage(damage, "k");
          operation.run();
          cache.put("k", "after " + name);
          assertThat(cache.get("k")).isEqualTo("after " + name);
        });
  }

  @Test
  void get_undecodable_removesTheEntry() {
    damage(Damage.GARBAGE_AS_VALUE, "k");
    assertThat(cache.get("k")).isNull();
    await().until(() -> redis.raw().number("EXISTS", ENTRY + "k") == 0);
    assertThat(cache.putIfAbsent("k", "new")).isTrue();
  }

  @Test
  void containsKey_undecodable_isTrueUntilTheFirstGet() {
    damage(Damage.GARBAGE_AS_VALUE, "k");
    assertThat(cache.containsKey("k")).isTrue();
    assertThat(cache.putIfAbsent("k", "new")).isFalse();
    assertThat(cache.get("k")).isNull();
    await().until(() -> !cache.containsKey("k"));
  }

  @Test
  void getAndPut_keyOfAnotherType_namesCacheAndCause() {
    redis.raw().call("RPUSH", ENTRY + "list", "a");
    assertThat(cache.get("list")).isNull();
    assertThatThrownBy(() -> cache.getAndPut("list", "x"))
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("damaged", "WRONGTYPE");
    assertThat((List<?>) redis.raw().call("LRANGE", ENTRY + "list", "0", "-1")).hasSize(1);
    redis.raw().call("DEL", ENTRY + "list");
  }

  /** The put does not read the key first: the time to live does not depend on an earlier entry. */
  @Test
  void put_keyOfAnotherType_replacesIt() {
    redis.raw().call("RPUSH", ENTRY + "list", "a");
    cache.put("list", "x");
    assertThat(cache.get("list")).isEqualTo("x");
    redis.raw().call("RPUSH", ENTRY + "other", "a");
    cache.putAll(Map.of("list", "y", "other", "y"));
    assertThat(cache.getAll(Set.of("list", "other"))).hasSize(2).containsValue("y");
  }

  private static void damage(Damage damage, String key) {
    cache.put(key, "a value to be damaged");
    byte[] stored = redis.raw().text("GET", ENTRY + key).getBytes(ISO_8859_1);
    redis.raw().call("SET", ENTRY + key, damage.change.apply(stored));
  }
}
