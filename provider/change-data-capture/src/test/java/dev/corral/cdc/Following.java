package dev.corral.cdc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.cdc.ChangeDataStatus.Role;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.CacheManager;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * A PostgreSQL and a Redis for all tests of this JVM, because their start takes seconds, and for
 * each test a slot, a table and a cache.
 */
abstract class Following {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final AtomicInteger numbers = new AtomicInteger();

  private static @Nullable Servers servers;
  private static PostgresServer database;
  private static OwnServer redis;
  private static CorralCachingProvider provider;

  private String suffix;
  private ChangeDataOptions options;

  /** The table of this test: {@code id bigint PRIMARY KEY, name text}, with the rows 1 to 9. */
  String table;

  /** Has a stale name for each row. */
  CorralCache<Long, String> names;

  @BeforeAll
  static void startServers() throws IOException {
    Awaitility.setDefaultTimeout(PATIENCE);
    Servers started = servers;
    if (started == null) {
      started = new Servers(PostgresServer.start(), new OwnServer());
      Runtime.getRuntime().addShutdownHook(new Thread(started::stop));
      servers = started;
    }
    database = started.database();
    redis = started.redis();
    provider = new CorralCachingProvider();
  }

  private record Servers(PostgresServer database, OwnServer redis) {

    void stop() {
      redis.close();
      try {
        database.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @AfterAll
  static void closeCaches() {
    provider.close();
  }

  @BeforeEach
  void createTable() throws SQLException {
    suffix = Integer.toString(numbers.incrementAndGet());
    table = "person" + suffix;
    options =
        ChangeDataOptions.DEFAULTS
            .withSlot("slot" + suffix)
            .withPublication("publication" + suffix)
            .withLeaseTime(Duration.ofSeconds(1))
            .withCheckInterval(Duration.ofMillis(200));
    database.execute(
        "CREATE TABLE " + table + " (id bigint PRIMARY KEY, name text)",
        "INSERT INTO " + table + " SELECT id, 'new' FROM generate_series(1, 9) AS id");
    names = cache("names");
  }

  @AfterEach
  void dropSlots() {
    provider.close();
    executeWhenFree("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
  }

  /** Executes a statement as soon as the database has noticed that no JVM reads from the slot. */
  static void executeWhenFree(String sql) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(
            () -> {
              database.execute(sql);
              return true;
            });
  }

  static PostgresServer database() {
    return database;
  }

  static OwnServer redis() {
    return redis;
  }

  ChangeDataOptions options() {
    return options;
  }

  static CacheManager manager() {
    return provider.getCacheManager(URI.create(redis.uri(Duration.ofSeconds(1))), null);
  }

  /** A cache with stale entries for 1 to 9. */
  @SuppressWarnings("unchecked")
  CorralCache<Long, String> cache(String name) {
    CorralCache<Long, String> cache =
        manager()
            .createCache(
                name + suffix, CorralConfiguration.builder(Long.class, String.class).build())
            .unwrap(CorralCache.class);
    fill(cache);
    return cache;
  }

  static void fill(CorralCache<Long, String> cache) {
    for (long id = 1; id <= 9; id++) {
      cache.put(id, "old");
    }
  }

  TableMapping byId() {
    return TableMapping.of(table, names, row -> row.longValue("id"));
  }

  /** A follower that has begun to follow, with stale entries in the cache of this test. */
  ChangeDataCapture following(TableMapping... mappings) {
    ChangeDataCapture capture = started(options, mappings);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(capture.status().role()).isEqualTo(Role.FOLLOWING));
    fill(names);
    return capture;
  }

  ChangeDataCapture started(ChangeDataOptions changed, TableMapping... mappings) {
    return ChangeDataCapture.start(database.url(), new Properties(), List.of(mappings), changed);
  }

  /** Updates one row. */
  void update(int id) throws SQLException {
    database.execute("UPDATE " + table + " SET name = 'newer' WHERE id = " + id);
  }

  static void awaitFollowing(ChangeDataCapture capture) {
    await().until(() -> capture.status().role() == Role.FOLLOWING);
  }

  static void awaitFailure(ChangeDataCapture capture, String failure) {
    await().untilAsserted(() -> assertThat(capture.status().failure()).contains(failure));
  }

  void awaitRemoved(long... ids) {
    awaitRemoved(names, ids);
  }

  static void awaitRemoved(CorralCache<Long, String> cache, long... ids) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(
            () -> {
              for (long id : ids) {
                assertThat(cache.getIfPresent(id)).as("entry %d", id).isNull();
              }
            });
  }

  /** The entries that are in the cache. */
  static long size(CorralCache<Long, String> cache) {
    long size = 0;
    for (var unused : cache) {
      size++;
    }
    return size;
  }

  /** The position that the slot has; {@code none} if there is no slot. */
  String confirmed() throws SQLException {
    return String.valueOf(
        database.select(
            "SELECT coalesce(max(coalesce(confirmed_flush_lsn::text, '0/0')), 'none')"
                + " FROM pg_replication_slots WHERE slot_name = '"
                + options.slot()
                + "'"));
  }
}
