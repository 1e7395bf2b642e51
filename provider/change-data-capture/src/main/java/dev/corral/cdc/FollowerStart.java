package dev.corral.cdc;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toCollection;

import dev.corral.jcache.CorralCache;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  private final Connection connection;
  private final Connection replication;
  private final ReplicationSlot slot;
  private final Publication publication;
  private final List<TableMapping> mappings;
  private final SharedState state;
  private final Counters counters;

  FollowerStart(
      LogConnections connections,
      List<TableMapping> mappings,
      SharedState state,
      Counters counters) {
    this.connection = connections.connection();
    this.replication = connections.replication();
    this.slot = connections.slot();
    this.publication = connections.publication();
    this.mappings = mappings;
    this.state = state;
    this.counters = counters;
  }

  /**
   * From where to follow.
   *
   * @param byTable the mappings by the OID of their table
   * @param published for each OID, since when the table is published
   * @param late what is to be cleared once more; null if nothing is
   */
  record Start(
      Position position,
      Map<Integer, List<TableMapping>> byTable,
      Map<Integer, String> published,
      @Nullable Late late) {}

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
    ReplicationSlot.State found = slot.find();
    if (found != null && found.reader() != 0) {
      throw slot.inUse(null);
    }
    Publication.Plan plan =
        publication.plan(
            mappings.stream().map(TableMapping::table).collect(toCollection(LinkedHashSet::new)));
    Position end = Database.identify(replication);
    state.read();
    Position stored = state.position();
    String gap = gap(found, stored, end);
    if (!plan.exists()) {
      state.forgetPosition();
    }
    publication.execute(plan);
    Tables tables = new Tables(plan.ids(), publication.published(plan.ids().values()));
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
  private Start begin(ReplicationSlot.@Nullable State found, Position end, Tables tables)
      throws SQLException {
    state.forgetPosition();
    LogSequenceNumber from = found == null ? create() : found.confirmed();
    Set<String> all = tables.labels(mappings);
    Late late = late(mappings, all);
    clear(mappings);
    Position position = end.withLsn(from);
    state.store(position, late == null ? all : Set.of());
    return new Start(position, tables.byId(mappings), tables.published(), late);
  }

  private LogSequenceNumber create() throws SQLException {
    LogSequenceNumber from = slot.create();
    log.info(
        "Created a replication slot: PostgreSQL keeps its log for it until it is read or dropped,"
            + " so watch pg_replication_slots, or limit it by max_slot_wal_keep_size");
    return from;
  }

  /** Goes on from a position. */
  private Start resume(Position stored, Tables tables) throws SQLException {
    Set<String> all = tables.labels(mappings);
    Set<String> followed = state.followed();
    List<TableMapping> unfollowed = new ArrayList<>();
    for (TableMapping each : mappings) {
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
    return new Start(stored, tables.byId(mappings), tables.published(), late);
  }

  /** Null if none of the transactions is running that began before this. */
  private @Nullable Late late(List<TableMapping> unfollowed, Set<String> all) throws SQLException {
    long number = Database.newTransactionNumber(connection);
    return Database.snapshot(connection).min() >= number
        ? null
        : new Late(caches(unfollowed), number, all);
  }

  private void clear(List<TableMapping> concerned) {
    caches(concerned).forEach(it -> PendingInvalidations.clear(it, counters));
  }

  private static Set<CorralCache<?, ?>> caches(List<TableMapping> mappings) {
    return mappings.stream().map(TableMapping::cache).collect(toCollection(LinkedHashSet::new));
  }

  /**
   * The tables of the mappings.
   *
   * @param ids their OIDs, by the names of the mappings
   * @param published for each OID, since when it is published
   */
  private record Tables(Map<String, Integer> ids, Map<Integer, String> published) {

    Map<Integer, List<TableMapping>> byId(Collection<TableMapping> mappings) {
      return mappings.stream().collect(groupingBy(this::id));
    }

    Set<String> labels(Collection<TableMapping> mappings) {
      return mappings.stream().map(this::label).collect(toCollection(HashSet::new));
    }

    /** Is another one if the table was created again, or was not published for some time. */
    String label(TableMapping mapping) {
      int id = id(mapping);
      return "%s %s %s %s"
          .formatted(
              Integer.toUnsignedString(id),
              published.get(id),
              mapping.table(),
              mapping.cache().getName());
    }

    private int id(TableMapping mapping) {
      return Objects.requireNonNull(ids.get(mapping.table()));
    }
  }
}
