package dev.corral.cdc;

import static java.util.stream.Collectors.toCollection;

import dev.corral.jcache.CorralCache;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares publication, slot and caches, so that the log can be followed without a gap. If there is
 * one, the caches concerned are cleared. Used once, by the JVM that has the lease.
 *
 * <p>If this JVM dies in between, the next one finds the same gap: the position in Redis is removed
 * before the slot changes, and written after the caches are cleared.
 */
final class FollowerStart {

  private static final Logger log = LoggerFactory.getLogger(FollowerStart.class);

  private final LogConnections connections;
  private final Connection connection;
  private final ReplicationSlot slot;
  private final Publication publication;
  private final List<TableMapping> mappings;
  private final SharedState state;
  private final Counters counters;
  private final Waiting waiting;

  FollowerStart(
      LogConnections connections,
      List<TableMapping> mappings,
      SharedState state,
      Counters counters,
      Waiting waiting) {
    this.connections = connections;
    this.connection = connections.connection();
    this.slot = connections.slot();
    this.publication = connections.publication();
    this.mappings = mappings;
    this.state = state;
    this.counters = counters;
    this.waiting = waiting;
  }

  /**
   * From where to follow.
   *
   * @param mappings all of them
   * @param tables their tables
   * @param late what is to be cleared once more; null if nothing is
   */
  record Start(
      Position position, List<TableMapping> mappings, FollowedTables tables, @Nullable Late late) {}

  /**
   * Caches to be cleared once more, because a transaction that was running when their tables were
   * published, or when the caches were cleared, may be committed after that without being in the
   * log that is followed.
   *
   * @param until when all transactions with smaller numbers have ended
   * @param followed what is followed without a gap after that
   */
  record Late(Set<CorralCache<?, ?>> caches, long until, Set<String> followed) {}

  /**
   * Prepares it.
   *
   * @param recreate whether the slot has to be created again, because it cannot be read
   * @throws SlotInUseException if another connection reads from the slot
   * @throws ConfigurationException if something has to be changed in the database
   * @throws RestartException if another JVM has taken over meanwhile
   * @throws javax.cache.CacheException if Redis is unavailable
   */
  Start prepare(boolean recreate) throws SQLException {
    Database.requireLogicalDecoding(connection);
    connections.requireAsynchronous();
    ReplicationSlot.State found = slot.find();
    if (found != null) {
      counters.bytesBehind(found.bytes());
      if (found.reader() != 0) {
        throw slot.inUse(null);
      }
    }
    FollowedTables present = FollowedTables.read(publication, mappings);
    if (present.followed().isEmpty()) {
      throw new ConfigurationException(String.valueOf(present.warning()));
    }
    Publication.Plan plan = publication.plan(FollowedTables.names(mappings));
    Position end = Database.identify(connections.replication());
    state.read();
    Position stored = state.position();
    String gap = gap(found, stored, end);
    if (!plan.exists()) {
      state.forgetPosition();
    }
    FollowedTables tables = publish(plan);
    if (found != null && (recreate || !plan.exists() || found.lost())) {
      gap = "PostgreSQL could not deliver the log since the last position";
      state.forgetPosition();
      slot.drop();
      found = null;
    }
    if (gap == null && stored != null) {
      return resume(stored, tables);
    }
    log.warn("Clearing the caches of {}, because {}", mappings, gap);
    return begin(found, end, tables);
  }

  private FollowedTables publish(Publication.Plan plan) throws SQLException {
    requireOpen();
    publication.execute(plan);
    FollowedTables tables = FollowedTables.read(publication, mappings);
    if (!tables.unpublished().isEmpty()) {
      throw new ConfigurationException(
          "the publication does not have these tables: " + tables.unpublished());
    }
    if (tables.warning() != null) {
      log.warn("The other mappings are followed, but {}", tables.warning());
    }
    return tables;
  }

  /** A JVM that ends creates nothing, because what it creates may just have been removed. */
  private void requireOpen() {
    if (waiting.isClosed()) {
      throw new RestartException("this JVM does not follow the log any more");
    }
  }

