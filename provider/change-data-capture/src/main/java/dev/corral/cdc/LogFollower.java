package dev.corral.cdc;

import dev.corral.cdc.ChangeDataStatus.Role;
import dev.corral.cdc.FollowerStart.Late;
import dev.corral.cdc.FollowerStart.Start;
import dev.corral.cdc.LogMessage.Row;
import dev.corral.cdc.LogMessage.RowChange;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the log from one position on, and makes the changes in the caches. A transaction is
 * confirmed in this order: its COMMIT is visible in the database, Redis has confirmed the
 * invalidations, Redis has the new position, PostgreSQL gets it. So after any failure the log is
 * read again from a position before the failure, and some keys are invalidated twice. Used by one
 * thread.
 */
final class LogFollower {

  private static final Logger log = LoggerFactory.getLogger(LogFollower.class);

  /** How many keys are invalidated together, also in the middle of a transaction. */
  private static final int BATCH = 1_000;

  /** How long transactions are collected while the log has more of them. */
  private static final Duration COLLECTED_FOR = Duration.ofMillis(20);

  private static final Duration IDLE = Duration.ofMillis(5);
  private static final Duration SAVED_AFTER = Duration.ofSeconds(1);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);
  private static final Duration WARNED_AFTER = Duration.ofSeconds(10);

  private final LogConnections connections;
  private final SharedState state;
  private final Counters counters;
  private final Waiting waiting;

  private final Start start;
  private final Map<Integer, List<TableMapping>> byTable;
  private final PGReplicationStream stream;
  private final LogDecoder decoder;
  private final PendingInvalidations pending;
  private @Nullable Late late;

  /** The transactions with changes that are not made yet. */
  private final Set<Integer> unmade = new HashSet<>();

  private boolean inTransaction;
  private int transaction;

  /** Time of the last COMMIT with changes, in µs since 1970; 0 if there is none. */
  private long committedMicros;

  private boolean concernsCaches;

  /** The end of the last transaction that was read, of that whose changes are made, and saved. */
  private LogSequenceNumber read;

  private LogSequenceNumber made;
  private Position saved;

  /** The first failure of a cache: the others get changes for a while, and then it is thrown. */
  private @Nullable RuntimeException failure;

  private final Interval flushing = new Interval(COLLECTED_FOR);
  private final Interval saving = new Interval(SAVED_AFTER);
  private final Interval checking;

  /** Begins to read. */
  LogFollower(
      LogConnections connections,
      ChangeDataOptions options,
      SharedState state,
      Counters counters,
      Waiting waiting,
      Start start)
      throws SQLException {
    this.connections = connections;
    this.state = state;
    this.counters = counters;
    this.waiting = waiting;
    this.start = start;
    this.late = start.late();
    this.saved = start.position();
    this.read = saved.lsn();
    this.made = saved.lsn();
    this.stream = connections.slot().read(saved.lsn(), options.publication());
    this.byTable = start.tables().byId();
    this.decoder = new LogDecoder(byTable::containsKey);
    this.pending = new PendingInvalidations(options.clearAbove(), counters);
    this.checking = new Interval(options.checkInterval());
  }

  /**
   * Follows the log until this JVM is to end.
   *
   * @throws RestartException if the log has to be followed from the beginning
   * @throws SQLException if the database fails
   * @throws javax.cache.CacheException if Redis fails; nothing after the position is confirmed
   * @throws IllegalStateException the same, if a cache is closed
   */
  void follow() throws SQLException {
    log.info(
        "This JVM follows the log of PostgreSQL from {} on, for {}",
        saved.lsn().asString(),
        start.tables().followed());
    counters.position(saved.lsn().asString());
    counters.failure(start.tables().warning());
    counters.role(Role.FOLLOWING);
    while (!waiting.isClosed()) {
      waiting.renewLease();
      ByteBuffer next = stream.readPending();
      if (next != null) {
        handle(decoder.decode(next));
      } else if (stream.isClosed()) {
        throw new RestartException("PostgreSQL has ended the stream of the log");
      } else {
        idle();
      }
      if (saving.isDue()) {
        save();
        stream.forceUpdateStatus();
      }
      if (checking.isDue()) {
        check();
      }
    }
    save();
    stream.forceUpdateStatus();
  }

  private void handle(LogMessage message) throws SQLException {
    if (message instanceof LogMessage.Begin begin) {
      inTransaction = true;
      transaction = begin.transactionId();
    } else if (message instanceof RowChange change) {
      note(change);
    } else if (message instanceof LogMessage.Truncate truncate) {
      truncate.tableIds().forEach(this::noteTruncate);
    } else if (message instanceof LogMessage.Commit commit) {
      end(commit);
    }
    if (pending.size() >= BATCH || (!inTransaction && flushing.isDue())) {
      flush();
    }
  }

  private void note(RowChange change) {
    Row before = change.before();
    Row after = change.after();
    for (TableMapping each : mappingsOf(change.table().id())) {
      if (after != null) {
        pending.add(each, new ChangedRow(change.table(), after, before));
      }
      if (before != null) {
        pending.add(each, new ChangedRow(change.table(), before, null));
      }
    }
  }

  private void noteTruncate(int tableId) {
    mappingsOf(tableId).forEach(pending::addAll);
  }

  private List<TableMapping> mappingsOf(int tableId) {
    List<TableMapping> mappings = byTable.get(tableId);
    if (mappings == null) {
      return List.of();
    }
    concernsCaches = true;
    unmade.add(transaction);
    return mappings;
  }

  private void end(LogMessage.Commit commit) {
    inTransaction = false;
    read = LogSequenceNumber.valueOf(commit.end());
    counters.transactions.increment();
    pending.endTransaction();
    if (concernsCaches) {
      concernsCaches = false;
      committedMicros = commit.epochMicros();
    }
  }

  /**
   * The database has sent all that it has. Between transactions, it has then also sent the changes
   * of all that were committed before the position that it has reported, which advances while
   * others use the database.
   */
  private void idle() throws SQLException {
    if (!inTransaction) {
      LogSequenceNumber reported = stream.getLastReceiveLSN();
      if (reported.compareTo(read) > 0) {
        read = reported;
      }
      flush();
      throwFailure();
    }
    waiting.pause(IDLE);
  }

  /** Makes the changes of all transactions that were read, unless this JVM is to end. */
  private void flush() throws SQLException {
    boolean hasChanges = !unmade.isEmpty();
    if (hasChanges) {
      if (!awaitVisible()) {
        return;
      }
      make();
    }
    flushing.restart();
    if (failure != null) {
      return;
    }
    made = read;
    if (hasChanges) {
      store();
    }
  }

  private void make() {
    try {
      pending.make();
    } catch (RuntimeException e) {
      failure = failure == null ? e : failure;
    }
    if (failure == null && committedMicros != 0) {
      Instant committed = Instant.EPOCH.plus(committedMicros, ChronoUnit.MICROS);
      counters.delay(Duration.between(committed, Instant.now()));
      committedMicros = 0;
    }
  }

  private void throwFailure() {
    RuntimeException found = failure;
    if (found != null) {
      throw found;
    }
  }

  /** False if this JVM is to end. */
  private boolean awaitVisible() throws SQLException {
    Duration pause = FIRST_PAUSE;
    Interval warning = new Interval(WARNED_AFTER);
    Interval keepingAlive = new Interval(SAVED_AFTER);
    while (true) {
      unmade.removeIf(Database.snapshot(connections.connection())::includes);
      if (unmade.isEmpty()) {
        return true;
      }
      if (waiting.isClosed()) {
        return false;
      }
      waiting.renewLease();
      if (warning.isDue()) {
        log.warn(
            "Waiting for {} transactions that PostgreSQL has committed and not made visible; they"
                + " may wait for a synchronous standby",
            unmade.size());
      }
      if (keepingAlive.isDue()) {
        stream.forceUpdateStatus();
        connections.requireAsynchronous();
      }
      waiting.pause(pause);
      pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
    }
  }

  private void save() {
    if (made.compareTo(saved.lsn()) > 0) {
      store();
    }
  }

  /**
   * Saves the position in Redis, also in the middle of a transaction, when it has not moved: if
   * Redis loses the invalidations before this, it also loses this, and the next call finds it out.
   * The next status lets PostgreSQL remove the log before the position.
   */
  private void store() {
    Position next = saved.withLsn(made);
    state.advance(next);
    saved = next;
    stream.setFlushedLSN(made);
    stream.setAppliedLSN(made);
    counters.position(made.asString());
    waiting.moved();
  }

  /** Finds what the log does not show: other tables of the same names, a dropped connection. */
  private void check() throws SQLException {
    throwFailure();
    connections.requireAsynchronous();
    if (!state.isUnchanged()) {
      throw new RestartException("the position in Redis is lost, or another JVM has taken over");
    }
    if (!FollowedTables.read(connections.publication(), start.mappings()).equals(start.tables())) {
      throw new RestartException(
          "a table was created, dropped or renamed, or has other partitions, or the publication was"
              + " changed");
    }
    ReplicationSlot.State slot = connections.slot().find();
    if (slot == null || slot.reader() != connections.slot().ownReader()) {
      throw new RestartException("PostgreSQL does not send the log any more");
    }
    counters.bytesBehind(slot.bytes());
    clearLate();
  }

  private void clearLate() throws SQLException {
    Late waitingToBeCleared = late;
    if (waitingToBeCleared != null
        && Database.snapshot(connections.connection()).min() >= waitingToBeCleared.until()) {
      PendingInvalidations.clearAll(waitingToBeCleared.caches(), counters);
      state.setFollowed(waitingToBeCleared.followed());
      late = null;
    }
  }
}
