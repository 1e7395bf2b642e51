package dev.corral.jcache.internal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Splits lists into chunks by number of items and by bytes. */
class ChunksTest {

  private static List<List<String>> split(String... items) {
    return Chunks.of(List.of(items), 3, 10, String::length);
  }

  @Test
  void of_emptyList_returnsNoChunks() {
    assertThat(split()).isEmpty();
  }

  @Test
  void of_moreItemsThanTheLimit_splitsByNumber() {
    assertThat(split("a", "b", "c", "d")).containsExactly(List.of("a", "b", "c"), List.of("d"));
  }

  @Test
  void of_largeItems_splitsByBytes() {
    assertThat(split("12345", "12345", "1"))
        .containsExactly(List.of("12345", "12345"), List.of("1"));
  }

  @Test
  void of_itemAboveTheByteLimit_returnsItInItsOwnChunk() {
    assertThat(split("1", "12345678901", "2"))
        .containsExactly(List.of("1"), List.of("12345678901"), List.of("2"));
  }
}
