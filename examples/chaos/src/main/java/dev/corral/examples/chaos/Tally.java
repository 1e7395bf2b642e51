package dev.corral.examples.chaos;

import java.util.Map;
import java.util.TreeMap;

/** Counters of a round, or of several. For one thread. */
final class Tally {

  /** What is counted. */
  enum Counter {
    ROUNDS("rounds"),
    ABORTED("rounds without a result, because the servers did not work again"),
    OPERATIONS("operations"),
    RETURNED("of these, returned normally"),
    FAILED("threw an exception"),
    MISSING("had no end, because their JVM was killed"),
    KEYS("keys checked"),
    UNDECIDED("keys whose search was too large"),
    FAILOVERS("failovers"),
    LOST_STATES("keys that a failover took back to an older state"),
    LOST_QUEUED("queued writes that a failover lost"),
    LOST_UPDATES("cached updates that a failover lost"),
    UNREPAIRED("keys whose JVM was killed during an outage"),
    UNORDERED("pairs of changes around an outage, too close for the clocks to order them"),
    CORRECTED("older queued writes that were corrected after an outage"),
    TAGGED_READS("reads that had to see a row whose tag was invalidated before"),
    VIOLATIONS("violations");

    private final String text;

    Counter(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  private final Map<Counter, Long> counts = new TreeMap<>();
  private final Map<FaultKind, Long> faults = new TreeMap<>();
  private long longestNanos;

  void add(Counter counter, long number) {
    counts.merge(counter, number, Long::sum);
  }

  void addFault(FaultKind kind) {
    faults.merge(kind, 1L, Long::sum);
  }

  /** Counts the time of a call without its pauses. */
  void addCall(long nanos) {
    longestNanos = Math.max(longestNanos, nanos);
  }

  void add(Tally other) {
    other.counts.forEach(this::add);
    other.faults.forEach((kind, number) -> faults.merge(kind, number, Long::sum));
    addCall(other.longestNanos);
  }

  long get(Counter counter) {
    return counts.getOrDefault(counter, 0L);
  }

  /** One line for a round. */
  String line() {
    return "%d operations (%d failed, %d without an end), longest call %d ms, %d violations"
        .formatted(
            get(Counter.OPERATIONS),
            get(Counter.FAILED),
            get(Counter.MISSING),
            longestNanos / 1_000_000,
            get(Counter.VIOLATIONS));
  }

  /** All counters. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Counter counter : Counter.values()) {
      text.append("  %,10d %s%n".formatted(get(counter), counter.text()));
    }
    text.append("  %,10d ms, the longest call%n".formatted(longestNanos / 1_000_000));
    text.append("  faults: %s%n".formatted(faults));
    return text.toString();
  }
}
