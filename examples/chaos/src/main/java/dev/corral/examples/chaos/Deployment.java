package dev.corral.examples.chaos;

import java.io.IOException;
import java.util.List;

/** The servers of one topology, each behind a relay. Safe for many threads. */
interface Deployment extends AutoCloseable {

  /** The password of all servers, unless a fault has changed it. */
  String PASSWORD = "chaos";

  /** Options of every server with data: nothing acknowledged is lost by its own death. */
  List<String> DURABLE = List.of("--appendonly", "yes", "--appendfsync", "always", "--save", "");

  /** The URI for the clients. */
  String uri();

  /** The servers with data. */
  List<RedisServer> servers();

  /** Starts a server that was killed, in the role that the others give it. */
  void restart(RedisServer server);

  /** Whether all servers run, agree on the masters, and all replicas are connected. */
  boolean isHealthy();

  /** A text that changes with every failover. */
  String epoch();

  /**
   * Makes a replica the master while all servers run.
   *
   * @param choice which replica, and how
   * @throws IOException if a server does not do it
   */
  void failOver(int choice) throws IOException;

  /** Processes in addition to those with data; none by default. */
  default List<RedisServer> sentinels() {
    return List.of();
  }

  /** The current masters. */
  default List<RedisServer> masters() {
    return servers().stream().filter(RedisServer::isMaster).toList();
  }

  /**
   * Changes the password of all servers and closes the connections of all clients. The servers keep
   * their own connections.
   */
  default void changePassword(String next) throws IOException {
    for (RedisServer server : servers()) {
      server.call("CONFIG", "SET", "masterauth", next);
      server.call("CONFIG", "SET", "requirepass", next);
      server.setPassword(next);
      server.call("CLIENT", "KILL", "TYPE", "normal");
      server.call("CLIENT", "KILL", "TYPE", "pubsub");
    }
  }

  @Override
  default void close() {
    servers().forEach(RedisServer::close);
    sentinels().forEach(RedisServer::close);
  }
}
