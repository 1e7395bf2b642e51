package dev.corral.jcache.outage;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.OutageOptions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.h2.tools.Server;
import org.jspecify.annotations.Nullable;

/** A table that several JVMs share, as loader and writer of their caches. */
final class SharedTable
    implements CacheLoader<String, Integer>, CacheWriter<String, Integer>, AutoCloseable {

  private final @Nullable Server server;
  private final String url;
  private final Connection connection;
  final AtomicInteger loads = new AtomicInteger();

  private SharedTable(@Nullable Server server, String url) throws SQLException {
    this.server = server;
    this.url = url;
    this.connection = DriverManager.getConnection(url);
    update("CREATE TABLE IF NOT EXISTS numbers (k VARCHAR PRIMARY KEY, v INT)");
  }

  /** A new table, which lasts until it is closed. */
  static SharedTable create() throws SQLException {
    Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
    return new SharedTable(server, "jdbc:h2:tcp://127.0.0.1:%d/mem:t".formatted(server.getPort()));
  }

  /** The table of another JVM. */
  static SharedTable connect(String url) throws SQLException {
    return new SharedTable(null, url);
  }

  String url() {
    return url;
  }

  /** Reads through and writes through this table. */
  CorralConfiguration<String, Integer> configuration(boolean readBeforeWrite) {
    return CorralConfiguration.builder(String.class, Integer.class)
        .standard(
            it ->
                it.setStatisticsEnabled(true)
                    .setReadThrough(true)
                    .setCacheLoaderFactory(new SingletonFactory<>(this))
                    .setWriteThrough(true)
                    .setCacheWriterFactory(new SingletonFactory<>(this)))
        .outage(OutageOptions.DEFAULTS.withReadBeforeWrite(readBeforeWrite))
        .build();
  }

  private void update(String sql, Object... arguments) {
    try (var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.length; i++) {
        statement.setObject(i + 1, arguments[i]);
      }
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The row of a key; null if there is none. */
  @Nullable Integer row(String key) {
    try (var select = connection.prepareStatement("SELECT v FROM numbers WHERE k = ?")) {
      select.setString(1, key);
      ResultSet found = select.executeQuery();
      return found.next() ? found.getInt(1) : null;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public @Nullable Integer load(String key) {
    loads.incrementAndGet();
    return row(key);
  }

  @Override
  public Map<String, Integer> loadAll(Iterable<? extends String> keys) {
    Map<String, Integer> loaded = new HashMap<>();
    for (String key : keys) {
      Integer row = load(key);
      if (row != null) {
        loaded.put(key, row);
      }
    }
    return loaded;
  }

  @Override
  public void write(Cache.Entry<? extends String, ? extends Integer> entry) {
    update("MERGE INTO numbers KEY(k) VALUES (?, ?)", entry.getKey(), entry.getValue());
  }

  @Override
  public void writeAll(Collection<Cache.Entry<? extends String, ? extends Integer>> entries) {
    entries.forEach(this::write);
    entries.clear();
  }

  @Override
  public void delete(Object key) {
    update("DELETE FROM numbers WHERE k = ?", key);
  }

  @Override
  public void deleteAll(Collection<?> keys) {
    keys.forEach(this::delete);
    keys.clear();
  }

  /** Closes the connection; the table of {@link #create} ends. A cache also closes its loader. */
  @Override
  public void close() throws SQLException {
    connection.close();
    if (server != null) {
      server.stop();
    }
  }
}
