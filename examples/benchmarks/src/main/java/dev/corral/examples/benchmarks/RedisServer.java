package dev.corral.examples.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.resps.Slowlog;
import redis.embedded.core.RedisServerBuilder;

/** The Redis that all subjects share: one that is named, or the embedded one. */
final class RedisServer implements AutoCloseable {

  private final String host;
  private final int port;
  private final redis.embedded.@Nullable RedisServer embedded;
  private final Jedis admin;

  private RedisServer(String host, int port, redis.embedded.@Nullable RedisServer embedded) {
    this.host = host;
    this.port = port;
    this.embedded = embedded;
    this.admin = new Jedis(host, port, 60_000);
  }

  /** One that runs, which is emptied. */
  static RedisServer running(String host, int port) {
    RedisServer redis = new RedisServer(host, port, null);
    redis.admin.flushAll();
    return redis;
  }

  static RedisServer embedded() {
    try {
      int port = freePort();
      redis.embedded.RedisServer server =
          new RedisServerBuilder()
              .port(port)
              .bind("127.0.0.1")
              .setting("save \"\"")
              .setting("appendonly no")
              .build();
      server.start();
      return new RedisServer("127.0.0.1", port, server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  String version() {
    return info("server", "redis_version").orElse("?");
  }

  /** Processor time since its start. */
  double processorMicros() {
    return (Double.parseDouble(info("cpu", "used_cpu_user").orElse("0"))
            + Double.parseDouble(info("cpu", "used_cpu_sys").orElse("0")))
        * 1e6;
  }

  long usedBytes() {
    return Long.parseLong(info("memory", "used_memory").orElse("0"));
  }

  /** Lets Redis note how long commands take. */
  void watchCommands() {
    admin.configSet("slowlog-log-slower-than", "100");
    admin.configSet("slowlog-max-len", "100000");
    admin.slowlogReset();
  }

  /** The longest command since then; 0 if none was noteworthy. */
  long longestCommandMicros() {
    return admin.slowlogGet(-1).stream().mapToLong(Slowlog::getExecutionTime).max().orElse(0);
  }

  /** A connection of one's own, which is closed by who asks for it. */
  Jedis connect() {
    return new Jedis(host, port, 60_000);
  }

  void flush() {
    admin.flushAll();
  }

  private Optional<String> info(String section, String field) {
    return Arrays.stream(admin.info(section).split("\r\n"))
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> line.substring(field.length() + 1))
        .findFirst();
  }

  @Override
  public void close() {
    admin.close();
    if (embedded != null) {
      try {
        embedded.stop();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
