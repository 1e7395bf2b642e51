package dev.corral.jcache.internal.pipeline.near;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ImmutableTypesTest {

  private final ImmutableTypes types = new ImmutableTypes(Set.of());

  record Price(BigDecimal amount, DayOfWeek day, int number) {}

  record Order(UUID id, Price price, @Nullable Order replaced) {}

  record Basket(List<String> items) {}

  record Anything(Object what) {}

  static final class Named {}

  @Test
  void contains_immutableValues() {
    for (Object value :
        List.of(
            "text",
            1,
            2L,
            true,
            'c',
            new BigDecimal("1.0"),
            UUID.randomUUID(),
            LocalDate.EPOCH,
            TimeUnit.DAYS,
            new Price(BigDecimal.ONE, DayOfWeek.MONDAY, 1),
            new Order(UUID.randomUUID(), new Price(BigDecimal.ONE, DayOfWeek.MONDAY, 1), null))) {
      assertThat(types.contains(value)).as("%s", value.getClass()).isTrue();
    }
  }

  @Test
  void contains_mutableValues_isFalse() {
    for (Object value :
        List.of(
            new ArrayList<>(),
            List.of(),
            new BitSet(),
            new int[1],
            new Basket(new ArrayList<>()),
            new Anything("text"),
            new Named())) {
      assertThat(types.contains(value)).as("%s", value.getClass()).isFalse();
    }
  }

  @Test
  void contains_namedByTheUser_isTrue() {
    assertThat(new ImmutableTypes(Set.of(Named.class)).contains(new Named())).isTrue();
  }
}
