package dev.corral.examples.springboot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table of books. It counts its queries, so that you see which reads the cache answers. */
@Repository
public class BookTable {

  private final JdbcClient database;
  private final Counter queries;

  /** Counts queries with the meter {@code bookshop.queries}. */
  public BookTable(JdbcClient database, MeterRegistry meters) {
    this.database = database;
    this.queries = meters.counter("bookshop.queries");
  }

  Optional<Book> find(long id) {
    queries.increment();
    return database
        .sql("select id, title, author, cents from book where id = :id")
        .param("id", id)
        .query(BookTable::book)
        .optional();
  }

  List<Book> search(String author, int maxCents) {
    queries.increment();
    return database
        .sql(
            "select id, title, author, cents from book"
                + " where author = :author and cents <= :maxCents order by cents")
        .param("author", author)
        .param("maxCents", maxCents)
        .query(BookTable::book)
        .list();
  }

  void save(Book book) {
    database
        .sql("merge into book (id, title, author, cents) key (id) values (?, ?, ?, ?)")
        .params(book.id(), book.title(), book.author(), book.cents())
        .update();
  }

  void delete(long id) {
    database.sql("delete from book where id = ?").param(id).update();
  }

  private static Book book(ResultSet row, int number) throws SQLException {
    return new Book(
        row.getLong("id"), row.getString("title"), row.getString("author"), row.getInt("cents"));
  }
}
