package dev.corral.examples.patterns;

import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/**
 * The numbers that all steps and experiments produced.
 *
 * @param countries the number of rows in the table
 * @param server the address of the embedded Redis
 * @param keys the keys in Redis after the steps, with the milliseconds until each expires; -1 if it
 *     does not expire
 */
record Report(
    int countries,
    String server,
    List<Step> steps,
    SortedMap<String, Long> keys,
    List<Experiment> experiments) {

  private static final int DETAIL_INDENT = 19;

  /** The tables to print, as lines of text. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "\n%d countries in an H2 table, with a cache in the embedded Redis at %s\n\n"
            .formatted(countries, server));
    String row = "%-8s %-48s %8s %10s %5s %7s%n";
    text.append(row.formatted("step", "what it does", "DB reads", "DB writes", "hits", "misses"));
    for (Step step : steps) {
      text.append(
          row.formatted(
              step.name(), step.action(), step.reads(), step.writes(), step.hits(), step.misses()));
    }
    text.append("\n%-32s %s%n".formatted("key in Redis", "expires in"));
    keys.forEach((key, millis) -> text.append("%-32s %s%n".formatted(key, left(millis))));
    append(text);
    return text.toString();
  }

  private void append(StringBuilder text) {
    String row = "%-18s %-64s %-18s %8s %8s%n";
    text.append("\n")
        .append(row.formatted("experiment", "what it does", "counted", "expected", "measured"));
    for (Experiment experiment : experiments) {
      text.append(
          row.formatted(
              experiment.name(),
              experiment.action(),
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
      return "never";
    }
    Duration left = Duration.ofMillis(millis);
    return left.toMinutes() == 0
        ? "under a minute"
        : "%d min %02d s".formatted(left.toMinutes(), left.toSecondsPart());
  }
}
