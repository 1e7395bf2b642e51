package dev.corral.jcache.internal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a list is cut. */
class ChunksTest {

  private static List<List<String>> cut(String... items) {
    return Chunks.of(List.of(items), 3, 10, String::length);
  }

  @Test
  void of_nothing_isNothing() {
    assertThat(cut()).isEmpty();
  }

  @Test
  void of_manyItems_areCutByNumber() {
    assertThat(cut("a", "b", "c", "d")).containsExactly(List.of("a", "b", "c"), List.of("d"));
  }

  @Test
  void of_largeItems_areCutByBytes() {
    assertThat(cut("12345", "12345", "1")).containsExactly(List.of("12345", "12345"), List.of("1"));
  }

  @Test
  void of_anItemThatIsTooLarge_standsAlone() {
    assertThat(cut("1", "12345678901", "2"))
        .containsExactly(List.of("1"), List.of("12345678901"), List.of("2"));
  }
}
