package dev.corral.examples.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param redis host and port of a Redis that may be emptied; null for the embedded one
 * @param roundTrip the time that a {@link DelayingRelay} adds between clients and Redis; zero for
 *     no relay
 * @param expiring whether the entries of Corral's caches expire after an hour; else never
 * @param only a part of the titles of the cases that are wanted; empty for all
 * @param output where the results go
 * @param plots where the plots go; null for none
 */
record Options(
    Effort effort,
    @Nullable String redis,
    Duration roundTrip,
    boolean expiring,
    String only,
    Path output,
    @Nullable Path plots) {

  /** How much is measured, and for how long. */
  enum Effort {
    /** Only to see that it works. */
    MOMENT(1, Duration.ofMillis(20), Duration.ofMillis(20), 2_000),
    QUICK(3, Duration.ofMillis(500), Duration.ofMillis(500), 200_000),
    /** The same, but each until its code is compiled. */
    CLAIMS(12, Duration.ofMillis(500), Duration.ofSeconds(10), 1_000_000),
    /** Corral alone, for comparisons of two builds, each in several JVMs. */
    TUNING(3, Duration.ofMillis(500), Duration.ofSeconds(3), 200_000),
    /** Only what tags cost. */
    TAGS(15, Duration.ofMillis(500), Duration.ofSeconds(4), 1_000_000),
    /** Only what it costs to record which keys are read. */
    READS(15, Duration.ofMillis(500), Duration.ofSeconds(4), 1_000_000),
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
        --tuning         Corral alone: the cases of docs/decisions/0018, in a minute;
                         to compare two builds, each in several JVMs
        --tags           what tags cost, see docs/tags.md, in five minutes
        --reads          what it costs to record which keys are read, see docs/hot-keys.md,
                         in three minutes
        --redis=h:p      a Redis of your own, WHICH IS EMPTIED; else the embedded one is started
        --round-trip=t   adds a round-trip time to Redis by a relay, for example 0.5ms or PT0.001S.
                         Hazelcast and Infinispan are left out. The relay takes processor time too.
                         Memory, near-cache hits and clear are measured without the relay
        --expiring       Corral's entries expire after an hour; else they never expire
        --only=text      only cases whose title has this text; also memory, near-cache hits, clear
        --output=file    where the results go, as JSON; target/benchmarks.json
        --plots=folder   where the plots go; none
      """;

  static Options of(List<String> arguments) {
    Effort effort = Effort.FULL;
    String redis = null;
    Duration roundTrip = Duration.ZERO;
    boolean expiring = false;
    String only = "";
    Path output = Path.of("target", "benchmarks.json");
    Path plots = null;
    for (String argument : arguments) {
      String value = argument.substring(argument.indexOf('=') + 1);
      switch (argument.split("=", 2)[0]) {
        case "--moment" -> effort = Effort.MOMENT;
        case "--quick" -> effort = Effort.QUICK;
        case "--claims" -> effort = Effort.CLAIMS;
        case "--tags" -> effort = Effort.TAGS;
        case "--reads" -> effort = Effort.READS;
        case "--tuning" -> effort = Effort.TUNING;
        case "--round-trip" -> roundTrip = time(value);
        case "--expiring" -> expiring = true;
        case "--redis" -> redis = value;
        case "--only" -> only = value;
        case "--output" -> output = Path.of(value);
        case "--plots" -> plots = Path.of(value);
        default -> throw new IllegalArgumentException("What is " + argument + "?\n" + USAGE);
      }
    }
    return new Options(effort, redis, roundTrip, expiring, only, output, plots);
  }

  /** Milliseconds, or a duration as {@link Duration#parse} reads it. */
  private static Duration time(String text) {
    return text.startsWith("P")
        ? Duration.parse(text)
        : Duration.ofNanos(Math.round(Double.parseDouble(text.replace("ms", "")) * 1e6));
  }

  /** Whether there is a relay between the clients and Redis. */
  boolean isDelayed() {
    return !roundTrip.isZero();
  }

  boolean wants(String title) {
    return title.contains(only);
  }

  /** Whether there is more than Corral to measure: peers, memory, near-cache hits and clear. */
  boolean comparesPeers() {
    return effort != Effort.TUNING;
  }

  boolean measuresTags() {
    return effort == Effort.TAGS;
  }

  boolean measuresReads() {
    return effort == Effort.READS;
  }

  List<Case> cases() {
    return switch (effort) {
      case MOMENT -> Case.each();
      case QUICK, CLAIMS -> Case.quick();
      case TUNING -> Case.tuning();
      case TAGS, READS -> List.of();
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
