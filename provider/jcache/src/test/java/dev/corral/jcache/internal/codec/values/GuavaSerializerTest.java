package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableBiMap;
import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableMultiset;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.ImmutableTable;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import javax.cache.CacheException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Immutable collections of Guava, in a cache that allows only what every cache allows. */
@NullUnmarked
@SuppressWarnings({"unchecked", "deprecation"})
class GuavaSerializerTest {

  private static KryoValueCodec codec(String... patterns) {
    return new KryoValueCodec(
        GuavaSerializerTest.class.getClassLoader(),
        AllowList.of(List.of(patterns)),
        ClassCodes.NONE);
  }

  private static <T> T roundTrip(T value, String... patterns) {
    return (T) codec(patterns).decode(codec(patterns).encode(value), 0);
  }

  @Test
  void decode_immutableCollection_isEqualAndImmutable() {
    List<Object> values =
        List.of(
            ImmutableList.of(),
            ImmutableList.of("a"),
            ImmutableList.of("a", 1L, List.of(2)),
            ImmutableList.of(1, 2, 3, 4).subList(1, 3),
            ImmutableList.of(1, 2, 3).reverse(),
            ImmutableSet.of(),
            ImmutableSet.of("a"),
            ImmutableSet.of("z", "a", "m"),
            ImmutableSet.copyOf(Set.of(Thread.State.NEW).stream().map(Enum::name).toList()),
            ImmutableMap.of(),
            ImmutableMap.of("a", 1),
            ImmutableMap.of("z", 1, "a", 2, "m", ImmutableList.of("x")),
            ImmutableMap.of("z", 1, "a", 2).keySet(),
            ImmutableBiMap.of("a", 1, "b", 2),
            ImmutableBiMap.of("a", 1, "b", 2).inverse(),
            ImmutableListMultimap.of("a", 1, "a", 1, "b", 2),
            ImmutableSetMultimap.of("a", 1, "a", 2, "b", 2),
            ImmutableMultiset.of("a", "b", "a"),
            ImmutableTable.builder().put(1, "a", 'x').put(2, "b", 'y').put(1, "b", 'z').build(),
            ImmutableTable.of());
    for (Object value : values) {
      Object read = roundTrip(value);
      assertThat(read).as("%s", value.getClass()).isEqualTo(value);
      assertThat(read.toString()).isEqualTo(value.toString());
      assertThat(read.getClass().getName()).startsWith("com.google.common.collect.");
      assertThat(read instanceof ImmutableCollection)
          .isEqualTo(value instanceof ImmutableCollection);
    }
  }

  @Test
  void decode_sortedCollection_hasItsOrder() {
    ImmutableSortedSet<String> natural = ImmutableSortedSet.of("b", "a");
    ImmutableSortedSet<String> reverse =
        ImmutableSortedSet.orderedBy(Collections.<String>reverseOrder()).add("a", "b").build();
    ImmutableSortedMap<String, Integer> map =
        ImmutableSortedMap.<String, Integer>orderedBy(String.CASE_INSENSITIVE_ORDER)
            .put("b", 1)
            .put("A", 2)
            .build();

    assertThat(roundTrip(natural)).containsExactly("a", "b");
    assertThat((Comparator<String>) roundTrip(natural).comparator())
        .isEqualTo(natural.comparator());
    assertThat(roundTrip(reverse)).containsExactly("b", "a");
    assertThat(roundTrip(map)).isEqualTo(map).containsKey("a");
    assertThat(roundTrip(ImmutableSortedMap.of("b", 1, "a", 2)).keySet()).containsExactly("a", "b");
  }

  static final class Node {
    String name = "node";
    List<Node> list;
    Set<Node> set;

    @Override
    public int hashCode() {
      return name.hashCode();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Node that && that.name.equals(name);
    }
  }

  @Test
  void decode_fieldsAndSharedCollections_keepTheirTypeAndIdentity() {
    record Pair(ImmutableList<String> one, ImmutableList<String> two) {}
    ImmutableList<String> list = ImmutableList.of("a", "b");

    Pair read = roundTrip(new Pair(list, list), Pair.class.getName());

    assertThat(read.one()).isEqualTo(list).isSameAs(read.two());
  }

  /** A list is restored in a cycle; a set, which needs the hash code, is refused by put. */
  @Test
  void encode_collectionInACycle_isStoredOrRefused() {
    Node node = new Node();
    node.list = ImmutableList.of(node);
    Node read = roundTrip(node, Node.class.getName());
    assertThat(read.list.get(0)).isSameAs(read);

    node.set = ImmutableSet.of(node);
    assertThatThrownBy(() -> codec(Node.class.getName()).encode(node))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("needs its hash code");
  }

  @Test
  void encode_refusedByAPattern_isRefused() {
    assertThatThrownBy(() -> codec("!com.google.**").encode(ImmutableList.of("a")))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("refused by a pattern");
    byte[] bytes = codec().encode(ImmutableList.of("a"));
    assertThatThrownBy(() -> codec("!com.google.**").decode(bytes, 0))
        .hasMessageContaining("ImmutableList");
  }
}
