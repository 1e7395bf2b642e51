package dev.corral.cdc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * The replication slot in PostgreSQL: it keeps the log from the position that was confirmed, and
 * only one connection can read from it. Used by one thread.
 */
final class ReplicationSlot {

  private static final String PLUGIN = "pgoutput";
  private static final String IN_USE = "55006";

  /**
   * The follower sends its status more often; this is also how long the driver waits for the rest
   * of a message.
   */
  private static final int STATUS_SECONDS = 10;

  /** After that, a connection counts as broken; a slot that is still being created is in use. */
  private static final int CREATED_WITHIN_MILLIS = 600_000;

  private final String name;
  private final Connection connection;
  private final Connection replication;

  ReplicationSlot(String name, Connection connection, Connection replication) {
    this.name = name;
    this.connection = connection;
    this.replication = replication;
  }

  /**
   * The state of the slot.
   *
   * @param confirmed up to where its reader has confirmed the log
   * @param reader the process that reads from it; 0 if there is none
   * @param lost whether PostgreSQL has removed the log after the position
   * @param bytes how much of the log is not confirmed
   */
  record State(LogSequenceNumber confirmed, int reader, boolean lost, long bytes) {}

  /**
   * The current state; null if there is no slot.
   *
   * @throws ConfigurationException if a slot of this name is of another kind
   */
  @Nullable State find() throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT confirmed_flush_lsn::text, coalesce(active_pid, 0), wal_status = 'lost',"
                + " plugin = '"
                + PLUGIN
                + "' AND database = current_database() AND NOT temporary,"
                + " pg_wal_lsn_diff(pg_current_wal_flush_lsn(), confirmed_flush_lsn)::bigint"
                + " FROM pg_replication_slots WHERE slot_name = ?")) {
      select.setString(1, name);
      try (ResultSet rows = select.executeQuery()) {
        if (!rows.next()) {
          return null;
        }
        if (!rows.getBoolean(4)) {
          throw new ConfigurationException(
              ("the replication slot '%s' is not one of %s in this database; use another name for"
                      + " the slot")
                  .formatted(name, PLUGIN));
        }
        String confirmed = rows.getString(1);
        return new State(
            confirmed == null
                ? LogSequenceNumber.INVALID_LSN
                : LogSequenceNumber.valueOf(confirmed),
            rows.getInt(2),
            rows.getBoolean(3),
            rows.getLong(5));
      }
    }
  }

  /**
   * Creates the slot. Waits until all transactions have ended that are running, for 10 min at most.
   *
   * @return the position from which it has the log
   */
  LogSequenceNumber create() throws SQLException {
    int usual = replication.getNetworkTimeout();
    replication.setNetworkTimeout(Runnable::run, CREATED_WITHIN_MILLIS);
    try {
      return replication
          .unwrap(PGConnection.class)
          .getReplicationAPI()
          .createReplicationSlot()
          .logical()
          .withSlotName(name)
          .withOutputPlugin(PLUGIN)
          .make()
          .getConsistentPoint();
    } catch (SQLException e) {
      throw orInUse(e);
    } finally {
      if (!replication.isClosed()) {
        replication.setNetworkTimeout(Runnable::run, usual);
      }
    }
  }

  /** Drops the slot, and the log that only this slot needs. */
  void drop() throws SQLException {
    try (PreparedStatement drop =
        connection.prepareStatement("SELECT pg_drop_replication_slot(?)")) {
      drop.setString(1, name);
      drop.execute();
    } catch (SQLException e) {
      throw orInUse(e);
    }
  }

  /**
   * Begins to read.
   *
   * @throws SlotInUseException if another connection reads
   * @throws RestartException if another connection has read, or created the slot again, after this
   *     JVM has found the position
   */
  PGReplicationStream read(LogSequenceNumber from, String publication) throws SQLException {
    PGReplicationStream stream = start(from, publication);
    State found = find();
    if (found == null || found.confirmed().compareTo(from) > 0) {
      throw new RestartException("something else has read from the replication slot meanwhile");
    }
    return stream;
  }

  private PGReplicationStream start(LogSequenceNumber from, String publication)
      throws SQLException {
    try {
      return replication
          .unwrap(PGConnection.class)
          .getReplicationAPI()
          .replicationStream()
          .logical()
          .withSlotName(name)
          .withStartPosition(from)
          .withSlotOption("proto_version", 1)
          .withSlotOption("publication_names", publication)
          .withStatusInterval(STATUS_SECONDS, TimeUnit.SECONDS)
          .withAutomaticFlush(false)
          .start();
    } catch (SQLException e) {
      throw orInUse(e);
    }
  }

  /** The process in the database that reads for this JVM. */
  int ownReader() throws SQLException {
    return replication.unwrap(PGConnection.class).getBackendPID();
  }

  private SQLException orInUse(SQLException failure) {
    if (IN_USE.equals(failure.getSQLState())) {
      throw inUse(failure);
    }
    return failure;
  }

  /** The exception for a slot that another connection reads from. */
  SlotInUseException inUse(@Nullable SQLException cause) {
    return new SlotInUseException(
        ("another connection reads from the replication slot '%s', or is creating it, which takes"
                + " as long as the transactions that are running; if it is not that of another JVM"
                + " of this application, give this application a slot of its own")
            .formatted(name),
        cause);
  }
}
