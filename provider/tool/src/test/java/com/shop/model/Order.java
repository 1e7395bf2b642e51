package com.shop.model;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A value with everything that a stored form has. */
public final class Order {

  public long id;
  public int count;
  public boolean paid;
  public char letter;
  public double weight;
  public byte small;
  public @Nullable String note;
  public @Nullable Object nothing;
  public LocalDate day = LocalDate.of(2026, 11, 29);
  public UUID uuid = new UUID(1, 2);
  public Size size = Size.LARGE;
  public List<Object> parts = new ArrayList<>();
  public Map<String, Size> named = new HashMap<>();
  public Map<Address, String> byAddress = new HashMap<>();
  public Set<Size> sizes = EnumSet.of(Size.SMALL, Size.LARGE);
  public Map<Size, Integer> stock = new EnumMap<>(Map.of(Size.SMALL, 7));
  public Set<String> sorted = new TreeSet<>(Set.of("b", "a"));
  public Map<Integer, String> tree = new TreeMap<>(Map.of(2, "two", 1, "one"));
  public int[] numbers = {1, 2, 3};
  public @Nullable Line line;
  public @Nullable Order self;
  public @Nullable Price price;

  /** An order with everything. */
  public static Order complete() {
    Order order = new Order();
    order.id = 7;
    order.count = -3;
    order.paid = true;
    order.letter = 'x';
    order.weight = 1.5;
    order.small = 4;
    order.note = "für Ä";
    order.named.put("large", Size.LARGE);
    order.byAddress.put(new Address("Main", 1), "here");
    order.parts.add(List.of(1L, 2L));
    order.parts.add("text");
    order.line =
        new Line("s-1", 2, Size.SMALL, new Address("A", 1), new Address[] {new Address("B", 2)});
    order.self = order;
    order.price = new Price("9.90", "EUR");
    return order;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Order order && order.id == id;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(id);
  }
}
