package dev.corral.examples.hibernate;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Version;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/** An author: an entity with a numeric id, a version, and a cached collection. */
@Entity
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
public class Author {

  @Id private Long id;
  @Version private int version;
  private String name;
  private LocalDate born;
  @Embedded private Address home;

  @OneToMany(mappedBy = "author")
  @OrderBy("id")
  @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
  private List<Book> books = new ArrayList<>();

  /** Called by Hibernate. */
  protected Author() {}

  Author(long id, String name, LocalDate born, Address home) {
    this.id = id;
    this.name = name;
    this.born = born;
    this.home = home;
  }

  String name() {
    return name;
  }

  List<Book> books() {
    return books;
  }

  void rename(String newName) {
    name = newName;
  }

  @Override
  public String toString() {
    return "%s, born %s, of %s".formatted(name, born, home.city());
  }
}
