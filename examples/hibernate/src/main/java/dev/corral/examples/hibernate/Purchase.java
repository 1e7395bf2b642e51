package dev.corral.examples.hibernate;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.UUID;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/** A purchase: an entity with a UUID as its id. */
@Entity
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
public class Purchase {

  @Id private UUID id;
  private String customer;
  private LocalDateTime at;
  private Duration delivery;
  private Format format;

  /** Called by Hibernate. */
  protected Purchase() {}

  Purchase(UUID id, String customer, LocalDateTime at, Duration delivery, Format format) {
    this.id = id;
    this.customer = customer;
    this.at = at;
    this.delivery = delivery;
    this.format = format;
  }

  @Override
  public String toString() {
    return "by %s at %s as %s, %d days".formatted(customer, at, format, delivery.toDays());
  }
}
