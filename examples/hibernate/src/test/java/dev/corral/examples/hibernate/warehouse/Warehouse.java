package dev.corral.examples.hibernate.warehouse;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.cache.Cache;
import javax.cache.CacheManager;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/** One instance of an application with a database of gadgets. Each call is a transaction. */
final class Warehouse implements AutoCloseable {

  private static final String REGION = "bookshop." + Gadget.class.getName();

  private final SessionFactory sessions;
  private final CacheManager manager;

  /**
   * Opens a database in the memory of this JVM.
   *
   * @param database its name
   */
  Warehouse(CacheManager manager, String database) {
    Configuration configuration =
        new Configuration()
            .addAnnotatedClass(Gadget.class)
            .setProperty(
                "jakarta.persistence.jdbc.url",
                "jdbc:h2:mem:%s;DB_CLOSE_DELAY=-1".formatted(database));
    configuration.getProperties().put("hibernate.javax.cache.cache_manager", manager);
    this.manager = manager;
    this.sessions = configuration.buildSessionFactory();
  }

  void add(long id, String name, Part part) {
    change(session -> session.persist(new Gadget(id, name, part)));
  }

  void change(Consumer<Session> change) {
    sessions.inTransaction(change);
  }

  Gadget find(long id) {
    return read(session -> session.find(Gadget.class, id));
  }

  <T> T read(Function<Session, T> work) {
    return sessions.fromTransaction(work);
  }

  /** The names of all gadgets, by a query whose result is cached. */
  List<String> names() {
    return read(
        session ->
            session
                .createSelectionQuery("select name from Gadget order by id", String.class)
                .setCacheable(true)
                .getResultList());
  }

  /** The number of SQL statements of a piece of work. */
  long statements(Runnable work) {
    long before = sessions.getStatistics().getPrepareStatementCount();
    work.run();
    return sessions.getStatistics().getPrepareStatementCount() - before;
  }

  /** The cache of the gadgets. */
  Cache<Object, Object> gadgets() {
    return manager.getCache(REGION);
  }

  /** Also closes the cache manager. */
  @Override
  public void close() {
    sessions.close();
  }
}
