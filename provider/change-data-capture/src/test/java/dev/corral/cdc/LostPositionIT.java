package dev.corral.cdc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.cdc.ChangeDataStatus.Role;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.Lookup;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.replication.LogSequenceNumber;

/** What goes wrong between the database and Redis, and never leaves a stale entry. */
@Tag("baseline-jdk")
class LostPositionIT extends Following {

  private static final long[] ALL = {1, 2, 3, 4, 5, 6, 7, 8, 9};

  @Test
  void changes_whileNoJvmFollows_areMadeLater() throws SQLException {
    following(byId()).close();
    fill(names);
    update(3);
    assertThat(names.getIfPresent(3L)).isEqualTo("old");

    try (ChangeDataCapture capture = started(options(), byId())) {
      awaitRemoved(3);
      assertThat(size(names)).isEqualTo(8);
      assertThat(capture.status().clears()).isZero();
    }
  }

  @Test
  void slot_isDroppedWhileAJvmFollows_clearsTheCache() throws SQLException {
    try (ChangeDataCapture capture = following(byId())) {
      dropSlotAndUpdate();

      long dropped = System.nanoTime();
      awaitRemoved(ALL);
      System.out.printf(
          "dropped the slot: cleared after %d ms%n",
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - dropped));
      awaitFollowing(capture);
      fill(names);
      update(4);
      awaitRemoved(4);
      assertThat(size(names)).isEqualTo(8);
    }
  }

  /** The update is in no log that a slot has. */
  private void dropSlotAndUpdate() {
    String slots = " FROM pg_replication_slots WHERE slot_name = '" + options().slot() + "'";
    await()
        .pollInterval(Duration.ofMillis(1))
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(
            () -> {
              database()
                  .execute(
                      "SELECT pg_terminate_backend(active_pid)" + slots,
                      "SELECT pg_drop_replication_slot(slot_name)" + slots);
              update(3);
              return true;
            });
  }

  /** A new slot waits for running transactions. */
  @Test
  void close_whileTheSlotIsBeingCreated_returnsAndAnotherJvmGoesOn() throws SQLException {
    try (Connection connection = database().connect();
        Statement running = connection.createStatement()) {
      running.execute("BEGIN; SELECT txid_current()");
      ChangeDataCapture capture = started(options(), byId());
      await().until(() -> !confirmed().equals("none"));
      long begun = System.nanoTime();
      capture.close();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
      await().until(() -> capture.status().role() == Role.CLOSED);
      running.execute("COMMIT");
    }
    try (ChangeDataCapture capture = following(byId())) {
      update(3);
      awaitRemoved(3);
      assertThat(capture.status().clears()).isEqualTo(1);
    }
  }

  /** One of its processes is killed, so it ends all connections and reads its log again. */
  @Test
  void database_crashes_makesTheChangesAfterItsRecovery() throws SQLException {
    try (ChangeDataCapture capture = following(byId())) {
      update(2);
      awaitRemoved(2);
      String process =
          String.valueOf(
              database()
                  .select("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"));
      assertThat(ProcessHandle.of(Long.parseLong(process)).orElseThrow().destroyForcibly())
          .isTrue();
      executeWhenFree("UPDATE " + table + " SET name = 'newer' WHERE id = 3");

      awaitRemoved(3);
      assertThat(size(names)).isEqualTo(7);
      assertThat(capture.status().clears()).isEqualTo(1);
    }
  }

  @Test
  void slot_isDroppedWhileNoJvmFollows_clearsTheCache() throws SQLException {
    following(byId()).close();
    fill(names);
    executeWhenFree("SELECT pg_drop_replication_slot('" + options().slot() + "')");
    update(3);

    try (ChangeDataCapture capture = started(options(), byId())) {
      awaitRemoved(ALL);
      awaitFollowing(capture); // before and after the creation of the slot
      assertThat(capture.status().clears()).isEqualTo(2);
    }
  }

  /** A transaction that was running is committed before the position, or after it. */
  @Test
  void slot_isAdvancedBySomethingElse_clearsTheCacheUntilRunningTransactionsHaveEnded()
      throws SQLException {
    following(byId()).close();
    fill(names);
    update(3);
    executeWhenFree(
        "SELECT pg_replication_slot_advance('" + options().slot() + "', pg_current_wal_lsn())");

    try (Connection connection = database().connect();
        Statement running = connection.createStatement()) {
      running.execute("BEGIN; SELECT txid_current()");
      try (ChangeDataCapture capture = started(options(), byId())) {
        awaitRemoved(ALL);
        awaitFollowing(capture);
        fill(names);
        await().until(() -> capture.status().lag().bytes() != null);
        assertThat(capture.status().clears()).isEqualTo(1);
        assertThat(size(names)).isEqualTo(9);

        running.execute("COMMIT");
        awaitRemoved(ALL);
        assertThat(capture.status().clears()).isEqualTo(2);
      }
    }
  }

  @Test
  void publication_isDropped_clearsTheCache() throws SQLException {
    try (ChangeDataCapture capture = following(byId())) {
      database().execute("DROP PUBLICATION " + options().publication());
      update(3);

      awaitRemoved(ALL);
      awaitFollowing(capture);
      fill(names);
      update(4);
      awaitRemoved(4);
    }
  }

  /** Neither a check at an interval nor the log shows it. */
  @Test
  void publication_isChangedAndChangedBack_clearsTheCache() throws SQLException {
    try (ChangeDataCapture capture = following(byId())) {
      String publication = "ALTER PUBLICATION " + options().publication();
      database()
          .execute(
              publication + " DROP TABLE " + table,
              "UPDATE " + table + " SET name = 'newer' WHERE id = 3",
              publication + " ADD TABLE " + table);

      awaitRemoved(ALL);
      awaitFollowing(capture);
      fill(names);
      update(4);
      awaitRemoved(4);
      assertThat(size(names)).isEqualTo(8);
    }
  }

  @Test
  void redis_losesItsLastWrites_removesTheEntriesAgain() throws SQLException {
    try (ChangeDataCapture capture = following(byId())) {
      String former = state().get("position");
      assertThat(former).isNotNull();
      update(3);
      awaitRemoved(3);
      await().until(() -> !former.equals(state().get("position")));
      names.put(3L, "old");
      state().put("position", former);

      awaitRemoved(3);
      awaitFollowing(capture);
    }
  }

  private Cache<String, String> state() {
    return manager().getCache("corral-change-data-" + options().slot(), String.class, String.class);
  }

  @Test
  void position_isMissingInRedis_clearsTheCache() throws SQLException {
    try (ChangeDataCapture capture = following(byId())) {
      assertThat(state().remove("position")).isTrue();

      awaitRemoved(ALL);
      awaitFollowing(capture);
    }
  }

  @Test
  void database_isAStandbyThatWasPromoted_clearsTheCache() throws SQLException {
    startWithPosition(" \\d+ ", " 7 "); // another timeline
  }

  @Test
  void database_isRestoredFromACopyOfItsDisk_clearsTheCache() throws SQLException {
    startWithPosition("[0-9A-F]+/[0-9A-F]+", "FFFFFF/0"); // its log ends before the position
  }

  private void startWithPosition(String part, String replacement) throws SQLException {
    following(byId()).close();
    fill(names);
    String text = state().get("position");
    assertThat(text).isNotNull();
    state().put("position", text.replaceFirst(part, replacement));

    try (ChangeDataCapture capture = started(options(), byId())) {
      awaitRemoved(ALL);
      awaitFollowing(capture);
      assertThat(state().get("position")).doesNotContain(replacement);
      fill(names);
      update(4);
      awaitRemoved(4);
    }
  }

  @Test
  void table_isReplacedByAnother_isFollowedUnderItsName() throws SQLException {
    try (ChangeDataCapture capture = following(byId())) {
      database()
          .execute(
              "CREATE TABLE next" + table + " (LIKE " + table + " INCLUDING ALL)",
              "INSERT INTO next" + table + " SELECT * FROM " + table,
              "ALTER TABLE " + table + " RENAME TO former" + table,
              "ALTER TABLE next" + table + " RENAME TO " + table);
      update(3);

      awaitRemoved(ALL);
      awaitFollowing(capture);
      await().until(() -> capture.status().clears() >= 2);
      fill(names);
      update(4);
      awaitRemoved(4);
      assertThat(size(names)).isEqualTo(8);
    }
  }

  @Test
  void mapping_isAddedLater_clearsItsCacheAlone() throws SQLException {
    following(byId()).close();
    fill(names);
    CorralCache<Long, String> other = cache("other");

    try (ChangeDataCapture capture =
        started(options(), byId(), TableMapping.of(table, other, row -> row.longValue("id")))) {
      awaitRemoved(other, ALL);
      assertThat(size(names)).isEqualTo(9);
      awaitFollowing(capture);
      assertThat(capture.status().clears()).isEqualTo(1);
      update(3);
      awaitRemoved(3);
      assertThat(size(names)).isEqualTo(8);
    }
  }

  @Test
  void redis_isUnavailable_noPositionIsConfirmedUntilItsEntriesAreRemoved() throws Exception {
    try (ChangeDataCapture capture = following(byId())) {
      redis().pause(Duration.ofSeconds(2));
      update(3);
      String committed = String.valueOf(database().select("SELECT pg_current_wal_flush_lsn()"));
      TimeUnit.MILLISECONDS.sleep(1_500);
      assertThat(LogSequenceNumber.valueOf(confirmed()))
          .isLessThan(LogSequenceNumber.valueOf(committed));

      await()
          .untilAsserted(
              () ->
                  assertThat(LogSequenceNumber.valueOf(confirmed()))
                      .isGreaterThanOrEqualTo(LogSequenceNumber.valueOf(committed)));
      assertThat(capture.status().role()).isEqualTo(Role.FOLLOWING);
      assertThat(capture.status().keys()).isPositive();
      await().until(() -> !names.outageStatistics().away());
      assertThat(names.getIfPresent(3L)).isNull();
      assertThat(size(names)).isEqualTo(8);
    }
  }

  /**
   * The log has a transaction before readers see it, here because it waits for a standby that does
   * not exist. What they read and store meanwhile is stale.
   */
  @Test
  void commit_isInTheLogBeforeReadersSeeIt_removesTheEntryWhenTheyDo() throws Exception {
    try (ChangeDataCapture capture = following(byId())) {
      setSynchronousStandby("missing_standby");
      CompletableFuture<Void> update = updateInBackground();
      try {
        await()
            .until(
                () ->
                    database().select("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                        != null);
        TimeUnit.MILLISECONDS.sleep(300);
        names.remove(3L);
        Lookup<String> missed = names.lookUp(3L);
        String read =
            String.valueOf(database().select("SELECT name FROM " + table + " WHERE id = 3"));
        assertThat(read).isEqualTo("new");
        assertThat(names.fill(3L, missed.ticket(), read)).isTrue();
      } finally {
        setSynchronousStandby("");
      }
      update.get(20, TimeUnit.SECONDS);

      awaitRemoved(3);
      assertThat(capture.status().failure()).isNull();
    }
  }

  /** The COMMIT waits for this JVM, which waits for the COMMIT. */
  @Test
  void follower_becomesASynchronousStandby_isRefused() throws Exception {
    try (ChangeDataCapture capture = following(byId())) {
      setSynchronousStandby("*");
      CompletableFuture<Void> update = updateInBackground();
      try {
        awaitFailure(capture, "synchronous_standby_names = '*'");
      } finally {
        setSynchronousStandby("");
      }
      update.get(20, TimeUnit.SECONDS);

      awaitRemoved(3);
      awaitFollowing(capture);
    }
  }

  private CompletableFuture<Void> updateInBackground() {
    return CompletableFuture.runAsync(
        () -> {
          try {
            update(3);
          } catch (SQLException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static void setSynchronousStandby(String name) throws SQLException {
    database()
        .execute(
            "ALTER SYSTEM SET synchronous_standby_names = '" + name + "'",
            "SELECT pg_reload_conf()");
  }
}
