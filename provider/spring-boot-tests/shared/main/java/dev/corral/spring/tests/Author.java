package dev.corral.spring.tests;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Transient;
import java.util.ArrayList;
import java.util.List;

/** An entity. */
@Entity
public class Author {

  @Id private int id;

  private String name = "";

  @OneToMany(mappedBy = "author", fetch = FetchType.LAZY, cascade = CascadeType.ALL)
  @OrderBy("id")
  private List<Book> books = new ArrayList<>();

  /** Which execution read it. */
  @Transient private String stamp = "";

  /** For Hibernate. */
  protected Author() {}

  Author(int id, String name) {
    this.id = id;
    this.name = name;
  }

  /** Another book of this author. */
  void write(int bookId, String title) {
    books.add(new Book(bookId, title, this));
  }

  /** The key of the row. */
  public int getId() {
    return id;
  }

  String getName() {
    return name;
  }

  void setName(String name) {
    this.name = name;
  }

  Author stamped(String text) {
    stamp = text;
    return this;
  }

  /** The values of all fields. */
  String describe() {
    return id + " " + name + " " + books.stream().map(it -> it.title).toList() + " " + stamp;
  }

  /** An entity that refers to its author, which has a list with the entity. */
  @Entity
  static class Book {

    @Id private int id;

    private String title = "";

    @ManyToOne(fetch = FetchType.LAZY)
    private Author author = new Author();

    /** For Hibernate. */
    protected Book() {}

    Book(int id, String title, Author author) {
      this.id = id;
      this.title = title;
      this.author = author;
    }

    int id() {
      return id;
    }

    Author author() {
      return author;
    }
  }
}
