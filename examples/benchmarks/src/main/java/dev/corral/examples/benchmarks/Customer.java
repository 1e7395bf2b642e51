package dev.corral.examples.benchmarks;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

/** What applications cache: a bean of ten fields, written and read by reflection. */
@SuppressWarnings({"unused", "serial"})
final class Customer implements Serializable {

  private static final long serialVersionUID = 1;

  private final long id;
  private final String firstName;
  private final String lastName;
  private final String email;
  private final String city;
  private final LocalDate born;
  private final BigDecimal balance;
  private final boolean active;
  private final int orders;
  private final List<String> tags;

  Customer(long id) {
    this.id = id;
    this.firstName = "Ada";
    this.lastName = "Lovelace";
    this.email = "ada.lovelace" + id + "@example.org";
    this.city = "London";
    this.born = LocalDate.of(1815, 12, 10);
    this.balance = new BigDecimal("1234.56");
    this.active = true;
    this.orders = (int) id % 100;
    this.tags = List.of("first", "programmer");
  }
}
