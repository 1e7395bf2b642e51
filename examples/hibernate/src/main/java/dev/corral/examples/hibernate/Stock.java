package dev.corral.examples.hibernate;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import java.io.Serializable;
import java.time.Instant;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/**
 * The number of copies in stock: an entity with an enum in its composite id.
 *
 * <p>{@code Enum.hashCode} differs between JVMs, and Hibernate's cache key stores the hash code of
 * the id. A cache that compares serialized keys therefore has a separate entry for each JVM. Such
 * an entry becomes stale when another JVM changes the entity. Corral's keys do not depend on the
 * hash code.
 */
@Entity
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
public class Stock {

  @EmbeddedId private StockId id;
  private int copies;
  private Instant counted;

  /** Called by Hibernate. */
  protected Stock() {}

  Stock(StockId id, int copies, Instant counted) {
    this.id = id;
    this.copies = copies;
    this.counted = counted;
  }

  void count(int found, Instant when) {
    copies = found;
    counted = when;
  }

  @Override
  public String toString() {
    return "%d copies as %s, counted %s".formatted(copies, id.format(), counted);
  }

  /** The book and its format. */
  @Embeddable
  public record StockId(Long bookId, @Enumerated(EnumType.STRING) Format format)
      implements Serializable {}
}
