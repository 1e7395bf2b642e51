package dev.corral.transactions;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.Lookup;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import javax.cache.CacheManager;
import org.jspecify.annotations.Nullable;

/**
 * Accounts in PostgreSQL, and their cache. Each committed change raises the version of a row; a
 * transaction that will be rolled back writes a version that no reader may ever get.
 */
final class Accounts {

  static final int COUNT = 40;

  /** Added to the version by transactions that are rolled back. */
  static final long NEVER_COMMITTED = 1_000_000_000L;

  private Accounts() {}

  static void create(PostgresServer database) throws SQLException {
    database.execute(
        "CREATE TABLE account (id bigint PRIMARY KEY, version bigint NOT NULL)",
        "INSERT INTO account SELECT id, 0 FROM generate_series(0, " + (COUNT - 1) + ") AS id");
  }

  @SuppressWarnings("unchecked")
  static CorralCache<Long, Long> cache(CacheManager manager) {
    return manager
        .createCache("accounts", CorralConfiguration.builder(Long.class, Long.class).build())
        .unwrap(CorralCache.class);
  }

  static long version(Connection connection, long id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT version FROM account WHERE id = ?")) {
      select.setLong(1, id);
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  static void add(Connection connection, long id, long number) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE account SET version = version + ? WHERE id = ?")) {
      update.setLong(1, number);
      update.setLong(2, id);
      update.executeUpdate();
    }
  }

  /** Cache-aside: reads the cache, and on a miss the database, and fills the cache. */
  static long read(CorralCache<Long, Long> cache, Connection connection, long id)
      throws SQLException {
    Lookup<Long> found = cache.lookUp(id);
    Long cached = found.value();
    if (cached != null) {
      return cached;
    }
    long version = version(connection, id);
    pause(3);
    cache.fill(id, found.ticket(), version);
    return version;
  }

  /**
   * Reads the database, and then the cache, for an account at random.
   *
   * @return null if the cache was not older
   */
  static @Nullable String readAndCompare(CorralCache<Long, Long> cache, Connection connection)
      throws SQLException {
    long id = ThreadLocalRandom.current().nextInt(COUNT);
    long committed = version(connection, id);
    long read = read(cache, connection, id);
    if (read >= NEVER_COMMITTED) {
      return "ROLLED BACK: account %d has version %d".formatted(id, read);
    }
    return read >= committed
        ? null
        : "STALE: account %d has version %d, and not %d".formatted(id, read, committed);
  }

  /** Pauses at random, up to a number of ms. */
  static void pause(int maxMillis) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(maxMillis + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
