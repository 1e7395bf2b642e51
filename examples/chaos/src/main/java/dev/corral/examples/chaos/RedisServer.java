package dev.corral.examples.chaos;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.error.OsArchitectureNotFound;
import redis.embedded.error.UnknownOSName;

/** A Redis server or sentinel in a process of its own, on a free port of 127.0.0.1. */
final class RedisServer implements AutoCloseable {

  private static final int ADMIN_TIMEOUT_MILLIS = 3_000;

  private final Path program;
  private final Path folder;
  private final int port;
  private final List<String> options;
  private final List<String> extraOptions = new ArrayList<>();
  private volatile String password;
  private @Nullable Process process;

  private RedisServer(Path program, Path folder, int port, List<String> options, String password) {
    this.program = program;
    this.folder = folder;
    this.port = port;
    this.options = options;
    this.password = password;
  }

  /**
   * The program: the one that {@code CORRAL_TEST_REDIS_SERVER} names, the one in the path, or the
   * one in embedded-redis, which is unpacked into the folder.
   *
   * @return empty if there is none for this machine
   */
  static Optional<Path> program(Path folder) {
    String named = System.getenv("CORRAL_TEST_REDIS_SERVER");
    if (named != null && Files.isExecutable(Path.of(named))) {
      return Optional.of(Path.of(named));
    }
    String path = String.valueOf(System.getenv("PATH"));
    Optional<Path> installed =
        Arrays.stream(path.split(File.pathSeparator, -1))
            .map(it -> Path.of(it, "redis-server"))
            .filter(Files::isExecutable)
            .findFirst();
    return installed.isPresent() ? installed : unpacked(folder);
  }

  private static Optional<Path> unpacked(Path folder) {
    try {
      return Optional.of(ExecutableProvider.newJarResourceProvider(folder.toFile()).get().toPath());
    } catch (IOException | OsArchitectureNotFound | UnknownOSName | NullPointerException e) {
      return Optional.empty();
    }
  }

  /**
   * Starts a server, and does not wait until it is ready.
   *
   * @param folder its working directory, which is created
   * @param options of its command line, in addition to the port and the address
   * @param password of the default user; empty for none
   */
  static RedisServer start(
      Path program, Path folder, int port, List<String> options, String password) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RedisServer server = new RedisServer(program, folder, port, options, password);
    server.start(List.of());
    return server;
  }

  /** A port whose bus port, which is 10,000 higher, is free too. */
  static int freePort() {
    while (true) {
      int candidate = ThreadLocalRandom.current().nextInt(12_000, 22_000);
      if (isFree(candidate) && isFree(candidate + 10_000)) {
        return candidate;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, RespConnection.loopback())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  int port() {
    return port;
  }

  /** The folder with the data and the log. */
  Path folder() {
    return folder;
  }

  /** Starts the process again, with the data on its disk; does not wait until it is ready. */
  synchronized void start(List<String> more) {
    if (isRunning()) {
      return;
    }
    extraOptions.clear();
    extraOptions.addAll(more);
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(options);
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(extraOptions);
    if (!password.isEmpty()) {
      command.addAll(List.of("--requirepass", password, "--masterauth", password));
    }
    try {
      process =
          ChildProcesses.add(
              new ProcessBuilder(command)
                  .directory(folder.toFile())
                  .redirectErrorStream(true)
                  .redirectOutput(Redirect.appendTo(folder.resolve("log").toFile()))
                  .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitReady() {
    Waiting.until("the server at port " + port, 20_000, this::answers);
  }

  /** Whether it answers, which it does not while it loads its data. */
  boolean answers() {
    try (RespConnection connection = RespConnection.open(port, password, 500)) {
      return "PONG".equals(connection.call("PING"));
    } catch (IOException e) {
      return false;
    }
  }

  /** SIGKILL. */
  synchronized void kill() {
    if (process != null) {
      process.destroyForcibly();
      try {
        process.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  synchronized boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** SIGSTOP. */
  void suspend() {
    signal("STOP");
  }

  /** SIGCONT. */
  void resume() {
    signal("CONT");
  }

  private synchronized void signal(String name) {
    if (isRunning() && process != null) {
      Signals.send(name, process.pid());
    }
  }

  /** Sets the password that the driver uses from now on. */
  void setPassword(String password) {
    this.password = password;
  }

  String password() {
    return password;
  }

  /** Sends one command by a connection of its own. */
  @Nullable Object call(String... command) throws IOException {
    try (RespConnection connection = RespConnection.open(port, password, ADMIN_TIMEOUT_MILLIS)) {
      return connection.call(command);
    }
  }

  /** A field of {@code INFO}; empty if the server does not answer within half a second. */
  String info(String section, String field) {
    try (RespConnection connection = RespConnection.open(port, password, 500)) {
      String info =
          section.equals("cluster info")
              ? String.valueOf(connection.call("CLUSTER", "INFO"))
              : String.valueOf(connection.call("INFO", section));
      return info.lines()
          .filter(it -> it.startsWith(field + ":"))
          .map(it -> it.substring(field.length() + 1).strip())
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  boolean isMaster() {
    return info("replication", "role").equals("master");
  }

  @Override
  public void close() {
    kill();
  }
}
