package dev.corral.examples.benchmarks;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The results, as a table that grows while they come in, and as JSON at the end. */
final class Report {

  private final Map<String, Object> machine = new LinkedHashMap<>();
  private final Map<Case, Map<String, Measurement>> measured = new LinkedHashMap<>();
  private final List<Map<String, Object>> cases = new ArrayList<>();

  private final Map<String, Map<String, Double>> memory = new LinkedHashMap<>();
  private final Map<String, Map<String, Double>> cleared = new LinkedHashMap<>();
  private int entries;
  private final Map<String, Map<String, Double>> near = new LinkedHashMap<>();

  Report(String redisVersion, Duration roundTrip) {
    machine.put("processors", Runtime.getRuntime().availableProcessors());
    machine.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    machine.put("redis", redisVersion);
    machine.put("addedRoundTripMillis", roundTrip.toNanos() / 1e6);
    System.out.println(machine);
  }

  void add(Case what, Map<String, Measurement> medians) {
    measured.put(what, medians);
    double corral = medians.getOrDefault(Subjects.CORRAL, NONE).perSecond();
    System.out.printf(
        "%n%s%n%-28s %12s %10s %10s %10s %10s %10s %10s %10s%n",
        what.title(),
        "",
        "per second",
        "Corral is",
        "p50 µs",
        "p99 µs",
        "p99.9 µs",
        "Redis µs",
        "client µs",
        "bytes");
    Map<String, Object> subjects = new LinkedHashMap<>();
    medians.forEach(
        (name, it) -> {
          System.out.printf(
              "%-28s %,12.0f %9.2fx %10.1f %10.1f %10.1f %10s %10.2f %,10.0f%n",
              name,
              it.perSecond(),
              corral / it.perSecond(),
              it.p50Micros(),
              it.p99Micros(),
              it.p999Micros(),
              Double.isNaN(it.redisMicros()) ? "-" : "%.2f".formatted(it.redisMicros()),
              it.clientMicros(),
              it.allocatedBytes());
          subjects.put(name, figures(it));
        });
    cases.add(
        Map.of(
            "title", what.title(),
            "workload", what.workload().name(),
            "threads", what.threads(),
            "payload", what.payload(),
            "keys", what.keys().name(),
            "virtual", what.virtual(),
            "subjects", subjects));
  }

  void addMemory(Map<String, double[]> bytesPerEntry) {
    System.out.printf("%nBytes of Redis's memory for each entry%n");
    bytesPerEntry.forEach(
        (kind, bytes) -> {
          System.out.printf(
              "%-28s Corral %6.0f   Redisson %6.0f   ratio %.2f%n",
              kind, bytes[0], bytes[1], bytes[0] / bytes[1]);
          memory.put(
              kind,
              Map.of(Subjects.CORRAL, rounded(bytes[0]), Subjects.REDISSON, rounded(bytes[1])));
        });
  }

  void addNear(Map<String, Map<String, Double>> nanos) {
    System.out.printf("%nA read of what is near, in ns%n");
    nanos.forEach(
        (kind, bySubject) -> {
          double corral = bySubject.getOrDefault(Subjects.CORRAL, Double.NaN);
          bySubject.forEach(
              (name, it) ->
                  System.out.printf("%-12s %-28s %,10.1f %9.2fx%n", kind, name, it, it / corral));
        });
    near.putAll(nanos);
  }

  void addCleared(int entries, Map<String, ClearComparison.Cleared> results) {
    System.out.printf("%nclear() of %,d entries%n", entries);
    results.forEach(
        (name, it) -> {
          System.out.printf(
              "%-28s %10.1f ms for the caller, Redis's longest command %.1f ms, longest ping %.1f ms%n",
              name, it.caller(), it.longestCommand(), it.longestPing());
          clearedBy("caller", name, it.caller());
          clearedBy("longest command", name, it.longestCommand());
          clearedBy("longest ping", name, it.longestPing());
        });
    this.entries = entries;
  }

  private void clearedBy(String what, String name, double millis) {
    cleared.computeIfAbsent(what, it -> new LinkedHashMap<>()).put(name, rounded(millis));
  }

  private static final Measurement NONE = new Measurement(Double.NaN, 0, 0, 0, 0, 0, 0);

  private static Map<String, Object> figures(Measurement it) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("perSecond", Math.round(it.perSecond()));
    figures.put("p50Micros", rounded(it.p50Micros()));
    figures.put("p99Micros", rounded(it.p99Micros()));
    figures.put("p999Micros", rounded(it.p999Micros()));
    if (!Double.isNaN(it.redisMicros())) {
      figures.put("redisMicros", rounded(it.redisMicros()));
    }
    figures.put("clientMicros", rounded(it.clientMicros()));
    figures.put("allocatedBytes", Math.round(it.allocatedBytes()));
    return figures;
  }

  private static double rounded(double figure) {
    return Math.round(figure * 100) / 100.0;
  }

  void draw(Path folder) {
    Plots.draw(measured, folder);
    Plots.draw(folder.resolve("near-hits.svg"), "A read of what is near: ns", near);
    Plots.draw(folder.resolve("memory.svg"), "Redis's memory: bytes for each entry", memory);
    Plots.draw(
        folder.resolve("clear.svg"), "clear() of %,d entries: ms".formatted(entries), cleared);
  }

  void write(Path file) {
    String json =
        ConfigValueFactory.fromMap(
                Map.of(
                    "machine", machine,
                    "cases", cases,
                    "bytesPerEntry", memory,
                    "nearNanos", near,
                    "clear", Map.of("entries", entries, "millis", cleared)))
            .render(ConfigRenderOptions.defaults().setOriginComments(false));
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.writeString(file, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
