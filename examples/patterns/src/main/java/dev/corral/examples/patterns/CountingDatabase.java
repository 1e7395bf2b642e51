package dev.corral.examples.patterns;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** A data source that counts the statements sent to the database. */
final class CountingDatabase {

  private final DataSource database;
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong writes = new AtomicLong();

  CountingDatabase(DataSource database) {
    this.database = database;
  }

  /** Opens a connection, which the caller closes. */
  Connection connect() throws SQLException {
    Connection connection = database.getConnection();
    return proxy(
        Connection.class,
        connection,
        result -> result instanceof PreparedStatement statement ? counting(statement) : result);
  }

  /** The number of queries executed. */
  long reads() {
    return reads.get();
  }

  /** The number of updates, inserts and deletes executed; a batch is one. */
  long writes() {
    return writes.get();
  }

  private PreparedStatement counting(PreparedStatement statement) {
    return proxy(PreparedStatement.class, statement, result -> result);
  }

  private <T> T proxy(Class<T> type, T target, Wrapper wrapper) {
    InvocationHandler handler =
        (self, method, arguments) -> {
          switch (method.getName()) {
            case "executeQuery" -> reads.incrementAndGet();
            case "execute", "executeUpdate", "executeBatch" -> writes.incrementAndGet();
            default -> {}
          }
          try {
            return wrapper.wrap(method.invoke(target, arguments));
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private interface Wrapper {
    Object wrap(Object result);
  }
}
