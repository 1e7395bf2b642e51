package dev.corral.jcache.patterns;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.h2.tools.Server;

/** A database that all JVMs of a test share. */
final class Database implements AutoCloseable {

  private final Server server;
  private final Connection connection;
  private final String url;

  Database() throws SQLException {
    server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
    url = "jdbc:h2:tcp://127.0.0.1:%d/mem:patterns".formatted(server.getPort());
    connection = DriverManager.getConnection(url);
    CountingLoaderWriter.createTable(connection);
  }

  String url() {
    return url;
  }

  void put(String key, String value) throws SQLException {
    try (var merge = connection.prepareStatement("MERGE INTO entries KEY(k) VALUES (?, ?)")) {
      merge.setString(1, key);
      merge.setString(2, value);
      merge.executeUpdate();
    }
  }

  Map<String, String> rows() throws SQLException {
    Map<String, String> rows = new HashMap<>();
    try (var select = connection.prepareStatement("SELECT k, v FROM entries");
        ResultSet all = select.executeQuery()) {
      while (all.next()) {
        rows.put(all.getString(1), all.getString(2));
      }
    }
    return rows;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    server.stop();
  }
}
