package dev.corral.examples.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Measures Corral beside its peers. */
public final class Benchmarks {

  private final Options options;
  private final RedisServer redis;
  private final ClosedLoop loop;

  private Benchmarks(Options options, RedisServer redis) {
    this.options = options;
    this.redis = redis;
    this.loop = new ClosedLoop(redis);
  }

  /** See {@link Options#USAGE}. */
  public static void main(String[] arguments) {
    try {
      measure(Options.of(List.of(arguments)));
      System.exit(0);
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
      System.exit(1); // the clients' threads would go on
    }
  }

  static void measure(Options options) {
    try (RedisServer redis = options.server()) {
      if (options.measuresTags()) {
        String unused = new TagCosts(redis, TagCosts.Scale.of(options)).run();
        return;
      }
      if (options.measuresReads()) {
        String unused = new ReadCosts(redis, ReadCosts.Scale.of(options)).run();
        return;
      }
      Report report = new Report(redis.version(), options.roundTrip());
      new Benchmarks(options, redis).remote(report);
      if (options.comparesPeers()) {
        others(redis, report, options);
      }
      report.write(options.output());
      Path plots = options.plots();
      if (plots != null) {
        report.draw(plots);
      }
      System.out.println("Results: " + options.output().toAbsolutePath());
    }
  }

  private static void others(RedisServer redis, Report report, Options options) {
    redis.flush();
    if (options.wants("memory")) {
      report.addMemory(new MemoryComparison(redis).run());
    }
    if (options.wants("near-cache hits")) {
      report.addNear(new NearComparison(redis, options).run());
    }
    if (options.wants("clear")) {
      report.addCleared(options.cleared(), new ClearComparison(redis, options.cleared()).run());
    }
  }

  private void remote(Report report) {
    if (options.cases().stream().noneMatch(what -> options.wants(what.title()))) {
      return;
    }
    @Nullable ServerProcess relay =
        options.isDelayed()
            ? DelayingRelay.start(redis.host(), redis.port(), options.roundTrip())
            : null;
    String address = relay == null ? redis.host() + ":" + redis.port() : relay.address();
    List<Subject> subjects = Subjects.of(options, address);
    try {
      int payload = 0;
      for (Case what : options.cases()) {
        if (options.wants(what.title())) {
          if (what.payload() != payload) {
            subjects.forEach(subject -> fill(subject, what.payload()));
            payload = what.payload();
          }
          report.add(what, measured(what, subjects));
        }
      }
    } finally {
      subjects.forEach(Subject::close);
      if (relay != null) {
        relay.close();
      }
    }
  }

  private static void fill(Subject subject, int payload) {
    for (int from = 0; from < Keys.COUNT; from += Workload.BULK) {
      Map<String, String> entries = new LinkedHashMap<>();
      for (int i = from; i < from + Workload.BULK; i++) {
        entries.put(Keys.name(i), "v".repeat(payload));
      }
      subject.putAll(entries);
    }
  }

  /**
   * Every subject in each round, the next one first in the next round, so that what happens to the
   * machine happens to all; and before that each for itself, to be compiled.
   */
  private Map<String, Measurement> measured(Case what, List<Subject> all) {
    List<Subject> subjects = all.stream().filter(what::includes).toList();
    Map<String, List<Measurement>> rounds = new LinkedHashMap<>();
    for (Subject subject : subjects) {
      rounds.put(subject.name(), new ArrayList<>());
      loop.run(subject, what, options.warmUp());
    }
    for (int round = 0; round < options.rounds(); round++) {
      for (int i = 0; i < subjects.size(); i++) {
        Subject subject = subjects.get((i + round) % subjects.size());
        Measurement measurement = loop.run(subject, what, options.slice());
        rounds.computeIfAbsent(subject.name(), name -> new ArrayList<>()).add(measurement);
        ClosedLoop.rest();
      }
    }
    Map<String, Measurement> medians = new LinkedHashMap<>();
    rounds.forEach((name, measurements) -> medians.put(name, Measurement.median(measurements)));
    return medians;
  }
}
