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

/** Draws figures as SVG. */
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
          Subjects.CORRAL_NEAR, "#66c2a4",
          Subjects.REDISSON, "#f4a582",
          Subjects.REDISSON_TUNED, "#d6604d",
          Subjects.BUCKET, "#b2182b",
          Subjects.JEDIS, "#92c5de",
          Subjects.LETTUCE, "#4393c3",
          Subjects.HAZELCAST, "#9970ab",
          Subjects.INFINISPAN, "#c2a5cf");

  private Plots() {}

  /** One plot for each workload, of the cases that only their threads tell apart. */
  static void draw(Map<Case, Map<String, Measurement>> results, Path folder) {
    Map<Workload, Map<String, Map<String, Double>>> byWorkload = new LinkedHashMap<>();
    results.forEach(
        (what, measured) -> {
          if (what.isPlain()) {
            Map<String, Double> perSecond = new LinkedHashMap<>();
            measured.forEach((name, it) -> perSecond.put(name, it.perSecond()));
            byWorkload
                .computeIfAbsent(what.workload(), it -> new LinkedHashMap<>())
                .put(what.threads() == 1 ? "1 thread" : what.threads() + " threads", perSecond);
          }
        });
    byWorkload.forEach(
        (workload, groups) ->
            draw(
                folder.resolve(workload.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".svg"),
                workload.title() + ": operations per second",
                groups));
  }

  /** A bar for each figure, in groups; none if there are no figures. */
  static void draw(Path file, String title, Map<String, Map<String, Double>> groups) {
    double most =
        groups.values().stream()
            .flatMap(figures -> figures.values().stream())
            .mapToDouble(figure -> figure)
            .max()
            .orElse(0);
    if (most == 0) {
      return;
    }
    List<String> bars = new ArrayList<>();
    int y = TOP;
    for (Map.Entry<String, Map<String, Double>> group : groups.entrySet()) {
      bars.add(text(10, y + BAR - 3, group.getKey(), "start"));
      for (Map.Entry<String, Double> figure : group.getValue().entrySet()) {
        bars.addAll(bar(y, figure.getKey(), figure.getValue(), most));
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
    lines.add(text(10, 25, title, "start"));
    lines.addAll(bars);
    lines.add("</svg>");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> bar(int y, String subject, double figure, double most) {
    long length = Math.round((WIDTH - LEFT - RIGHT - 80) * figure / most);
    int left = LEFT + 80;
    return List.of(
        text(left - 6, y + BAR - 3, subject, "end"),
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>"
            .formatted(left, y, length, BAR, COLORS.getOrDefault(subject, "gray")),
        text(
            left + length + 5,
            y + BAR - 3,
            (figure < 100 ? "%,.1f" : "%,.0f").formatted(figure),
            "start"));
  }

  private static String text(long x, long y, String text, String anchor) {
    return "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>".formatted(x, y, anchor, text);
  }
}
