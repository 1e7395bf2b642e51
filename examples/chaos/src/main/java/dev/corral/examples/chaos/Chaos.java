package dev.corral.examples.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The main class of the chaos suite: {@link ChaosOptions#USAGE}, docs/reliability.md. */
final class Chaos {

  private final ChaosOptions options;
  private final PrintStream out;
  private final List<Violation> violations = new ArrayList<>();
  private final StringBuilder summary = new StringBuilder();
  private @Nullable Session session;

  Chaos(ChaosOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /** Ends with 1 if there were violations. */
  public static void main(String[] arguments) {
    Chaos chaos = new Chaos(ChaosOptions.of(List.of(arguments)), System.out);
    Optional<List<Violation>> violations = chaos.run();
    System.exit(violations.map(List::isEmpty).orElse(true) ? 0 : 1);
  }

  /**
   * Runs all topologies.
   *
   * @return the violations; empty if this machine has no Redis server program
   */
  Optional<List<Violation>> run() {
    Path output = options.output().toAbsolutePath();
    try {
      Files.createDirectories(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Optional<Path> program = RedisServer.program(output);
    if (program.isEmpty()) {
      out.println("Chaos suite skipped: no redis-server in CORRAL_TEST_REDIS_SERVER or the PATH.");
      return Optional.empty();
    }
    long end = System.nanoTime() + options.duration().toNanos();
    int left = options.topologies().size();
    for (Topology topology : options.topologies()) {
      long now = System.nanoTime();
      run(topology, program.get(), output, now + Math.max(0, end - now) / left--);
    }
    write(output.resolve("summary.txt"), summary.toString());
    return Optional.of(List.copyOf(violations));
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void closeSession() {
    Session open = session;
    session = null;
    if (open != null) {
      open.close();
    }
  }

  private void run(Topology topology, Path program, Path output, long end) {
    Tally total = new Tally();
    long began = System.nanoTime();
    long first = options.seed();
    long longest = 0;
    try {
      for (int i = 0; i < options.rounds(); i++) {
        long start = System.nanoTime();
        if (i > 0 && start + longest > end) {
          break;
        }
        Session current = session;
        if (current == null) {
          Path folder = unused(output, "%s-%d".formatted(topology.title(), first + i));
          session = current = Session.start(topology, program, folder);
        }
        round(current, first + i, i, output, total);
        longest = Math.max(longest, System.nanoTime() - start);
      }
    } finally {
      closeSession();
    }
    if (total.get(Tally.Counter.ROUNDS) == 0) {
      throw new IllegalStateException("no round of %s had a result".formatted(topology.title()));
    }
    long seconds = (System.nanoTime() - began) / 1_000_000_000;
    String text = "%s, %d s, seeds from %d:%n%s".formatted(topology.title(), seconds, first, total);
    summary.append(text);
    out.print(text);
  }

  private void round(Session current, long seed, int number, Path output, Tally total) {
    Topology topology = current.topology();
    String name = "%s-seed-%d".formatted(topology.title(), seed);
    Path folder = unused(output, name);
    Round.Result result;
    try {
      result = new Round(current, seed, number, folder).run();
    } catch (IllegalStateException e) {
      total.add(Tally.Counter.ABORTED, 1);
      out.printf("%s: no result: %s%n", name, e.getMessage());
      closeSession();
      return;
    }
    total.add(result.tally());
    result.violations().forEach(it -> violations.add(it.in(name)));
    out.printf("%s: %s%n", name, result.tally().line());
    if (result.violations().isEmpty()) {
      delete(folder);
    } else {
      printViolations(result.violations());
      out.printf("  History: %s%n  Again: %s%n", folder, Evidence.replay(topology, seed));
    }
    if (result.isBroken()) {
      closeSession();
    }
  }

  /** A folder that does not exist, so that the evidence of an earlier run remains. */
  private static Path unused(Path output, String name) {
    Path folder = output.resolve(name);
    for (int i = 2; Files.exists(folder); i++) {
      folder = output.resolve("%s-%d".formatted(name, i));
    }
    return folder;
  }

  /** Prints one violation of each kind and cache; the folder has all. */
  private void printViolations(List<Violation> found) {
    Map<String, List<Violation>> groups =
        found.stream()
            .collect(
                Collectors.groupingBy(
                    it -> it.kind() + it.where().replaceFirst("/.*", ""),
                    LinkedHashMap::new,
                    Collectors.toList()));
    for (List<Violation> group : groups.values()) {
      String more = group.size() == 1 ? "" : " (%d of this kind)".formatted(group.size());
      out.printf("  VIOLATION %s%s%n", group.get(0), more);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
