package dev.corral.examples.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One SVG for each workload: a bar for the operations per second of every subject, in groups by
 * threads.
 */
final class Plots {

  private static final int WIDTH = 860;
  private static final int LEFT = 190;
  private static final int RIGHT = 90;
  private static final int TOP = 50;
  private static final int BAR = 15;
  private static final int GAP = 26;
  private static final Map<String, String> COLORS =
      Map.of(
          Subjects.CORRAL, "#0b6e4f",
          Subjects.REDISSON, "#f4a582",
          Subjects.REDISSON_TUNED, "#d6604d",
          Subjects.BUCKET, "#b2182b",
          Subjects.JEDIS, "#92c5de",
          Subjects.LETTUCE, "#4393c3");

  private Plots() {}

  static void draw(Map<Case, Map<String, Measurement>> results, Path folder) {
    Map<Workload, Map<Case, Map<String, Measurement>>> byWorkload = new LinkedHashMap<>();
    results.forEach(
        (what, measured) -> {
          if (what.isPlain()) {
            byWorkload
                .computeIfAbsent(what.workload(), it -> new LinkedHashMap<>())
                .put(what, measured);
          }
        });
    try {
      Files.createDirectories(folder);
      for (Map.Entry<Workload, Map<Case, Map<String, Measurement>>> entry : byWorkload.entrySet()) {
        String name = entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', '-');
        Files.write(folder.resolve(name + ".svg"), plot(entry.getKey(), entry.getValue()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> plot(Workload workload, Map<Case, Map<String, Measurement>> results) {
    double most =
        results.values().stream()
            .flatMap(measured -> measured.values().stream())
            .mapToDouble(Measurement::perSecond)
            .max()
            .orElse(1);
    List<String> bars = new ArrayList<>();
    int y = TOP;
    for (Map.Entry<Case, Map<String, Measurement>> entry : results.entrySet()) {
      int threads = entry.getKey().threads();
      bars.add(text(10, y + BAR - 3, threads == 1 ? "1 thread" : threads + " threads", "start"));
      for (Map.Entry<String, Measurement> measured : entry.getValue().entrySet()) {
        bars.addAll(bar(y, measured.getKey(), measured.getValue().perSecond(), most));
        y += BAR + 2;
      }
      y += GAP - BAR;
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-size=\"12\""
                .formatted(WIDTH, y)
            + " font-family=\"sans-serif\">");
    lines.add("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
    lines.add(text(10, 25, workload.title() + ": operations per second", "start"));
    lines.addAll(bars);
    lines.add("</svg>");
    return lines;
  }

  private static List<String> bar(int y, String subject, double perSecond, double most) {
    long length = Math.round((WIDTH - LEFT - RIGHT - 80) * perSecond / most);
    int left = LEFT + 80;
    return List.of(
        text(left - 6, y + BAR - 3, subject, "end"),
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>"
            .formatted(left, y, length, BAR, COLORS.getOrDefault(subject, "gray")),
        text(left + length + 5, y + BAR - 3, "%,.0f".formatted(perSecond), "start"));
  }

  private static String text(long x, long y, String text, String anchor) {
    return "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>".formatted(x, y, anchor, text);
  }
}
