package dev.corral.cdc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.cdc.ChangeDataStatus.Role;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.Lookup;
import dev.corral.jcache.WriteBehindOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheWriter;
import org.junit.jupiter.api.Test;

/** Changes of rows by other connections, and what they do to caches. */
class ChangeDataCaptureIT extends Following {

  private static final Path PAGE = Path.of("../../docs/change-data-capture.md");
  private static final Path THIS = Path.of("src/test/java/dev/corral/cdc/ChangeDataCaptureIT.java");
  private static final Pattern CHECKED_HERE =
      Pattern.compile("(?s)holds it against compiled code -->\n```java\n(.*?)```");

  @Test
  void update_byAnotherConnection_removesTheEntryAndNoOther() throws SQLException {
    ChangeDataCapture capture = following(byId());
    try (capture) {
      Lookup<String> begunBefore = names.lookUp(100L);
      database().execute("UPDATE " + table + " SET name = 'newer' WHERE id = 3");

      awaitRemoved(3);
      assertThat(size(names)).isEqualTo(8);
      database().execute("INSERT INTO " + table + " VALUES (100, 'a load has missed it')");
      awaitRemovedTicket(begunBefore);
      await().until(() -> capture.status().keys() == 3);
      await().until(() -> capture.status().lag().delay() != null);
      await().until(() -> capture.status().lag().bytes() != null);
      assertThat(capture.status())
          .returns(Role.FOLLOWING, ChangeDataStatus::role)
          .returns(null, ChangeDataStatus::failure);
      assertThat(capture.status().transactions()).isGreaterThanOrEqualTo(3);
      assertThat(capture.status().lag().delay()).isLessThan(Duration.ofSeconds(10));
    }
    await().until(() -> capture.status().role() == Role.CLOSED);
    assertThat(capture.status().lag()).isEqualTo(new ChangeDataStatus.Lag(null, null));
  }

