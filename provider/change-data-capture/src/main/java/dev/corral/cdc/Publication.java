package dev.corral.cdc;

import static java.util.stream.Collectors.joining;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The publication in PostgreSQL: the tables whose changes the slot delivers. It is created, and
 * gets missing tables, if the user may do that. Used by one thread.
 */
final class Publication {

  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final String ALL_OPERATIONS = "publish = 'insert, update, delete, truncate'";

  /** Without the functions of PostgreSQL for it, because they wait for locks of the partitions. */
  private static final String PARTITIONS =
      "(WITH RECURSIVE parts(id) AS (SELECT inhrelid FROM pg_inherits WHERE inhparent = c.oid"
          + " UNION ALL SELECT i.inhrelid FROM pg_inherits i JOIN parts ON i.inhparent = parts.id)";

  private static final String TABLE =
      "SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname), c.relkind = 'p',"
          + " c.relkind IN ('r', 'p') AND c.relpersistence = 'p',"
          + " c.relreplident = 'f' OR EXISTS (SELECT 1 FROM pg_index i"
          + " WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate AND CASE"
          + " c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident"
          + " ELSE false END), c.relreplident = 'd', c.relispartition,"
          + " CASE WHEN c.relkind = 'p' THEN "
          + PARTITIONS
          + " SELECT min(l.oid::regclass::text) FROM parts JOIN pg_class l ON l.oid = parts.id"
          + " WHERE l.relkind = 'r' AND l.relreplident NOT IN ('d', 'f')) END"
          + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.oid = to_regclass(?)::oid";

  private final String name;
  private final Connection connection;

  Publication(String name, Connection connection) {
    this.name = name;
    this.connection = connection;
  }

  /**
   * What has to be changed, so that the publication has all changes of the tables.
   *
   * @param exists whether the publication exists
   * @param sql the statement; empty if nothing has to be changed
   */
  record Plan(boolean exists, String sql) {}

  /** A table of the database. */
  private record Table(int id, String quoted, boolean isPartitioned) {}

