package dev.corral.jcache.tck;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A server process on a free loopback port. It stops when this JVM exits. */
final class RedisProcess {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final int port;
  private final Path folder;
  private final Process process;

  /**
   * Starts a server.
   *
   * @param settings the lines of the file with its settings
   */
  private RedisProcess(Path binary, List<String> settings, String... options) {
    try {
      port = freePort();
      folder = Files.createTempDirectory("corral-tck-");
      Path file = Files.write(folder.resolve("server.conf"), settings);
      List<String> command = new ArrayList<>(List.of(binary.toString(), file.toString()));
      command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
      command.addAll(List.of("--dir", folder.toString()));
      command.addAll(List.of(options));
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop-redis-" + port));
    await("server on port " + port, () -> "+PONG".equals(call("PING")));
  }

  private static RedisProcess inMemory(Path binary, String... settings) {
    List<String> all = new ArrayList<>(List.of("save \"\"", "appendonly no"));
    all.addAll(List.of(settings));
    return new RedisProcess(binary, all);
  }

  static RedisProcess standalone(Path binary) {
    return inMemory(binary);
  }

  static RedisProcess clusterNode(Path binary) {
    return inMemory(binary, "cluster-enabled yes");
  }

  /** A replica that logs in to its master. */
  static RedisProcess replica(Path binary, RedisProcess master, String user, String password) {
    RedisProcess replica =
        inMemory(
            binary,
            "replicaof 127.0.0.1 " + master.port(),
            "masteruser " + user,
            "masterauth " + password);
    await("replica", () -> replica.call("INFO replication").contains("master_link_status:up"));
    return replica;
  }

  /** A sentinel that logs in to the master and its replicas. */
  static RedisProcess sentinel(
      Path binary, String name, RedisProcess master, String user, String password) {
    List<String> settings =
        List.of(
            "sentinel monitor %s 127.0.0.1 %d 1".formatted(name, master.port()),
            "sentinel auth-user %s %s".formatted(name, user),
            "sentinel auth-pass %s %s".formatted(name, password));
    RedisProcess sentinel = new RedisProcess(binary, settings, "--sentinel");
    await("sentinel", () -> sentinel.call("INFO sentinel").contains("status=ok"));
    return sentinel;
  }

  int port() {
    return port;
  }

  /** The reply to an inline command: its first line or its body; empty if the server is down. */
  String call(String command) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        BufferedReader reply =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      socket.setSoTimeout((int) TIMEOUT.toMillis());
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      String first = reply.readLine();
      if (first == null || !first.startsWith("$")) {
        return first == null ? "" : first;
      }
      char[] body = new char[Integer.parseInt(first.substring(1))];
      for (int read = 0; read < body.length; ) {
        int more = reply.read(body, read, body.length - read);
        if (more < 0) {
          return "";
        }
        read += more;
      }
      return new String(body);
    } catch (IOException e) {
      return "";
    }
  }

  static void await(String what, BooleanSupplier ready) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (!ready.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("The " + what + " is not ready after " + TIMEOUT);
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while waiting for the " + what, e);
      }
    }
  }

  private void stop() {
    process.destroyForcibly();
    try (Stream<Path> files = Files.walk(folder)) {
      process.waitFor();
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A port below the ephemeral ports. A cluster node also needs the port that is 10,000 higher. */
  private static int freePort() {
    while (true) {
      int candidate = ThreadLocalRandom.current().nextInt(12_000, 22_000);
      if (isFree(candidate) && isFree(candidate + 10_000)) {
        return candidate;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
