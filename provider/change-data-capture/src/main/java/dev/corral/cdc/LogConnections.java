package dev.corral.cdc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two connections of a follower.
 *
 * @param connection for queries
 * @param replication in the replication protocol
 * @param standbyName the name of a standby for which PostgreSQL would take this JVM
 */
record LogConnections(
    Connection connection,
    Connection replication,
    String standbyName,
    ReplicationSlot slot,
    Publication publication)
    implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LogConnections.class);

  /** The follower sends its status every second, unless it waits for Redis. */
  private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(5);

  static LogConnections open(Database database, ChangeDataOptions options) throws SQLException {
    Connection connection = database.connect();
    try {
      Connection replication = database.connectForReplication(timeout(options));
      return new LogConnections(
          connection,
          replication,
          standbyName(connection, replication),
          new ReplicationSlot(options.slot(), connection, replication),
          new Publication(options.publication(), connection));
    } catch (SQLException | RuntimeException e) {
      close(connection);
      throw e;
    }
  }

  /** During a failover, a URL with several hosts may lead to both servers. */
  private static String standbyName(Connection connection, Connection replication)
      throws SQLException {
    try {
      if (!Database.startOfServer(connection).equals(Database.startOfServer(replication))) {
        throw new SQLException("the two connections have reached different servers");
      }
      return Database.applicationName(replication);
    } catch (SQLException | RuntimeException e) {
      close(replication);
      throw e;
    }
  }

  /**
   * Checks that no COMMIT waits for this JVM, as it would for a synchronous standby: this JVM
   * confirms a transaction when it is visible, which is after that.
   *
   * @throws ConfigurationException if one does
   */
  void requireAsynchronous() throws SQLException {
    Database.requireAsynchronous(connection, standbyName);
  }

  /** How long PostgreSQL waits for this JVM before it drops the connection. */
  static Duration timeout(ChangeDataOptions options) {
    Duration timeout = options.leaseTime().multipliedBy(2);
    return timeout.compareTo(SHORTEST_TIMEOUT) < 0 ? SHORTEST_TIMEOUT : timeout;
  }

  /** Ends both without a word to the database, also while another thread uses them. */
  void abort() {
    for (Connection each : List.of(replication, connection)) {
      try {
        each.abort(Runnable::run);
      } catch (SQLException | RuntimeException e) {
        log.debug("A connection could not be aborted", e);
      }
    }
  }

  @Override
  public void close() {
    close(replication);
    close(connection);
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException | RuntimeException e) {
      log.debug("A connection could not be closed", e);
    }
  }
}