  /**
   * The OIDs of the tables that exist, by the names that were asked for.
   *
   * @throws ConfigurationException if a table cannot be published
   */
  Map<String, Integer> tableIds(Collection<String> names) throws SQLException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (String each : names) {
      Table found = table(each);
      if (found != null) {
        ids.put(each, found.id());
      }
    }
    return ids;
  }

  /**
   * What has to be changed. Changes nothing.
   *
   * @param names the tables; at least one of them exists
   * @throws ConfigurationException if a table cannot be published
   */
  Plan plan(Collection<String> names) throws SQLException {
    Map<Integer, Table> tables = new LinkedHashMap<>();
    for (String each : names) {
      Table found = table(each);
      if (found != null) {
        tables.put(found.id(), found);
      }
    }
    boolean exists = exists(tables.values());
    Set<Integer> missing = new HashSet<>(tables.keySet());
    if (exists) {
      missing.removeAll(published(tables.keySet()).keySet());
    }
    String list =
        tables.values().stream()
            .filter(it -> missing.contains(it.id()))
            .map(Table::quoted)
            .collect(joining(", "));
    String sql =
        exists
            ? "ALTER PUBLICATION \"%s\" ADD TABLE %s".formatted(name, list)
            : "CREATE PUBLICATION \"%s\" FOR TABLE %s WITH (%s, publish_via_partition_root = true)"
                .formatted(name, list, ALL_OPERATIONS);
    return new Plan(exists, missing.isEmpty() ? "" : sql);
  }

  /**
   * Executes a plan.
   *
   * @throws ConfigurationException if the user may not do it, with the statement
   */
  void execute(Plan plan) throws SQLException {
    if (!plan.sql().isEmpty()) {
      execute(plan.sql());
    }
  }

  /**
   * A table; null if it does not exist. Without an identity, PostgreSQL would refuse updates of a
   * table as soon as it is published, so this is checked before.
   */
  private @Nullable Table table(String asked) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(TABLE)) {
      select.setString(1, asked);
      try (ResultSet rows = select.executeQuery()) {
        if (!rows.next()) {
          return null;
        }
        if (rows.getBoolean(7)) {
          throw new ConfigurationException(
              "table '%s' is a partition; use the name of the whole table".formatted(asked));
        }
        if (!rows.getBoolean(4)) {
          throw new ConfigurationException(
              "table '%s' is a view, or not in the log; use the tables below it".formatted(asked));
        }
        String quoted = rows.getString(2);
        if (!rows.getBoolean(5)) {
          throw new ConfigurationException(
              ("table '%s' has no replica identity, so PostgreSQL would refuse its updates if it"
                      + " were published; add a primary key that is not deferrable, or execute:"
                      + " ALTER TABLE %s REPLICA IDENTITY FULL")
                  .formatted(asked, quoted));
        }
        if (rows.getBoolean(3) && !rows.getBoolean(6)) {
          throw new ConfigurationException(
              ("table '%s' is partitioned, and its partitions do not inherit its replica identity,"
                      + " so only the primary key can be used; execute: ALTER TABLE %s REPLICA"
                      + " IDENTITY DEFAULT")
                  .formatted(asked, quoted));
        }
        String partition = rows.getString(8);
        if (partition != null) {
          throw new ConfigurationException(
              ("partition %s of table '%s' has another replica identity than its primary key;"
                      + " execute: ALTER TABLE %s REPLICA IDENTITY DEFAULT")
                  .formatted(partition, asked, partition));
        }
        return new Table((int) rows.getLong(1), quoted, rows.getBoolean(3));
      }
    }
  }

  private boolean exists(Collection<Table> tables) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate, pubviaroot"
                + " FROM pg_publication WHERE pubname = ?")) {
      select.setString(1, name);
      try (ResultSet rows = select.executeQuery()) {
        if (!rows.next()) {
          return false;
        }
        if (!rows.getBoolean(1)) {
          throw new ConfigurationException(
              ("publication '%s' does not have all changes; execute: ALTER PUBLICATION \"%s\" SET"
                      + " (%s)")
                  .formatted(name, name, ALL_OPERATIONS));
        }
        if (!rows.getBoolean(2) && tables.stream().anyMatch(Table::isPartitioned)) {
          throw new ConfigurationException(
              ("publication '%s' has partitions under their own names; execute: ALTER PUBLICATION"
                      + " \"%s\" SET (publish_via_partition_root = true)")
                  .formatted(name, name));
        }
        return true;
      }
    }
  }

  /**
   * Since when tables are published: another text if the publication was changed or created again,
   * if the table was removed and added, or if it has other partitions.
   *
   * @return the texts by OID, without tables that are not published
   * @throws ConfigurationException if the publication leaves out rows
   */
  Map<Integer, String> published(Collection<Integer> ids) throws SQLException {
    boolean hasSchemas = connection.getMetaData().getDatabaseMajorVersion() >= 15;
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT c.oid::bigint, to_jsonb(t) ->> 'rowfilter' IS NOT NULL, c.oid::regclass::text,"
                + " concat_ws('.', p.oid, p.xmin, r.oid, r.xmin"
                + (hasSchemas ? ", s.oid, s.xmin" : "")
                + ", CASE WHEN c.relkind = 'p' THEN "
                + PARTITIONS
                + " SELECT hashtextextended(string_agg(id::text, ',' ORDER BY id), 0)"
                + " FROM parts) END)"
                + " FROM pg_publication p JOIN pg_publication_tables t ON t.pubname = p.pubname"
                + " JOIN pg_namespace n ON n.nspname = t.schemaname"
                + " JOIN pg_class c ON c.relname = t.tablename AND c.relnamespace = n.oid"
                + " LEFT JOIN pg_publication_rel r ON r.prpubid = p.oid AND r.prrelid = c.oid"
                + (hasSchemas
                    ? " LEFT JOIN pg_publication_namespace s"
                        + " ON s.pnpubid = p.oid AND s.pnnspid = n.oid"
                    : "")
                + " WHERE p.pubname = ? AND c.oid::bigint = ANY (?)")) {
      select.setString(1, name);
      select.setArray(
          2, connection.createArrayOf("int8", ids.stream().map(Integer::toUnsignedLong).toArray()));
      Map<Integer, String> published = new HashMap<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          if (rows.getBoolean(2)) {
            throw new ConfigurationException(
                "publication '%s' leaves out rows of table %s; remove its row filter"
                    .formatted(name, rows.getString(3)));
          }
          published.put((int) rows.getLong(1), rows.getString(4));
        }
      }
      return published;
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw new ConfigurationException(
            "the user of the log may not change publications; let an administrator execute: "
                + sql);
      }
      throw e;
    }
  }
}
