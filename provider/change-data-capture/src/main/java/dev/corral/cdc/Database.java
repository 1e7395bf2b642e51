package dev.corral.cdc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.regex.Pattern;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;

/** Opens connections to the database whose log is followed. Safe for many threads. */
final class Database {

  private static final String NAME = "corral-change-data-capture";

  /** A name in the list of synchronous standbys. */
  private static final Pattern STANDBY = Pattern.compile("\"(?:[^\"]|\"\")*\"|[^\\s,()\"]+");

  /** After that, a server that does not answer counts as unavailable. */
  private static final String LONGEST_SECONDS = "10";

  private final String url;
  private final Properties properties;

  /**
   * @throws IllegalArgumentException if the URL is not one of PostgreSQL's
   */
  Database(String url, Properties properties) {
    Properties all = Driver.parseURL(url, copyOf(properties));
    if (all == null) {
      throw new IllegalArgumentException(
          "the URL has to begin with jdbc:postgresql:, because only its log can be followed");
    }
    // Parameters of a URL would win over the properties that replication needs.
    int query = url.indexOf('?');
    this.url = query < 0 ? url : url.substring(0, query);
    this.properties = copyOf(all);
    this.properties.putIfAbsent(PGProperty.APPLICATION_NAME.getName(), NAME);
    this.properties.putIfAbsent(PGProperty.TCP_KEEP_ALIVE.getName(), "true");
    this.properties.putIfAbsent(PGProperty.LOGIN_TIMEOUT.getName(), LONGEST_SECONDS);
  }

  /** A connection for queries, each of which takes 10 s at most unless the properties say more. */
  Connection connect() throws SQLException {
    Properties own = copyOf(properties);
    own.putIfAbsent(PGProperty.SOCKET_TIMEOUT.getName(), LONGEST_SECONDS);
    return open(own);
  }

  /**
   * A connection in the replication protocol. Each command takes 10 s at most, except the creation
   * of a slot. Its values have a form that does not depend on settings of user, server or JVM.
   *
   * @param timeout after which the database drops it if this JVM does not answer
   */
  Connection connectForReplication(Duration timeout) throws SQLException {
    Properties own = copyOf(properties);
    PGProperty.REPLICATION.set(own, "database");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(own, "13");
    PGProperty.PREFER_QUERY_MODE.set(own, "simple");
    PGProperty.SOCKET_TIMEOUT.set(own, LONGEST_SECONDS);
    Connection connection = open(own);
    try (Statement statement = connection.createStatement()) {
      // One statement, because versions before 15 refuse several of them in this protocol.
      statement.execute(
          "SELECT set_config('wal_sender_timeout', '"
              + timeout.toMillis()
              + "ms', false), set_config('TimeZone', 'UTC', false),"
              + " set_config('bytea_output', 'hex', false),"
              + " set_config('IntervalStyle', 'postgres', false)");
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  private static Properties copyOf(Properties properties) {
    Properties copy = new Properties();
    for (String name : properties.stringPropertyNames()) {
      copy.setProperty(name, properties.getProperty(name, ""));
    }
    return copy;
  }

  private Connection open(Properties own) throws SQLException {
    Connection connection = new Driver().connect(url, own);
    if (connection == null) {
      throw new SQLException("the driver of PostgreSQL refuses the URL");
    }
    return connection;
  }

  /**
   * The history of the server at the other end of a connection in the replication protocol.
   *
   * @return its position is the current end of the log
   */
  static Position identify(Connection replication) throws SQLException {
    try (Statement statement = replication.createStatement();
        ResultSet rows = statement.executeQuery("IDENTIFY_SYSTEM")) {
      rows.next();
      return new Position(
          rows.getString("systemid"),
          rows.getInt("timeline"),
          LogSequenceNumber.valueOf(rows.getString("xlogpos")));
    }
  }

  /** When the server at the other end has started: another text for each server. */
  static String startOfServer(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT extract(epoch FROM pg_postmaster_start_time())::text")) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** The name of a connection, by which a list of synchronous standbys may have it. */
  static String applicationName(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT current_setting('application_name')")) {
      rows.next();
      return rows.getString(1);
    }
  }

  /**
   * Checks that a connection in the replication protocol is not a synchronous standby.
   *
   * @throws ConfigurationException if it is
   */
  static void requireAsynchronous(Connection connection, String applicationName)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT current_setting('synchronous_standby_names')")) {
      rows.next();
      String names = rows.getString(1);
      if (hasStandby(names, applicationName)) {
        throw new ConfigurationException(
            ("PostgreSQL has synchronous_standby_names = '%s', which includes this follower of the"
                    + " log, '%s', so each COMMIT would wait for it; name only the standbys")
                .formatted(names, applicationName));
      }
    }
  }

  /** Whether a value of {@code synchronous_standby_names} has a name, or all. */
  static boolean hasStandby(String names, String name) {
    return STANDBY
        .matcher(names)
        .results()
        .map(it -> unquoted(it.group()))
        .anyMatch(it -> it.equals("*") || it.equalsIgnoreCase(name));
  }

  private static String unquoted(String name) {
    return name.startsWith("\"")
        ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
        : name;
  }

  /**
   * A new transaction number: all transactions that have changed anything until now have smaller
   * ones, also those that are running.
   */
  static long newTransactionNumber(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT txid_current()")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** What a new statement sees now. */
  static Snapshot snapshot(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT txid_current_snapshot()::text")) {
      rows.next();
      return Snapshot.parse(rows.getString(1));
    }
  }

  /**
   * Checks what has to be true of the server.
   *
   * @throws ConfigurationException if it is not
   */
  static void requireLogicalDecoding(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT current_setting('server_version_num')::int, current_setting('wal_level'),"
                    + " pg_is_in_recovery()")) {
      rows.next();
      if (rows.getInt(1) < 130_000) {
        throw new ConfigurationException("PostgreSQL is too old; it has to be version 13 or later");
      }
      if (rows.getBoolean(3)) {
        throw new ConfigurationException(
            "PostgreSQL is a standby; the log has to be followed at the primary server, which the"
                + " parameter targetServerType=primary of the URL finds");
      }
      if (!rows.getString(2).equals("logical")) {
        throw new ConfigurationException(
            "PostgreSQL has wal_level = "
                + rows.getString(2)
                + "; set it to logical, and restart the server");
      }
    }
  }
}
