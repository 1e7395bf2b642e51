package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.fixtures.OwnRedis;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The cache stores copies of values, and compares values by equality. */
class StoreByValueTest {

  private static OwnRedis redis;
  private static Cache<String, Object> cache;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
    cache =
        redis.cache(
            "values",
            new MutableConfiguration<String, Object>().setTypes(String.class, Object.class));
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  @Test
  void put_valueModifiedAfterwards_isNotInTheCache() {
    List<String> value = new ArrayList<>(List.of("a"));
    cache.put("list", value);
    value.add("b");
    assertThat(cache.get("list")).isEqualTo(List.of("a"));
  }

  @Test
  @SuppressWarnings("unchecked")
  void get_valueModifiedAfterwards_isNotInTheCache() {
    cache.clear();
    cache.put("list", new ArrayList<>(List.of("a")));
    ((List<String>) cache.get("list")).add("b");
    ((List<String>) cache.getAll(Set.of("list")).get("list")).add("c");
    cache.forEach(entry -> ((Collection<String>) entry.getValue()).clear());
    assertThat(cache.get("list")).isEqualTo(List.of("a"));
  }

  @Test
  @SuppressWarnings("unchecked")
  void invoke_valueModifiedButNotSet_isNotInTheCache() {
    cache.put("list", new ArrayList<>(List.of("a")));
    cache.invoke("list", (entry, none) -> ((List<String>) entry.getValue()).add("b"));
    assertThat(cache.get("list")).isEqualTo(List.of("a"));
  }

  @Test
  void replace_equalMapInAnotherOrder_succeeds() {
    Map<String, Integer> stored = map("a", "b", "c");
    cache.put("map", stored);
    Map<String, Integer> equal = map("c", "a", "b");
    assertThat(equal).isEqualTo(stored);
    assertThat(cache.replace("map", equal, "replaced")).isTrue();
    assertThat(cache.get("map")).isEqualTo("replaced");
  }

  @Test
  void remove_equalMapInAnotherOrder_succeeds() {
    cache.put("map", map("a", "b", "c"));
    assertThat(cache.remove("map", map("b", "c", "a"))).isTrue();
    assertThat(cache.containsKey("map")).isFalse();
  }

  @Test
  void replaceAndRemove_equalSetWithAnotherCapacity_succeed() {
    Set<String> stored = new HashSet<>(256);
    Set<String> equal = new HashSet<>(4);
    for (int i = 0; i < 20; i++) {
      stored.add("e" + i);
      equal.add("e" + (19 - i));
    }
    cache.put("set", stored);
    assertThat(cache.replace("set", equal, stored)).isTrue();
    assertThat(cache.remove("set", equal)).isTrue();
  }

  @Test
  void replace_equalMapOfAnotherClass_succeeds() {
    cache.put("map", map("a", "b"));
    assertThat(cache.replace("map", new HashMap<>(map("b", "a")), "replaced")).isTrue();
  }

  @Test
  void replaceAndRemove_anotherValue_fail() {
    cache.put("map", map("a", "b"));
    assertThat(cache.replace("map", map("a"), "replaced")).isFalse();
    assertThat(cache.remove("map", map("a", "b", "c"))).isFalse();
    assertThat(cache.get("map")).isEqualTo(map("a", "b"));
  }

  @Test
  void createCache_byReference_isRefused() {
    assertThatThrownBy(
            () ->
                redis.cache(
                    "by-reference",
                    new MutableConfiguration<String, Object>().setStoreByValue(false)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("by-reference");
    assertThat(redis.manager().getCacheNames()).doesNotContain("by-reference");
  }

  private static Map<String, Integer> map(String... keys) {
    Map<String, Integer> map = new LinkedHashMap<>();
    for (String key : keys) {
      map.put(key, key.hashCode());
    }
    return map;
  }
}
