package dev.corral.examples.hibernate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import org.h2.tools.Server;
import redis.embedded.RedisServer;

/** A database server and a Redis, both on free ports of the loopback address. */
final class Servers implements AutoCloseable {

  private final Server database;
  private final RedisServer redis;

  private Servers(Server database, RedisServer redis) {
    this.database = database;
    this.redis = redis;
  }

  static Servers start() {
    try {
      Server database = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
      RedisServer redis =
          RedisServer.newRedisServer()
              .port(freePort())
              .bind(InetAddress.getLoopbackAddress().getHostAddress())
              .setting("save \"\"")
              .build();
      redis.start();
      return new Servers(database, redis);
    } catch (SQLException e) {
      throw new IllegalStateException("The database does not start", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The JDBC URL of an in-memory database, which the first connection creates. */
  String databaseUrl(String name) {
    return "jdbc:h2:tcp://localhost:%d/mem:%s;DB_CLOSE_DELAY=-1"
        .formatted(database.getPort(), name);
  }

  String redisUri() {
    return "redis://127.0.0.1:" + redis.ports().get(0);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    database.stop();
    try {
      redis.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
