package dev.corral.examples.quickstart;

import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/**
 * All that the quick start found out.
 *
 * @param countries rows of the table
 * @param server where the embedded Redis listened
 * @param keys what stood in Redis after the steps, with the milliseconds left to live
 */
record Report(
    int countries,
    String server,
    List<Step> steps,
    SortedMap<String, Long> keys,
    List<Experiment> experiments) {

  private static final int DETAIL_INDENT = 19;

  /** The tables to print. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "\n%d countries in H2, a cache in front of them in the embedded %s\n\n"
            .formatted(countries, server));
    String row = "%-8s %-48s %8s %10s %5s %7s%n";
    text.append(row.formatted("step", "done", "DB reads", "DB writes", "hits", "misses"));
    for (Step step : steps) {
      text.append(
          row.formatted(
              step.name(), step.done(), step.reads(), step.writes(), step.hits(), step.misses()));
    }
    text.append("\n%-32s %s%n".formatted("key in Redis", "time to live"));
    keys.forEach((key, millis) -> text.append("%-32s %s%n".formatted(key, left(millis))));
    append(text);
    return text.toString();
  }

  private void append(StringBuilder text) {
    String row = "%-18s %-69s %-18s %8s %8s%n";
    text.append("\n").append(row.formatted("experiment", "done", "", "expected", "measured"));
    for (Experiment experiment : experiments) {
      text.append(
          row.formatted(
              experiment.name(),
              experiment.done(),
              experiment.counted(),
              experiment.expected(),
              experiment.measured()));
      if (!experiment.detail().isEmpty()) {
        text.append(experiment.detail().indent(DETAIL_INDENT));
      }
    }
  }

  private static String left(long millis) {
    if (millis < 0) {
      return "-";
    }
    Duration left = Duration.ofMillis(millis);
    return left.toMinutes() == 0
        ? "under a minute"
        : "%d min %02d s".formatted(left.toMinutes(), left.toSecondsPart());
  }
}
