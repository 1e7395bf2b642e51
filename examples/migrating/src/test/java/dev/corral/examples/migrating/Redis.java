package dev.corral.examples.migrating;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.embedded.RedisServer;

/** A Redis of a test on the loopback address, and a client that looks at its keys. */
final class Redis implements AutoCloseable {

  private final RedisServer server;
  private final int port;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  private Redis(RedisServer server, int port) {
    this.server = server;
    this.port = port;
    this.client = RedisClient.create("redis://127.0.0.1:" + port);
    this.connection = client.connect();
  }

  static Redis start() {
    try {
      int port = freePort();
      RedisServer server =
          RedisServer.newRedisServer()
              .port(port)
              .bind("127.0.0.1")
              .setting("save \"\"")
              .setting("appendonly no")
              .build();
      server.start();
      return new Redis(server, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  String uri() {
    return "redis://127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  List<String> keys() {
    return connection.sync().keys("*");
  }

  String typeOf(String key) {
    return connection.sync().type(key);
  }

  /** The time until a key expires; -1 if it never does. */
  long millisToLive(String key) {
    return connection.sync().pttl(key);
  }

  /** Runs the lines of a region of a shell script with this Redis; needs redis-cli. */
  void run(Path script, String region) throws IOException, InterruptedException {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(it -> Files.isExecutable(Path.of(it, "redis-cli"))),
        "no redis-cli");
    String lines = Files.readString(script);
    int start = lines.indexOf("# tag::" + region);
    String commands =
        lines
            .substring(start, lines.indexOf("# end::" + region))
            .replace("redis-cli ", "redis-cli -p " + port + " ");
    Process shell =
        new ProcessBuilder("sh", "-e", "-c", commands).redirectErrorStream(true).start();
    String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!shell.waitFor(20, TimeUnit.SECONDS) || shell.exitValue() != 0) {
      throw new IOException(output);
    }
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown(0, 1, TimeUnit.SECONDS);
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
