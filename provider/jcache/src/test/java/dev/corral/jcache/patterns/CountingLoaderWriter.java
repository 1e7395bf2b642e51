package dev.corral.jcache.patterns;

import dev.corral.jcache.fixtures.RawRedis;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/**
 * The loader and writer of the caches in these tests. It counts in Redis over all JVMs: {@code
 * test:loads} the loads of each key, {@code test:bulk} the calls of loadAll, {@code test:loaded}
 * the time at which the last load of a key ended.
 *
 * <p>Without a database, every key has the value "loaded", except keys that begin with "missing".
 */
final class CountingLoaderWriter
    implements CacheLoader<String, String>, CacheWriter<String, String> {

  /** After writing a value with this prefix, the writer waits for the key {@code test:go}. */
  static final String HANGING = "hang";

  /** One call, because a database is not asked once for each key either. */
  private static final String COUNT_BULK =
      "redis.call('INCR', 'test:bulk')"
          + " for _, key in ipairs(ARGV) do redis.call('HINCRBY', 'test:loads', key, 1) end";

  private final RawRedis redis;
  private final long millis;
  private final @Nullable String jdbc;
  private final ThreadLocal<Connection> connections = ThreadLocal.withInitial(this::connect);

  CountingLoaderWriter(URI redis, long millis, @Nullable String jdbc) {
    this.redis = RawRedis.connect(redis);
    this.millis = millis;
    this.jdbc = jdbc;
  }

  @Override
  public @Nullable String load(String key) {
    count("HINCRBY", "test:loads", key, 1);
    String value = jdbc == null ? (key.startsWith("missing") ? null : "loaded") : row(key);
    sleep(millis);
    count("HSET", "test:loaded", key, System.currentTimeMillis());
    if (redisHas("test:fail")) {
      throw new CacheLoaderException("the database is down");
    }
    return value;
  }

  @Override
  public Map<String, String> loadAll(Iterable<? extends String> keys) {
    List<String> counting = new ArrayList<>(List.of("EVAL", COUNT_BULK, "0"));
    keys.forEach(counting::add);
    count(counting.toArray());
    Map<String, String> values = new HashMap<>();
    for (String key : keys) {
      if (!key.startsWith("missing")) {
        values.put(key, "loaded");
      }
    }
    sleep(millis);
    return values;
  }

  @Override
  public void write(Cache.Entry<? extends String, ? extends String> entry) {
    if (redisHas("test:refuse")) {
      throw new CacheWriterException("refused");
    }
    if (jdbc != null) {
      update("MERGE INTO entries KEY(k) VALUES (?, ?)", entry.getKey(), entry.getValue());
    }
    if (entry.getValue().startsWith(HANGING)) {
      count("INCR", "test:written");
      while (!redisHas("test:go")) {
        sleep(5);
      }
    }
  }

  @Override
  public void delete(Object key) {
    if (redisHas("test:refuse")) {
      throw new CacheWriterException("refused");
    }
    update("DELETE FROM entries WHERE k = ?", key);
  }

  @Override
  public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
    entries.forEach(this::write);
    entries.clear();
  }

  @Override
  public void deleteAll(Collection<?> keys) {
    Set.copyOf(keys).forEach(this::delete);
    keys.clear();
  }

  /** Creates the table of the database. */
  static void createTable(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE entries (k VARCHAR PRIMARY KEY, v VARCHAR)");
    }
  }

  private @Nullable String row(String key) {
    try (PreparedStatement select =
        connections.get().prepareStatement("SELECT v FROM entries WHERE k = ?")) {
      select.setString(1, key);
      try (ResultSet rows = select.executeQuery()) {
        return rows.next() ? rows.getString(1) : null;
      }
    } catch (SQLException e) {
      throw new CacheLoaderException(e);
    }
  }

  private void update(String sql, Object... arguments) {
    try (PreparedStatement update = connections.get().prepareStatement(sql)) {
      for (int i = 0; i < arguments.length; i++) {
        update.setObject(i + 1, arguments[i]);
      }
      update.executeUpdate();
    } catch (SQLException e) {
      throw new CacheWriterException(e);
    }
  }

  private Connection connect() {
    try {
      return DriverManager.getConnection(String.valueOf(jdbc));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private synchronized void count(Object... command) {
    redis.call(command);
  }

  private synchronized boolean redisHas(String name) {
    return redis.number("EXISTS", name) == 1;
  }

  static void sleep(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
