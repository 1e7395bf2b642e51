package dev.corral.examples.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** What remains of a round with a violation: the seed, the plan, the violations and all logs. */
final class Evidence {

  private final Path folder;
  private final Session session;

  /**
   * The evidence of a round.
   *
   * @param folder with the history; the other files are added
   */
  Evidence(Path folder, Session session) {
    this.folder = folder;
    this.session = session;
  }

  /** The command that runs a round with this plan again. */
  static String replay(Topology topology, long seed) {
    return "mvn -q -B -ntp -pl examples/chaos -am package -Dmaven.test.skip -Prun"
        + " -Dchaos=\"--topology=%s --seed=%d --rounds=1\"".formatted(topology.title(), seed);
  }

  void write(long seed, FaultPlan plan, List<String> log, List<Violation> violations) {
    StringBuilder text = new StringBuilder();
    text.append("Topology %s, seed %d%n%n".formatted(session.topology().title(), seed));
    text.append("Run a round with the same faults and operations again:%n".formatted());
    text.append("%s%n%nPlan:%n%s%n".formatted(replay(session.topology(), seed), plan));
    text.append("Injected, by the monotonic clock in nanoseconds:%n".formatted());
    log.forEach(it -> text.append("  %s%n".formatted(it)));
    for (Violation violation : violations) {
      text.append("%n%s%n".formatted(violation.report()));
    }
    try {
      Files.writeString(folder.resolve("violations.txt"), text, UTF_8);
      copyLogs();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copyLogs() throws IOException {
    try (Stream<Path> files = Files.list(session.folder())) {
      for (Path file : files.filter(it -> it.toString().endsWith(".log")).toList()) {
        copy(file, file.getFileName().toString());
      }
    }
    for (RedisServer server : session.deployment().servers()) {
      copy(server.folder().resolve("log"), "redis-%d.log".formatted(server.port()));
      copyAppendOnlyFiles(server);
    }
    for (RedisServer sentinel : session.deployment().sentinels()) {
      copy(sentinel.folder().resolve("log"), "sentinel-%d.log".formatted(sentinel.port()));
    }
  }

  /** The commands that changed the data of the server, since the file was last rewritten. */
  private void copyAppendOnlyFiles(RedisServer server) throws IOException {
    Path appended = server.folder().resolve("appendonlydir");
    if (!Files.isDirectory(appended)) {
      return;
    }
    try (Stream<Path> files = Files.list(appended)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".incr.aof")).toList()) {
        copy(file, "redis-%d-%s".formatted(server.port(), file.getFileName()));
      }
    }
  }

  private void copy(Path file, String name) throws IOException {
    if (Files.exists(file)) {
      Files.copy(file, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
