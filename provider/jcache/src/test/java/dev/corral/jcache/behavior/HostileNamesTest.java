package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.OwnRedis;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.Test;

/** Similar keys, and similar names of caches, never collide. */
class HostileNamesTest {

  private static final List<String> PIECES =
      List.of(
          "",
          " ",
          "{",
          "}",
          "{}",
          "}{",
          ":",
          "!",
          "%",
          "%7B",
          "\0",
          "\n",
          "\r\n",
          "\t",
          "*",
          "?",
          "[a]",
          "\\",
          "\"",
          "'",
          "😀",
          "é",
          "e\u0301",
          "\uD800",
          "\uDC00",
          "\uDC00\uD800",
          "\uFFFD",
          "\u00A0",
          "\u2028",
          "\u200B",
          "\uFEFF",
          "i",
          "ı",
          "I",
          "İ",
          "0",
          "-0",
          "42",
          "042",
          "42L",
          "1e3",
          "NaN",
          "null",
          "true",
          "}:a",
          "}!generation",
          "!layout",
          "{names}:a",
          "s:",
          "i:42");

  private static Set<Object> keys() {
    Set<Object> keys = new LinkedHashSet<>();
    for (String first : PIECES) {
      for (String second : List.of("", "a", "{", "}:", "\0", "😀", "\uD83D", "42", " ", "%")) {
        keys.add(first + second);
        keys.add(second + first);
      }
    }
    keys.add("x".repeat(10_000));
    keys.add("x".repeat(9_999) + "}");
    keys.add("😀".repeat(5_000));
    for (int i : new int[] {0, 1, -1, 42, 1_000, Integer.MIN_VALUE}) {
      keys.addAll(
          List.of(
              i,
              (long) i,
              (short) i,
              (byte) i,
              (double) i,
              (float) i,
              Integer.toString(i),
              BigInteger.valueOf(i),
              BigDecimal.valueOf(i),
              new BigDecimal(i + ".0"),
              new UUID(i, i)));
    }
    keys.addAll(List.of('4', true, false, "false", 0.0, -0.0, Double.NaN, Float.NaN));
    keys.addAll(List.of(DayOfWeek.MONDAY, "MONDAY", LocalDate.of(2024, 2, 29), Instant.EPOCH));
    keys.addAll(List.of("2024-02-29", Instant.EPOCH.toString(), new UUID(1, 1).toString()));
    return keys;
  }

  @Test
  void keys_similarTexts_areDifferentEntries() {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<Object, Integer> cache =
          redis.cache(
              "names",
              new MutableConfiguration<Object, Integer>().setTypes(Object.class, Integer.class));
      Map<Object, Integer> expected = new HashMap<>();
      keys().forEach(key -> expected.put(key, expected.size()));
      assertThat(expected).hasSizeGreaterThan(800);

      expected.forEach(cache::put);
      expected.forEach((key, value) -> assertThat(cache.get(key)).as("%s", key).isEqualTo(value));
      assertThat(cache.getAll(expected.keySet())).isEqualTo(expected);
      assertThat(contents(cache)).isEqualTo(expected);

      List<Object> half = new ArrayList<>(expected.keySet()).subList(0, expected.size() / 2);
      half.forEach(key -> assertThat(cache.getAndRemove(key)).isEqualTo(expected.remove(key)));
      assertThat(contents(cache)).isEqualTo(expected);
      cache.clear();
      assertThat(cache).isEmpty();
    }
  }

  @Test
  void cacheNames_similarTexts_areDifferentCaches() {
    try (OwnRedis redis = new OwnRedis()) {
      Set<String> names = new LinkedHashSet<>(PIECES);
      for (String piece : PIECES) {
        names.add("a" + piece);
      }
      names.addAll(List.of("a:0", "a:1", "a}:b", "{a}", "%u00A0", "%20", "x".repeat(1_000)));
      Map<String, Cache<String, String>> caches = new HashMap<>();
      for (String name : names) {
        caches.put(name, redis.cache(name, String.class, String.class));
      }
      caches.forEach((name, cache) -> cache.put("k", "of " + name));
      caches.forEach((name, cache) -> assertThat(cache.get("k")).isEqualTo("of " + name));
      caches.forEach((name, cache) -> assertThat(cache).as(name).hasSize(1));

      List<String> cleared = new ArrayList<>(names).subList(0, names.size() / 2);
      cleared.forEach(name -> caches.get(name).clear());
      caches.forEach(
          (name, cache) ->
              assertThat(cache.get("k"))
                  .as(name)
                  .isEqualTo(cleared.contains(name) ? null : "of " + name));
      names.forEach(name -> redis.manager().destroyCache(name));
      assertThat((List<?>) redis.raw().call("KEYS", "*!layout")).isEmpty();
    }
  }

  private static Map<Object, Integer> contents(Cache<Object, Integer> cache) {
    Map<Object, Integer> contents = new HashMap<>();
    cache.forEach(entry -> assertThat(contents.put(entry.getKey(), entry.getValue())).isNull());
    return contents;
  }
}
