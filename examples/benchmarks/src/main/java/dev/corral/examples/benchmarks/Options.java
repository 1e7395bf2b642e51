package dev.corral.examples.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param redis host and port of a Redis that may be emptied; null for the embedded one
 * @param only a part of the titles of the cases that are wanted; empty for all
 * @param output where the results go
 * @param plots where the plots go; null for none
 */
record Options(
    Effort effort, @Nullable String redis, String only, Path output, @Nullable Path plots) {

  /** How much is measured, and for how long. */
  enum Effort {
    /** Only to see that it works. */
    MOMENT(1, Duration.ofMillis(20), Duration.ofMillis(20), 2_000),
    QUICK(3, Duration.ofMillis(500), Duration.ofMillis(500), 200_000),
    /** The same, but each for so long that its code is compiled. */
    CLAIMS(12, Duration.ofMillis(500), Duration.ofSeconds(10), 1_000_000),
    FULL(20, Duration.ofMillis(500), Duration.ofSeconds(10), 1_000_000);

    private final int rounds;
    private final Duration slice;
    private final Duration warmUp;
    private final int cleared;

    Effort(int rounds, Duration slice, Duration warmUp, int cleared) {
      this.rounds = rounds;
      this.slice = slice;
      this.warmUp = warmUp;
      this.cleared = cleared;
    }
  }

  static final String USAGE =
      """
      Options:
        --moment         a moment of every workload, to see that it works
        --quick          the cases that matter most, in five minutes
        --claims         the same, each until it is warm, in half an hour
        --redis=h:p      a Redis of your own, WHICH IS EMPTIED; else the embedded one is started
        --only=text      only cases whose title has this text; also memory, near hits, clear
        --output=file    where the results go, as JSON; target/benchmarks.json
        --plots=folder   where the plots go; none
      """;

  static Options of(List<String> arguments) {
    Effort effort = Effort.FULL;
    String redis = null;
    String only = "";
    Path output = Path.of("target", "benchmarks.json");
    Path plots = null;
    for (String argument : arguments) {
      String value = argument.substring(argument.indexOf('=') + 1);
      switch (argument.split("=", 2)[0]) {
        case "--moment" -> effort = Effort.MOMENT;
        case "--quick" -> effort = Effort.QUICK;
        case "--claims" -> effort = Effort.CLAIMS;
        case "--redis" -> redis = value;
        case "--only" -> only = value;
        case "--output" -> output = Path.of(value);
        case "--plots" -> plots = Path.of(value);
        default -> throw new IllegalArgumentException("What is " + argument + "?\n" + USAGE);
      }
    }
    return new Options(effort, redis, only, output, plots);
  }

  boolean wants(String title) {
    return title.contains(only);
  }

  List<Case> cases() {
    return switch (effort) {
      case MOMENT -> Case.each();
      case QUICK, CLAIMS -> Case.quick();
      case FULL -> Case.all();
    };
  }

  int rounds() {
    return effort.rounds;
  }

  /** How long a subject runs in a round: many short ones share the drift of the machine best. */
  Duration slice() {
    return effort.slice;
  }

  /**
   * How long a subject runs before it is measured: with two busy processors the compiler is slow.
   */
  Duration warmUp() {
    return effort.warmUp;
  }

  /** How many entries are cleared. */
  int cleared() {
    return effort.cleared;
  }

  RedisServer server() {
    if (redis == null) {
      return RedisServer.embedded();
    }
    int colon = redis.lastIndexOf(':');
    return RedisServer.running(
        redis.substring(0, colon), Integer.parseInt(redis.substring(colon + 1)));
  }
}
