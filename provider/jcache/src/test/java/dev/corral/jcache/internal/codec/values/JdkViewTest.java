package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Views of collections, and arrays. */
@NullUnmarked
class JdkViewTest {

  enum Level {
    LOW,
    HIGH {
      @Override
      public String toString() {
        return "high";
      }
    }
  }

  record Plain(String text) {}

  private static final Plain PLAIN = new Plain("x");

  @Test
  void decode_view_isACopy() {
    HashMap<String, Plain> map = new HashMap<>(Map.of("k", PLAIN));
    Deque<Plain> deque = new ArrayDeque<>(List.of(PLAIN));

    assertThat(RoundTrip.of(map.keySet())).isEqualTo(Set.of("k"));
    assertThat(new ArrayList<>(RoundTrip.of(map.values()))).containsExactly(PLAIN);
    assertThat(RoundTrip.of(map.entrySet())).isEqualTo(map.entrySet());
    assertThat(RoundTrip.of(map.entrySet().iterator().next())).isEqualTo(Map.entry("k", PLAIN));
    assertThat(RoundTrip.of(Collections.unmodifiableMap(map).entrySet())).isEqualTo(map.entrySet());
    assertThat(RoundTrip.of(new ArrayList<>(List.of(1, 2, 3)).subList(1, 3)))
        .isEqualTo(List.of(2, 3));
    List<Plain> part = RoundTrip.of(List.of(PLAIN, PLAIN, PLAIN).subList(1, 3));
    assertThat(part).isEqualTo(List.of(PLAIN, PLAIN));
    assertThatThrownBy(() -> part.contains(null)).isInstanceOf(NullPointerException.class);
    SortedSet<Integer> reverse = new TreeMap<>(Map.of(1, 1, 2, 2)).descendingKeySet();
    assertThat(new ArrayList<>(RoundTrip.of((Set<Integer>) reverse))).containsExactly(2, 1);
    assertThat(RoundTrip.of((Queue<Plain>) deque).peek()).isEqualTo(PLAIN);
    assertThat(RoundTrip.of(new AbstractMap.SimpleEntry<>(1, PLAIN)))
        .isEqualTo(Map.entry(1, PLAIN));
  }

  @Test
  void decode_array_keepsItsClass() {
    Object[] arrays = {
      new int[0],
      new int[0][],
      new int[][] {{1}, null, {}},
      new byte[] {-1},
      new char[] {'\uffff'},
      new boolean[] {true},
      new double[] {Double.NaN, -0.0},
      new String[] {"a", null},
      new Object[] {new String[] {"x"}, 1},
      new Number[] {1, 2L},
      new Integer[] {1, null},
      new Level[] {Level.HIGH, null},
      new Level[2][2],
      new Plain[] {PLAIN},
      new List<?>[] {List.of(1)},
      new Comparable<?>[] {1, "a"},
      new Object[0]
    };
    Object[] read = RoundTrip.of(arrays);

    assertThat(Arrays.deepEquals(read, arrays)).isTrue();
    for (int i = 0; i < arrays.length; i++) {
      assertThat(read[i].getClass()).isEqualTo(arrays[i].getClass());
    }
  }
}
