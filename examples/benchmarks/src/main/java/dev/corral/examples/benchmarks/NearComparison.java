package dev.corral.examples.benchmarks;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link NearHits}, each subject in a JVM of its own. */
final class NearComparison {

  private static final TimeValue SECOND = TimeValue.seconds(1);

  private final RedisServer redis;
  private final Options options;

  NearComparison(RedisServer redis, Options options) {
    this.redis = redis;
    this.options = options;
  }

  /** Nanoseconds of a read: by kind of value, then by subject. */
  Map<String, Map<String, Double>> run() {
    OptionsBuilder builder = new OptionsBuilder();
    builder
        .include(NearHits.class.getSimpleName())
        .param("redis", redis.host() + ":" + redis.port())
        .verbosity(VerboseMode.SILENT)
        .jvmArgs("-Xmx512m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    if (options.effort() == Options.Effort.MOMENT) {
      TimeValue moment = TimeValue.milliseconds(20);
      builder.forks(0).warmupIterations(0).measurementIterations(1).measurementTime(moment);
    } else {
      boolean quick = options.effort() != Options.Effort.FULL;
      builder
          .forks(quick ? 1 : 3)
          .warmupIterations(quick ? 2 : 5)
          .warmupTime(SECOND)
          .measurementIterations(quick ? 2 : 5)
          .measurementTime(SECOND);
    }
    try {
      return byKind(new Runner(builder.build()).run());
    } catch (RunnerException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Map<String, Double>> byKind(Collection<RunResult> results) {
    Map<String, Map<String, Double>> nanos = new LinkedHashMap<>();
    for (RunResult result : results) {
      nanos
          .computeIfAbsent(result.getParams().getParam("kind"), kind -> new LinkedHashMap<>())
          .put(result.getParams().getParam("subject"), result.getPrimaryResult().getScore());
    }
    return nanos;
  }
}