  /** Why changes may have been missed; null if none was. */
  private static @Nullable String gap(
      ReplicationSlot.@Nullable State found, @Nullable Position stored, Position end) {
    if (stored == null) {
      return found == null
          ? "the log is followed for the first time"
          : "Redis has lost the position up to which the log was followed";
    }
    if (!stored.isOfSameHistory(end) || stored.lsn().compareTo(end.lsn()) > 0) {
      return "the database has another history: after a failover, or from a backup";
    }
    if (found == null) {
      return "the replication slot was dropped";
    }
    if (found.confirmed().compareTo(stored.lsn()) > 0) {
      return "the replication slot has left the position in Redis behind: Redis has lost data, or"
          + " something else reads from the slot";
    }
    return null;
  }

  /** Follows from now on. A new slot has each transaction that is committed after its creation. */
  private Start begin(ReplicationSlot.@Nullable State found, Position end, FollowedTables tables)
      throws SQLException {
    state.forgetPosition();
    LogSequenceNumber from = found == null ? create() : found.confirmed();
    Set<String> all = tables.labels();
    Late late = late(mappings, all);
    clear(mappings);
    Position position = end.withLsn(from);
    state.store(position, late == null ? all : Set.of());
    return new Start(position, mappings, tables, late);
  }

  /**
   * Creates the slot. What has changed since the last one is removed before that, because it may
   * take long, and what changes meanwhile after it.
   */
  private LogSequenceNumber create() throws SQLException {
    requireOpen();
    log.info(
        "Creating a replication slot, which waits for all transactions that are running; see"
            + " pg_stat_activity.backend_xid and pg_prepared_xacts");
    if (!state.followed().isEmpty()) {
      clear(mappings);
    }
    LogSequenceNumber from = slot.create();
    log.info(
        "Created a replication slot: PostgreSQL keeps its log for it until it is read or dropped,"
            + " so watch pg_replication_slots, or limit it by max_slot_wal_keep_size");
    return from;
  }

  /** Goes on from a position. */
  private Start resume(Position stored, FollowedTables tables) throws SQLException {
    Set<String> all = tables.labels();
    Set<String> followed = state.followed();
    clearDropped(tables.missing(), followed);
    List<TableMapping> unfollowed = new ArrayList<>();
    for (TableMapping each : tables.followed()) {
      if (!followed.contains(tables.label(each))) {
        unfollowed.add(each);
      }
    }
    Late late = null;
    if (!unfollowed.isEmpty()) {
      log.warn("Clearing the caches of {}, because their tables were not followed", unfollowed);
      late = late(unfollowed, all);
      clear(unfollowed);
      Set<String> rest = new HashSet<>(all);
      if (late != null) {
        rest.removeAll(tables.labels(unfollowed));
      }
      state.setFollowed(rest);
    } else if (!followed.equals(all)) {
      state.setFollowed(all);
    }
    return new Start(stored, mappings, tables, late);
  }

  /** What is followed is stored after that, without them. */
  private void clearDropped(List<TableMapping> missing, Set<String> followed) {
    List<TableMapping> dropped =
        missing.stream().filter(it -> followed.stream().anyMatch(it::isLabeledBy)).toList();
    if (!dropped.isEmpty()) {
      log.warn("Clearing the caches of {}, because their tables do not exist any more", dropped);
      clear(dropped);
    }
  }

  /** Null if none of the transactions is running that began before this. */
  private @Nullable Late late(List<TableMapping> unfollowed, Set<String> all) throws SQLException {
    long number = Database.newTransactionNumber(connection);
    return Database.snapshot(connection).min() >= number
        ? null
        : new Late(caches(unfollowed), number, all);
  }

  private void clear(List<TableMapping> concerned) {
    PendingInvalidations.clearAll(caches(concerned), counters);
  }

  private static Set<CorralCache<?, ?>> caches(List<TableMapping> mappings) {
    return mappings.stream().map(TableMapping::cache).collect(toCollection(LinkedHashSet::new));
  }
}
