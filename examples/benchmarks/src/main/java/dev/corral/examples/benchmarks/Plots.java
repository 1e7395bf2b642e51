package dev.corral.examples.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.Styler.LegendPosition;

/** One SVG for each workload: operations per second of every subject, by threads. */
final class Plots {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 420;
  private static final Map<String, Color> COLORS =
      Map.of(
          Subjects.CORRAL, new Color(0x0b6e4f),
          Subjects.REDISSON, new Color(0xf4a582),
          Subjects.REDISSON_TUNED, new Color(0xd6604d),
          Subjects.BUCKET, new Color(0xb2182b),
          Subjects.JEDIS, new Color(0x92c5de),
          Subjects.LETTUCE, new Color(0x4393c3));

  private Plots() {}

  static void draw(Map<Case, Map<String, Measurement>> results, Path folder) {
    Map<Workload, List<Case>> byWorkload = new LinkedHashMap<>();
    results.keySet().stream()
        .filter(Case::isPlain)
        .forEach(
            what -> byWorkload.computeIfAbsent(what.workload(), it -> new ArrayList<>()).add(what));
    try {
      Files.createDirectories(folder);
      for (Map.Entry<Workload, List<Case>> entry : byWorkload.entrySet()) {
        String name = entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', '-');
        CategoryChart chart = chart(entry.getKey(), entry.getValue(), results);
        VectorGraphicsEncoder.saveVectorGraphic(
            chart, folder.resolve(name).toString(), VectorGraphicsFormat.SVG);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CategoryChart chart(
      Workload workload, List<Case> cases, Map<Case, Map<String, Measurement>> results) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(workload.title())
            .xAxisTitle("threads")
            .yAxisTitle("operations per second")
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setYAxisDecimalPattern("#,###");
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    Set<String> subjects = new LinkedHashSet<>();
    cases.forEach(what -> subjects.addAll(measured(results, what).keySet()));
    List<String> threads = cases.stream().map(what -> Integer.toString(what.threads())).toList();
    for (String subject : subjects) {
      List<Double> perSecond =
          cases.stream()
              .map(what -> measured(results, what).get(subject))
              .map(it -> it == null ? 0.0 : it.perSecond())
              .toList();
      chart
          .addSeries(subject, threads, perSecond)
          .setFillColor(COLORS.getOrDefault(subject, Color.GRAY));
    }
    return chart;
  }

  private static Map<String, Measurement> measured(
      Map<Case, Map<String, Measurement>> results, Case what) {
    return results.getOrDefault(what, Map.of());
  }
}
