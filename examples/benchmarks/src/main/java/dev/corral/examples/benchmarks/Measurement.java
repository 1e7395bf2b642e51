package dev.corral.examples.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What was seen of one subject in one case, in one round or as the median of several.
 *
 * @param perSecond operations
 * @param p50Micros half of them took no longer
 * @param redisMicros processor time that Redis spent for each; NaN if it is not used
 * @param clientMicros processor time that this JVM spent for each; it has the threads that measure
 * @param allocatedBytes what this JVM allocated for each
 */
record Measurement(
    double perSecond,
    double p50Micros,
    double p99Micros,
    double p999Micros,
    double redisMicros,
    double clientMicros,
    double allocatedBytes) {

  /** Each figure for itself. */
  static Measurement median(List<Measurement> rounds) {
    return new Measurement(
        median(rounds, Measurement::perSecond),
        median(rounds, Measurement::p50Micros),
        median(rounds, Measurement::p99Micros),
        median(rounds, Measurement::p999Micros),
        median(rounds, Measurement::redisMicros),
        median(rounds, Measurement::clientMicros),
        median(rounds, Measurement::allocatedBytes));
  }

  private static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
    List<Double> sorted =
        rounds.stream().map(figure::applyAsDouble).sorted(Comparator.naturalOrder()).toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