  /** A load that began before the COMMIT stores nothing after it. */
  private void awaitRemovedTicket(Lookup<String> begunBefore) {
    names.put(101L, "marker");
    try {
      database().execute("INSERT INTO " + table + " VALUES (101, 'later')");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    awaitRemoved(101);
    assertThat(names.fill(100L, begunBefore.ticket(), "stale")).isFalse();
    names.remove(101L);
  }

  @Test
  void changes_ofAllKinds_removeTheEntriesOfTheirRows() throws SQLException {
    try (ChangeDataCapture capture = following(byId())) {
      database()
          .execute(
              "DELETE FROM " + table + " WHERE id = 1",
              "UPDATE " + table + " SET id = 20 WHERE id = 2",
              "BEGIN; UPDATE " + table + " SET name = 'x' WHERE id = 3; ROLLBACK");
      names.put(20L, "cached before the row existed");
      database().execute("UPDATE " + table + " SET id = 21 WHERE id = 20");
      awaitRemoved(1, 2, 20);
      assertThat(names.getIfPresent(3L)).isEqualTo("old");

      database().execute("TRUNCATE " + table);
      awaitRemoved(3, 4, 5, 6, 7, 8, 9);
      await().until(() -> capture.status().clears() == 2); // the first one when it has begun
    }
  }

  @Test
  void changes_inSavepointsAndPreparedTransactions_areThoseThatWereCommitted() throws SQLException {
    try (ChangeDataCapture capture = following(byId())) {
      String update = "UPDATE " + table + " SET name = 'x' WHERE id = ";
      database()
          .execute(
              "BEGIN; %1$s1; SAVEPOINT a; %1$s2; ROLLBACK TO a; SAVEPOINT b; %1$s3; COMMIT"
                  .formatted(update),
              "BEGIN; %s4; PREPARE TRANSACTION 'kept'".formatted(update),
              "BEGIN; %s5; PREPARE TRANSACTION 'dropped'".formatted(update),
              "ROLLBACK PREPARED 'dropped'");
      awaitRemoved(1, 3);
      assertThat(size(names)).isEqualTo(7);

      database().execute("COMMIT PREPARED 'kept'");
      awaitRemoved(4);
      assertThat(size(names)).isEqualTo(6);
      assertThat(capture.status().clears()).isEqualTo(1);
    }
  }

  @Test
  void table_isPartitioned_isFollowedByItsPrimaryKey() throws SQLException {
    String parent = "parted" + table;
    database()
        .execute(
            "CREATE TABLE %s (id bigint PRIMARY KEY) PARTITION BY RANGE (id)".formatted(parent),
            "CREATE TABLE %1$s_a PARTITION OF %1$s FOR VALUES FROM (0) TO (5)".formatted(parent),
            "CREATE TABLE %1$s_b PARTITION OF %1$s FOR VALUES FROM (5) TO (99)".formatted(parent),
            "INSERT INTO %s VALUES (3), (7)".formatted(parent));
    TableMapping mapping = TableMapping.of(parent, names, row -> row.longValue("id"));
    try (ChangeDataCapture capture = following(mapping)) {
      database()
          .execute(
              "UPDATE %s SET id = 8 WHERE id = 3".formatted(parent),
              "DELETE FROM %s_b WHERE id = 7".formatted(parent));
      awaitRemoved(3, 7, 8);
      assertThat(size(names)).isEqualTo(6);

      database()
          .execute(
              "CREATE TABLE %1$s_c PARTITION OF %1$s FOR VALUES FROM (99) TO (100)"
                  .formatted(parent));
      awaitRemoved(1, 2, 4, 5, 6, 9);
      database().execute("ALTER TABLE " + parent + "_c REPLICA IDENTITY NOTHING");
      awaitFailure(capture, "ALTER TABLE %s_c REPLICA IDENTITY DEFAULT".formatted(parent));
      database().execute("ALTER TABLE " + parent + " REPLICA IDENTITY FULL");
      awaitFailure(capture, "is partitioned");
    }
    try (ChangeDataCapture capture =
        started(options(), TableMapping.ofAllEntries(parent + "_a", names))) {
      awaitFailure(capture, "'%s_a' is a partition".formatted(parent));
    }
  }

  @Test
  void update_ofALargeKeyThatIsNotSent_removesTheEntry() throws SQLException {
    database()
        .execute(
            "CREATE TABLE large" + table + " (name text, number bigint)",
            "ALTER TABLE large" + table + " ALTER name SET STORAGE EXTERNAL",
            "ALTER TABLE large" + table + " REPLICA IDENTITY FULL",
            "INSERT INTO large" + table + " VALUES (repeat('7', 5000), 1)");
    TableMapping byFirstLetter =
        TableMapping.of(
            "large" + table,
            names,
            row -> Long.valueOf(String.valueOf(row.text("name")).substring(0, 1)));
    try (ChangeDataCapture capture = following(byFirstLetter)) {
      database().execute("UPDATE large" + table + " SET number = 2");

      awaitRemoved(7);
      assertThat(size(names)).isEqualTo(8);
      assertThat(capture.status().clears()).isEqualTo(1);
    }
  }

  @Test
  void transaction_ofManyRows_isMadeInBatchesAndAboveTheLimitByAClear() throws SQLException {
    ChangeDataOptions limited = options().withClearAbove(2_500);
    try (ChangeDataCapture capture = started(limited, byId())) {
      awaitRemoved(1, 9);
      fill(names);
      insert(10, 2_300);
      names.put(1_000L, "old");
      database().execute("UPDATE " + table + " SET name = 'many' WHERE id BETWEEN 10 AND 2300");
      awaitRemoved(1_000);
      assertThat(size(names)).isEqualTo(9);
      assertThat(capture.status().clears()).isEqualTo(1);

      insert(2_301, 5_000);
      awaitRemoved(1, 2, 3, 4, 5, 6, 7, 8, 9);
      await().until(() -> capture.status().clears() == 2);
    }
  }

  private void insert(int first, int last) throws SQLException {
    database()
        .execute(
            "INSERT INTO %s SELECT id, 'many' FROM generate_series(%d, %d) AS id"
                .formatted(table, first, last));
  }

  @Test
  void keyFunction_usesAColumnThatTheLogDoesNotHave_clearsTheCache() throws SQLException {
    TableMapping byName =
        TableMapping.of(table, names, row -> Long.valueOf(String.valueOf(row.text("name"))));
    CorralCache<Long, String> other = cache("other");
    TableMapping several =
        TableMapping.ofKeys(
            table, other, row -> List.of(row.longValue("id"), row.longValue("id") + 1));
    try (ChangeDataCapture capture = following(byName, several)) {
      fill(other);
      database().execute("UPDATE " + table + " SET name = 'newer' WHERE id = 3");

      awaitRemoved(1, 2, 3, 4, 5, 6, 7, 8, 9);
      awaitRemoved(other, 3, 4);
      assertThat(size(other)).isEqualTo(7);
      assertThat(capture.status().failure()).isNull();
    }
  }

  @Test
  void change_ofATableThatConcernsAllEntries_clearsTheCache() throws SQLException {
    try (ChangeDataCapture capture = following(TableMapping.ofAllEntries(table, names))) {
      database().execute("DELETE FROM " + table + " WHERE id = 1");

      awaitRemoved(1, 2, 3, 4, 5, 6, 7, 8, 9);
      assertThat(capture.status().keys()).isZero();
    }
  }

  @Test
  void table_withoutReplicaIdentity_isRefusedAndCanBeUpdated() throws Exception {
    database().execute("CREATE TABLE bare" + table + " (id bigint)");
    database().execute("INSERT INTO bare" + table + " VALUES (1)");
    TableMapping bare = TableMapping.of("bare" + table, names, row -> row.longValue("id"));
    try (ChangeDataCapture capture = started(options(), bare)) {
      awaitFailure(capture, "ALTER TABLE public.bare" + table + " REPLICA IDENTITY FULL");
      database().execute("UPDATE bare" + table + " SET id = 2");
    }
    try (ChangeDataCapture capture =
        started(options(), TableMapping.ofAllEntries("missing" + table, names))) {
      awaitFailure(capture, "table 'missing" + table + "' does not exist");
    }
  }

  @Test
  void start_withWrongArguments_isRefused() {
    Cache<Long, String> behind =
        manager()
            .createCache(
                "behind" + table,
                CorralConfiguration.builder(Long.class, String.class)
                    .standard(
                        it ->
                            it.setWriteThrough(true)
                                .setCacheWriterFactory(new SingletonFactory<>(new NoWriter())))
                    .writeBehind(WriteBehindOptions.DEFAULTS)
                    .build());

    assertThatThrownBy(() -> TableMapping.ofAllEntries(table, behind))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("writes behind");
    assertThatThrownBy(
            () ->
                ChangeDataCapture.start(
                    "jdbc:other:x", new Properties(), List.of(byId()), options()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jdbc:postgresql:");
    assertThatThrownBy(() -> started(options()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs mappings");
    assertThatThrownBy(() -> options().withSlot("Slot"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options().withLeaseTime(Duration.ofMillis(10)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options().withClearAbove(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Never called. */
  private static final class NoWriter implements CacheWriter<Long, String> {

    @Override
    public void write(Cache.Entry<? extends Long, ? extends String> entry) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Long, ? extends String>> entries) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void delete(Object key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void snippet_ofThePage_follows() throws SQLException {
    database().execute("CREATE TABLE IF NOT EXISTS customer (id bigint PRIMARY KEY, name text)");
    String url = database().url();
    Properties login = new Properties();
    CorralCache<Long, String> customers = names;

    ChangeDataCapture capture =
        ChangeDataCapture.start(
            url,
            login,
            List.of(TableMapping.of("customer", customers, row -> row.longValue("id"))),
            ChangeDataOptions.DEFAULTS);
    try (capture) {
      awaitRemoved(1, 9);
      fill(customers);
      database().execute("INSERT INTO customer VALUES (4, 'Ada')");
      awaitRemoved(4);
      assertThat(capture.status().role()).isEqualTo(Role.FOLLOWING);
    }
  }

  @Test
  void snippets_ofThePage_areInThisTest() throws IOException {
    List<String> snippets =
        CHECKED_HERE
            .matcher(Files.readString(PAGE))
            .results()
            .map(it -> withoutIndentation(it.group(1)))
            .toList();

    assertThat(snippets).hasSize(1);
    assertThat(withoutIndentation(Files.readString(THIS))).contains(snippets);
  }

  private static String withoutIndentation(String code) {
    return code.replaceAll("(?m)^ +", "").strip();
  }
}
