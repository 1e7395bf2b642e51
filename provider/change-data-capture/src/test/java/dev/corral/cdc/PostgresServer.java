package dev.corral.cdc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A PostgreSQL of one test: that of the test libraries if it starts here, else the one that is
 * installed below {@code /usr/lib/postgresql}. Without both, the test is skipped and says so.
 */
final class PostgresServer implements AutoCloseable {

  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

  /**
   * It has to write a log that can be decoded, and to write it at each COMMIT. Transactions of its
   * own would let caches be cleared twice.
   */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "wal_level",
          "logical",
          "synchronous_commit",
          "on",
          "max_replication_slots",
          "40",
          "max_prepared_transactions",
          "5",
          "autovacuum",
          "off");

  private final String url;
  private final Closing closing;

  private interface Closing {
    void close() throws IOException;
  }

  private PostgresServer(String url, Closing closing) {
    this.url = url;
    this.closing = closing;
  }

  static PostgresServer start() throws IOException {
    try {
      EmbeddedPostgres.Builder builder =
          EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(30));
      SETTINGS.forEach(builder::setServerConfig);
      EmbeddedPostgres embedded = builder.start();
      return new PostgresServer(embedded.getJdbcUrl("postgres", "postgres"), embedded::close);
    } catch (IOException | RuntimeException e) {
      PostgresServer installed = installed();
      Assumptions.assumeTrue(
          installed != null,
          "skipped: the test needs a PostgreSQL; that of the test libraries does not start here ("
              + e
              + "), and none is installed below "
              + INSTALLED);
      return Objects.requireNonNull(installed);
    }
  }

  /** A server of the installed programs, run as another user if this one is root; null for none. */
  static @Nullable PostgresServer installed() throws IOException {
    Path programs = newestPrograms();
    if (programs == null) {
      return null;
    }
    Path folder = Files.createTempDirectory("corral-postgres");
    Path data = folder.resolve("data");
    int port = OwnServer.freePort();
    if (isRoot()) {
      run(List.of("chown", "postgres", folder.toString()), folder);
    }
    run(
        asUser(programs.resolve("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-N"),
        folder);
    List<Object> arguments =
        new ArrayList<>(List.of("-D", data, "-p", port, "-h", "127.0.0.1", "-k", folder, "-F"));
    SETTINGS.forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
    Process server =
        new ProcessBuilder(asUser(programs.resolve("postgres"), arguments.toArray()))
            .redirectErrorStream(true)
            .redirectOutput(new File("/dev/null"))
            .start();
    String url = "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres".formatted(port);
    awaitConnection(url);
    return new PostgresServer(
        url,
        () -> {
          List<ProcessHandle> processes = new ArrayList<>(server.descendants().toList());
          processes.add(server.toHandle());
          processes.forEach(ProcessHandle::destroy);
          processes.forEach(it -> it.onExit().orTimeout(10, TimeUnit.SECONDS).join());
          delete(folder);
        });
  }

  private static @Nullable Path newestPrograms() throws IOException {
    if (!Files.isDirectory(INSTALLED)) {
      return null;
    }
    try (Stream<Path> versions = Files.list(INSTALLED)) {
      return versions
          .map(it -> it.resolve("bin"))
          .filter(it -> Files.isExecutable(it.resolve("initdb")))
          .max(Comparator.naturalOrder())
          .orElse(null);
    }
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static List<String> asUser(Path program, Object... arguments) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.add(program.toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  private static void run(List<String> command, Path folder) throws IOException {
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(command + " failed: " + Files.readString(log));
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void awaitConnection(String url) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        DriverManager.getConnection(url).close();
        return;
      } catch (SQLException e) {
        if (System.nanoTime() - end > 0) {
          throw new IOException(e);
        }
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(it -> it.toFile().delete());
    }
  }

  String url() {
    return url;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url);
  }

  /** The first column of the first row, as text; null if there is none. */
  @Nullable String select(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    }
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  @Override
  public void close() throws IOException {
    closing.close();
  }
}
