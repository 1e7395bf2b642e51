package dev.corral.examples.hibernate;

import dev.corral.examples.hibernate.Stock.StockId;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.stat.Statistics;

/** The reads and changes of the bookshop, each in its own session and transaction. */
final class Bookshop implements AutoCloseable {

  private static final long AUTHOR = 1;
  private static final long BOOK = 2;
  private static final String ISBN = "978-0-441-47812-5";
  private static final StockId STOCK = new StockId(BOOK, Format.PRINT);
  private static final StockId FILES = new StockId(BOOK, Format.EBOOK);
  private static final UUID PURCHASE = UUID.fromString("a3f2c9b4-51d7-4e0a-9c86-2f1f7f0c5d10");

  private final SessionFactory sessions;

  private Bookshop(SessionFactory sessions) {
    this.sessions = sessions;
  }

  /** Opens the database that {@code hibernate.properties} and the system properties name. */
  static Bookshop open() {
    return new Bookshop(
        new Configuration()
            .addAnnotatedClass(Author.class)
            .addAnnotatedClass(Book.class)
            .addAnnotatedClass(Stock.class)
            .addAnnotatedClass(Purchase.class)
            .buildSessionFactory());
  }

  /** Stores all entities in an empty database. */
  Report create() {
    return change(
        "create",
        session -> {
          var author =
              new Author(
                  AUTHOR,
                  "Ursula Le Guin",
                  LocalDate.of(1929, Month.OCTOBER, 21),
                  new Address("Thurman Street", "Portland"));
          session.persist(author);
          session.persist(
              new Book(
                  BOOK,
                  ISBN,
                  "The Left Hand of Darkness",
                  Genre.SCIENCE_FICTION,
                  new BigDecimal("9.99"),
                  author,
                  Set.of("Gethen", "winter")));
          session.persist(
              new Book(
                  3,
                  "978-0-547-77374-2",
                  "A Wizard of Earthsea",
                  Genre.FANTASY,
                  new BigDecimal("8.49"),
                  author,
                  Set.of("Gont", "Roke")));
          session.persist(new Stock(STOCK, 12, Instant.parse("2026-01-31T10:00:00Z")));
          session.persist(new Stock(FILES, 1, Instant.EPOCH));
          session.persist(
              new Purchase(
                  PURCHASE,
                  "Genly Ai",
                  LocalDateTime.of(2026, Month.FEBRUARY, 1, 12, 30),
                  Duration.ofDays(3),
                  Format.EBOOK));
        });
  }

  /** Reads each kind of data that Hibernate caches. */
  List<Report> read() {
    return List.of(
        ask("author", session -> session.find(Author.class, AUTHOR)),
        ask("books of author", Bookshop::titles),
        ask("keywords of book", Bookshop::keywords),
        ask("stock", session -> session.find(Stock.class, STOCK)),
        ask("files", session -> session.find(Stock.class, FILES)),
        ask("purchase", session -> session.find(Purchase.class, PURCHASE)),
        ask("book by ISBN", Bookshop::byIsbn),
        ask("books of genre", Bookshop::ofGenre));
  }

  Report rename(String name) {
    return change("rename", session -> session.find(Author.class, AUTHOR).rename(name));
  }

  Report count(int copies) {
    return change(
        "count",
        session -> {
          session.find(Stock.class, STOCK).count(copies, Instant.parse("2026-03-31T10:00:00Z"));
          session.find(Stock.class, FILES).count(copies, Instant.EPOCH);
        });
  }

  /** Assigns one genre to all books, which changes the result of the query. */
  Report file(Genre genre) {
    return change(
        "file",
        session -> session.find(Author.class, AUTHOR).books().forEach(it -> it.file(genre)));
  }

  private static List<String> titles(Session session) {
    Author author = session.find(Author.class, AUTHOR);
    return author == null ? null : author.books().stream().map(Book::title).toList();
  }

  private static Set<String> keywords(Session session) {
    Book book = session.find(Book.class, BOOK);
    return book == null ? null : book.keywords();
  }

  /** The replacement in Hibernate 7.4 does not exist in Hibernate 6.6. */
  @SuppressWarnings("deprecation")
  private static Book byIsbn(Session session) {
    return session.bySimpleNaturalId(Book.class).load(ISBN);
  }

  private static List<Book> ofGenre(Session session) {
    return session
        .createSelectionQuery("from Book where genre = :genre order by id", Book.class)
        .setParameter("genre", Genre.SCIENCE_FICTION)
        .setCacheable(true)
        .getResultList();
  }

  private Report change(String what, Consumer<Session> change) {
    return ask(
        what,
        session -> {
          change.accept(session);
          return "done";
        });
  }

  private Report ask(String question, Function<Session, Object> work) {
    Statistics statistics = sessions.getStatistics();
    statistics.clear();
    String answer =
        sessions.fromTransaction(session -> Objects.toString(work.apply(session), "nothing"));
    return new Report(
        question,
        answer,
        statistics.getPrepareStatementCount(),
        statistics.getSecondLevelCacheHitCount()
            + statistics.getNaturalIdCacheHitCount()
            + statistics.getQueryCacheHitCount(),
        statistics.getSecondLevelCacheMissCount()
            + statistics.getNaturalIdCacheMissCount()
            + statistics.getQueryCacheMissCount(),
        statistics.getSecondLevelCachePutCount()
            + statistics.getNaturalIdCachePutCount()
            + statistics.getQueryCachePutCount());
  }

  /** Also closes the cache manager; the cached entries remain in Redis. */
  @Override
  public void close() {
    sessions.close();
  }
}
