package com.shop.model;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A Serializable class without its own serialization. */
@SuppressWarnings("serial") // its collections are Serializable
public final class Customer implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final int age;
  private final Size size = Size.SMALL;
  private final LocalDate since = LocalDate.of(2020, 1, 2);
  private final BigDecimal balance = new BigDecimal("12.50");
  private final UUID uuid = new UUID(1, 2);
  private final Integer boxed = 5;
  private final long[] numbers = {1, 2};
  private final List<String> tags = new ArrayList<>(List.of("a", "b"));
  private final Map<String, Integer> points = new LinkedHashMap<>(Map.of("x", 1));
  private final List<Integer> fixed = List.of(1, 2, 3);

  /** A customer. */
  public Customer(String name, int age) {
    this.name = name;
    this.age = age;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Customer customer
        && customer.name.equals(name)
        && customer.age == age
        && customer.points.equals(points)
        && customer.tags.equals(tags)
        && customer.numbers.length == numbers.length;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, age, size, since, balance, uuid, boxed, fixed);
  }
}
