package dev.corral.examples.hibernate;

import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.math.BigDecimal;
import java.util.Set;
import java.util.TreeSet;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;

/** A book: an entity with a natural id, an enum, and a cached collection of basic values. */
@Entity
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
@NaturalIdCache
public class Book {

  @Id private Long id;
  @NaturalId private String isbn;
  private String title;

  @Enumerated(EnumType.STRING)
  private Genre genre;

  private BigDecimal price;

  @ManyToOne(fetch = FetchType.LAZY)
  private Author author;

  @ElementCollection
  @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
  private Set<String> keywords;

  /** Called by Hibernate. */
  protected Book() {}

  Book(
      long id,
      String isbn,
      String title,
      Genre genre,
      BigDecimal price,
      Author author,
      Set<String> keywords) {
    this.id = id;
    this.isbn = isbn;
    this.title = title;
    this.genre = genre;
    this.price = price;
    this.author = author;
    this.keywords = keywords;
  }

  String title() {
    return title;
  }

  Set<String> keywords() {
    return new TreeSet<>(keywords);
  }

  void file(Genre newGenre) {
    genre = newGenre;
  }

  @Override
  public String toString() {
    return "%s (%s) by %s, %s, %s".formatted(title, isbn, author.name(), genre, price);
  }
}
