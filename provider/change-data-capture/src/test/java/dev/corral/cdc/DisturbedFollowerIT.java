package dev.corral.cdc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.cdc.ChangeDataStatus.Role;
import dev.corral.jcache.CorralCache;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.TimeZone;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.replication.LogSequenceNumber;

/** A follower whose caches, tables or slot are not as it needs them. */
@Tag("baseline-jdk")
class DisturbedFollowerIT extends Following {

  private static final long[] ALL = {1, 2, 3, 4, 5, 6, 7, 8, 9};

  private static TableMapping byId(String table, CorralCache<Long, String> cache) {
    return TableMapping.of(table, cache, row -> row.longValue("id"));
  }

  /** At each attempt, the other cache gets all changes that have been committed until then. */
  @Test
  void cache_isClosed_othersGetTheirChanges() throws SQLException {
    CorralCache<Long, String> closed = cache("closed");
    try (ChangeDataCapture capture = following(byId(table, closed), byId())) {
      closed.close();
      for (int i = 1; i <= 4; i++) {
        update(i);
      }
      awaitRemoved(1, 2, 3, 4);
      awaitFailure(capture, closed.getName());
      assertThat(size(names)).isEqualTo(5);
    }
  }

  @Test
  void table_isDropped_clearsItsCacheAndOthersAreFollowed() throws SQLException {
    String dropped = "dropped" + table;
    CorralCache<Long, String> other = cache("other");
    database().execute("CREATE TABLE " + dropped + " (id bigint PRIMARY KEY)");
    try (ChangeDataCapture capture = following(byId(), byId(dropped, other))) {
      fill(other);
      database().execute("DROP TABLE " + dropped);
      awaitRemoved(other, ALL);
      awaitFailure(capture, "table '" + dropped + "' does not exist");
      awaitFollowing(capture);
      update(3);
      awaitRemoved(3);
      assertThat(size(names)).isEqualTo(8);

      fill(other);
      database().execute("CREATE TABLE " + dropped + " (id bigint PRIMARY KEY)");
      awaitRemoved(other, ALL);
      awaitFollowing(capture);
      assertThat(capture.status().failure()).isNull();
      assertThat(size(names)).isEqualTo(8);
      fill(other);
      database().execute("INSERT INTO " + dropped + " VALUES (4)");
      awaitRemoved(other, 4);
      assertThat(size(other)).isEqualTo(8);
    }
  }

  @Test
  void tables_haveExchangedTheirNames_clearsBothCaches() throws SQLException {
    String second = "second" + table;
    CorralCache<Long, String> other = cache("other");
    database().execute("CREATE TABLE " + second + " (id bigint PRIMARY KEY, name text)");
    try (ChangeDataCapture capture = following(byId(), byId(second, other))) {
      fill(other);
      database()
          .execute(
              ("BEGIN; ALTER TABLE %1$s RENAME TO third%1$s; ALTER TABLE %2$s RENAME TO %1$s;"
                      + " ALTER TABLE third%1$s RENAME TO %2$s; COMMIT")
                  .formatted(table, second));
      awaitRemoved(ALL);
      awaitRemoved(other, ALL);
      awaitFollowing(capture);
      fill(names);
      fill(other);
      database().execute("INSERT INTO " + table + " VALUES (3, 'new')");
      awaitRemoved(3);
      assertThat(size(other)).isEqualTo(9);
    }
  }

  /** In Redis, both have the same lease and position. */
  @Test
  void slot_isThatOfAnotherApplication_isReported() {
    Counters counters = new Counters();
    SharedState shared = new SharedState(manager(), options().slot(), options().leaseTime());
    TableMapping own = TableMapping.ofAllEntries("own" + table, names);
    UnfollowedMappings ofOtherApplication =
        new UnfollowedMappings(options().slot(), List.of(byId(), own), counters, Duration.ZERO);
    UnfollowedMappings ofSameApplication =
        new UnfollowedMappings(options().slot(), List.of(byId()), counters, Duration.ZERO);
    ofOtherApplication.check(shared);
    assertThat(counters.status().failure()).isNull();
    ChangeDataCapture capture = following(byId());
    try (capture) {
      ofSameApplication.check(shared);
      assertThat(counters.status().failure()).isNull();

      ofOtherApplication.check(shared);
      assertThat(counters.status().failure())
          .contains("does not follow [" + own + "]", "a slot of its own");
    }
  }

  /** The position is that of a slot that has just been advanced, or that is in use. */
  @Test
  void slot_isUsedByAnotherProgram_isReportedUntilItIsFree() throws SQLException {
    TimeZone zone = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
    Database extended =
        new Database(database().url() + "&preferQueryMode=extended", new Properties());
    try (LogConnections other =
        LogConnections.open(extended, options().withLeaseTime(Duration.ofMinutes(1)))) {
      assertThat(timeZone(other)).isEqualTo("UTC");
      LogSequenceNumber from = other.slot().create();
      update(3);
      database()
          .execute(
              "SELECT pg_replication_slot_advance('%s', pg_current_wal_lsn())"
                  .formatted(options().slot()));
      assertThatThrownBy(() -> other.slot().read(from, options().publication()))
          .isInstanceOf(RestartException.class);

      try (ChangeDataCapture capture = started(options(), byId())) {
        awaitFailure(capture, "another connection reads from the replication slot");
        assertThat(capture.status().role()).isEqualTo(Role.STARTING);
        await().until(() -> capture.status().role() == Role.FAILED);
        other.abort();
        awaitFollowing(capture);
      }
    } finally {
      TimeZone.setDefault(zone);
    }
  }

  private static String timeZone(LogConnections connections) throws SQLException {
    try (Statement statement = connections.replication().createStatement();
        ResultSet rows = statement.executeQuery("SELECT current_setting('TimeZone')")) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** What it would create may be dropped by its administrator as soon as all JVMs are closed. */
  @Test
  void close_whileItConnects_createsNothing() throws Exception {
    Properties blocked = new Properties();
    blocked.setProperty("socketFactory", BlockedSockets.class.getName());
    ChangeDataCapture capture =
        ChangeDataCapture.start(database().url(), blocked, List.of(byId()), options());
    assertThat(BlockedSockets.connecting.await(20, TimeUnit.SECONDS)).isTrue();
    Thread.currentThread().interrupt();
    capture.close(); // an interrupted thread does not wait for its end
    assertThat(Thread.interrupted()).isTrue();
    BlockedSockets.released.countDown();

    await().until(() -> capture.status().role() == Role.CLOSED);
    assertThat(confirmed()).isEqualTo("none");
    assertThat(
            database()
                .select(
                    "SELECT 1 FROM pg_publication WHERE pubname = '%s'"
                        .formatted(options().publication())))
        .isNull();
  }

  /** Lets the driver connect as soon as the test does. */
  public static final class BlockedSockets extends SocketFactory {

    static final CountDownLatch connecting = new CountDownLatch(1);
    static final CountDownLatch released = new CountDownLatch(1);

    @Override
    public Socket createSocket() {
      connecting.countDown();
      try {
        if (!released.await(20, TimeUnit.SECONDS)) {
          throw new AssertionError("the test has not released it");
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return new Socket();
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(
        InetAddress address, int port, InetAddress localAddress, int localPort) {
      throw new UnsupportedOperationException();
    }
  }
}
