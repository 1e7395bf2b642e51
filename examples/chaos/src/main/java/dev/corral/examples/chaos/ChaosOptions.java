package dev.corral.examples.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The command line.
 *
 * @param topologies in the order in which they run
 * @param duration of all of them together; each runs one round at least
 * @param rounds the maximum number of rounds for each topology
 * @param seed of the first round; the next ones have the next numbers
 * @param output for logs, and for the histories of rounds with a violation
 */
record ChaosOptions(
    List<Topology> topologies, Duration duration, int rounds, long seed, Path output) {

  static final String USAGE =
      """
      Options:
        --duration=30m        the time of all topologies together; each has one round at least
        --topology=name       standalone, sentinel or cluster; all of them if it is missing
        --seed=number         the seed of the first round; else it is taken from the clock
        --rounds=number       the maximum number of rounds for each topology
        --output=folder       for logs and the histories of violations; target/chaos
      """;

  static final ChaosOptions DEFAULTS =
      new ChaosOptions(
          List.of(Topology.values()),
          Duration.ofMinutes(5),
          Integer.MAX_VALUE,
          System.currentTimeMillis() / 1_000 % 1_000_000,
          Path.of("target", "chaos"));

  static ChaosOptions of(List<String> arguments) {
    ChaosOptions options = DEFAULTS;
    for (String argument : arguments) {
      String value = argument.substring(argument.indexOf('=') + 1);
      options =
          switch (argument.split("=", 2)[0]) {
            case "--duration" -> options.withDuration(duration(value));
            case "--topology" ->
                options.withTopologies(
                    Stream.of(value.split(",", -1))
                        .map(it -> Topology.valueOf(it.toUpperCase(Locale.ROOT)))
                        .toList());
            case "--seed" ->
                new ChaosOptions(
                    options.topologies,
                    options.duration,
                    options.rounds,
                    Long.parseLong(value),
                    options.output);
            case "--rounds" ->
                new ChaosOptions(
                    options.topologies,
                    options.duration,
                    Integer.parseInt(value),
                    options.seed,
                    options.output);
            case "--output" ->
                new ChaosOptions(
                    options.topologies,
                    options.duration,
                    options.rounds,
                    options.seed,
                    Path.of(value));
            default ->
                throw new IllegalArgumentException(
                    "unknown option %s%n%s".formatted(argument, USAGE));
          };
    }
    return options;
  }

  /** A duration such as 30m, 40s or PT1H. */
  static Duration duration(String text) {
    return Duration.parse(text.startsWith("P") ? text : "PT" + text.toUpperCase(Locale.ROOT));
  }

  ChaosOptions withDuration(Duration next) {
    return new ChaosOptions(topologies, next, rounds, seed, output);
  }

  ChaosOptions withTopologies(List<Topology> next) {
    return new ChaosOptions(next, duration, rounds, seed, output);
  }
}
