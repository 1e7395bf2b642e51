package dev.corral.jcache.behavior;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.fixtures.EventLog;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.processor.MutableEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries that this JVM cannot decode: damaged ones, and those of other releases. */
class UndecodableEntriesTest {

  private static final String ENTRY = "{damaged}:";
  private static final int HEADER_LENGTH = 24;
  private static final Duration SOON = Duration.ofMillis(5);

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
    await().pollInterval(SOON).until(() -> redis.raw().number("EXISTS", "{damaged}!cleared") == 0);
  }

  /** Kinds of damage to stored bytes. */
  @SuppressWarnings("ImmutableEnumChecker") // functions without state
  enum Damage {
    EMPTY(false, bytes -> new byte[0]),
    NO_HEADER(false, bytes -> "hello".getBytes(ISO_8859_1)),
    TRUNCATED_HEADER(false, bytes -> Arrays.copyOf(bytes, HEADER_LENGTH - 1)),
    ANOTHER_GENERATION(false, bytes -> with(bytes, 11, bytes[11] + 1)),
    ANOTHER_FORMAT(true, bytes -> with(bytes, 0, 9)),
    HEADER_TOO_SHORT(true, bytes -> with(bytes, 1, 0)),
    HEADER_LONGER_THAN_ALL(true, bytes -> with(bytes, 1, 255)),
    NO_VALUE(true, bytes -> Arrays.copyOf(bytes, HEADER_LENGTH)),
    TRUNCATED_VALUE(true, bytes -> Arrays.copyOf(bytes, bytes.length - 2)),
    GARBAGE_AS_VALUE(
        true,
        bytes -> {
          byte[] garbage = bytes.clone();
          Arrays.fill(garbage, HEADER_LENGTH, garbage.length, (byte) 0xFE);
          return garbage;
        });

    /** Whether the bytes have the generation of an entry, so that another JVM may decode them. */
    private final boolean isEntry;

    private final transient UnaryOperator<byte[]> change;

    Damage(boolean isEntry, UnaryOperator<byte[]> change) {
      this.isEntry = isEntry;
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

  /** What an operation answers if the entry of "k" is damaged. */
  private record Row(String operation, @Nullable Object answer, Supplier<@Nullable Object> call) {}

  /** What Redis has after an operation. */
  private enum After {
    THE_SAME_BYTES,
    A_NEW_VALUE,
    NOTHING
  }

  private static Map<After, List<Row>> rows() {
    return Map.of(
        After.THE_SAME_BYTES,
        List.of(
            new Row("get", null, () -> cache.get("k")),
            new Row("containsKey", false, () -> cache.containsKey("k")),
            new Row("getAll", Map.of(), () -> cache.getAll(Set.of("k"))),
            new Row("iterator", false, () -> cache.iterator().hasNext()),
            new Row("replace", false, () -> cache.replace("k", "new")),
            new Row("replace if", false, () -> cache.replace("k", "a", "new")),
            new Row("getAndReplace", null, () -> cache.getAndReplace("k", "new")),
            new Row("remove if", false, () -> cache.remove("k", "a")),
            new Row("exists", false, () -> cache.invoke("k", (entry, none) -> entry.exists())),
            new Row("getValue", null, () -> cache.invoke("k", (entry, none) -> entry.getValue()))),
        After.A_NEW_VALUE,
        List.of(
            new Row("put", null, of(() -> cache.put("k", "new"))),
            new Row("putAll", null, of(() -> cache.putAll(Map.of("k", "new")))),
            new Row("getAndPut", null, () -> cache.getAndPut("k", "new")),
            new Row("putIfAbsent", true, () -> cache.putIfAbsent("k", "new")),
            new Row("setValue", null, of(() -> cache.invoke("k", UndecodableEntriesTest::set)))),
        After.NOTHING,
        List.of(
            new Row("remove", true, () -> cache.remove("k")),
            new Row("getAndRemove", null, () -> cache.getAndRemove("k")),
            new Row("removeAll of keys", null, of(() -> cache.removeAll(Set.of("k")))),
            new Row("removeAll", null, of(cache::removeAll)),
            new Row("clear", null, of(cache::clear)),
            new Row(
                "entry.remove",
                null,
                of(() -> cache.invoke("k", UndecodableEntriesTest::remove)))));
  }

  private static Supplier<@Nullable Object> of(Runnable call) {
    return () -> {
      call.run();
      return null;
    };
  }

  private static @Nullable Object set(MutableEntry<String, String> entry, Object... none) {
    entry.setValue("new");
    return null;
  }

  private static @Nullable Object remove(MutableEntry<String, String> entry, Object... none) {
    entry.remove();
    return null;
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void anyOperation_undecodable_answersAsIfThereWasNoEntryAndOnlyAWriteReplacesIt(Damage damage) {
    rows()
        .forEach(
            (after, rows) -> {
              for (Row row : rows) {
                byte[] damaged = damage(damage, "k");
                assertThat(cache.get("k")).isNull();
                Object answer = row.call().get();
                if (damage.isEntry || !row.operation().equals("remove")) {
                  assertThat(answer).as(row.operation()).isEqualTo(row.answer());
                }
                if (damage.isEntry || after == After.A_NEW_VALUE) {
                  verify(after, row, damaged);
                }
              }
            });
  }

  private static void verify(After after, Row row, byte[] damaged) {
    switch (after) {
      case THE_SAME_BYTES -> assertThat(bytes("k")).as(row.operation()).isEqualTo(damaged);
      case A_NEW_VALUE -> assertThat(cache.get("k")).as(row.operation()).isEqualTo("new");
      case NOTHING ->
          await(row.operation())
              .pollInterval(SOON)
              .until(() -> redis.raw().number("EXISTS", ENTRY + "k") == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"containsKey", "putIfAbsent", "replace", "replace if", "getAndReplace"})
  void conditional_firstOperationOnAnEntryOfAnotherClass_agreesWithGet(String operation) {
    String name = "first-" + operation.replace(' ', '-');
    redis.cache(name, Object.class, Object.class).put("k", List.of("another class"));
    Cache<String, String> strings =
        redis
            .manager("?client-name=" + name)
            .createCache(
                name,
                new MutableConfiguration<String, String>().setTypes(String.class, String.class));
    boolean done =
        switch (operation) {
          case "containsKey" -> strings.containsKey("k");
          case "putIfAbsent" -> !strings.putIfAbsent("k", "new") || strings.get("k") == null;
          case "replace" -> strings.replace("k", "new");
          case "replace if" -> strings.replace("k", "old", "new");
          default -> strings.getAndReplace("k", "new") != null;
        };
    assertThat(done).isFalse();
    assertThat(strings.get("k")).isEqualTo(operation.equals("putIfAbsent") ? "new" : null);
  }

  @Test
  void statistics_undecodable_areCountedAndTheLookupIsAMiss() {
    damage(Damage.GARBAGE_AS_VALUE, "k");
    CorralCache<?, ?> corral = cache.unwrap(CorralCache.class);
    long before = corral.decodingStatistics().undecodableValues();
    assertThat(cache.get("k")).isNull();
    assertThat(cache.containsKey("k")).isFalse();
    assertThat(corral.decodingStatistics().undecodableValues()).isEqualTo(before + 2);
  }

  @Test
  void getAndPut_keyOfAnotherType_followsTheSameRules() {
    for (String operation : List.of("getAndPut", "putIfAbsent")) {
      redis.raw().call("RPUSH", ENTRY + "list", "a");
      assertThat(cache.get("list")).isNull();
      assertThat(cache.containsKey("list")).isFalse();
      assertThat(cache.replace("list", "x")).isFalse();
      assertThat((List<?>) redis.raw().call("LRANGE", ENTRY + "list", "0", "-1")).hasSize(1);
      if (operation.equals("getAndPut")) {
        assertThat(cache.getAndPut("list", "x")).isNull();
      } else {
        assertThat(cache.putIfAbsent("list", "x")).isTrue();
      }
      assertThat(cache.getAndRemove("list")).isEqualTo("x");
    }
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

  @Test
  void listener_undecodableOldValue_receivesTheEventWithoutIt() {
    List<String> events = Collections.synchronizedList(new ArrayList<>());
    var listener =
        new MutableCacheEntryListenerConfiguration<>(
            () -> new EventLog<String, String>(events::add), null, true, true);
    damage(Damage.GARBAGE_AS_VALUE, "updated");
    damage(Damage.GARBAGE_AS_VALUE, "removed");
    cache.registerCacheEntryListener(listener);
    cache.put("updated", "new");
    cache.remove("removed");
    cache.deregisterCacheEntryListener(listener);
    assertThat(events)
        .containsExactly("event UPDATED updated null new", "event REMOVED removed null null");
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"})
  void put_valueOfAnotherTypeThanConfigured_isRefused() {
    assertThatThrownBy(() -> ((Cache) cache).put("k", 42))
        .isInstanceOf(ClassCastException.class)
        .hasMessageContainingAll("damaged", "java.lang.String", "java.lang.Integer");
  }

  private static byte[] damage(Damage damage, String key) {
    cache.put(key, "a value to be damaged");
    byte[] damaged = damage.change.apply(bytes(key));
    redis.raw().call("SET", ENTRY + key, damaged);
    return damaged;
  }

  private static byte[] bytes(String key) {
    return redis.raw().text("GET", ENTRY + key).getBytes(ISO_8859_1);
  }
}
