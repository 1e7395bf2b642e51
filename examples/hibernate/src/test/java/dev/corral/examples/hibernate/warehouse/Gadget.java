package dev.corral.examples.hibernate.warehouse;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/** An entity that can be cached only while it has no part. */
@Entity
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
class Gadget {

  @Id private Long id;
  @Version private int version;
  private String name;
  private BigDecimal price;
  private LocalDate since;
  private boolean sold;
  private Part part;

  Gadget() {}

  Gadget(long id, String name, Part part) {
    this.id = id;
    this.name = name;
    this.price = new BigDecimal("9.99");
    this.since = LocalDate.of(2026, 1, 31);
    this.part = part;
  }

  String name() {
    return name;
  }

  Part part() {
    return part;
  }

  void rename(String newName) {
    name = newName;
  }

  void replace(Part newPart) {
    part = newPart;
  }

  @Override
  public String toString() {
    return "%d %s: %s, since %s, sold: %b, part: %s".formatted(id, name, price, since, sold, part);
  }
}
