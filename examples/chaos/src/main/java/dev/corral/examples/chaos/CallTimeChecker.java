package dev.corral.examples.chaos;

import dev.corral.examples.chaos.Operation.Status;
import dev.corral.examples.chaos.Violation.Kind;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks that each call ended within its bound, and with an exception of the standard if with any.
 *
 * <p>The bound of a call that needs no lock is {@link Bounds#call}. A call that waits for the lock
 * of a key, or for the load of another JVM, may also wait for the end of a fault, and for the lease
 * of a JVM that does not run. The times in which a JVM did not run do not count.
 */
final class CallTimeChecker {

  private final History history;
  private final Timeline timeline;
  private final List<Violation> violations;
  private final Tally tally;

  CallTimeChecker(History history, Timeline timeline, List<Violation> violations, Tally tally) {
    this.history = history;
    this.timeline = timeline;
    this.violations = violations;
    this.tally = tally;
  }

  /** How many calls broke a promise, and the worst of them. */
  private static final class Findings {
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<String, Violation> first = new HashMap<>();

    void add(Violation violation) {
      String key = violation.kind() + violation.where();
      counts.merge(key, 1, Integer::sum);
      first.putIfAbsent(key, violation);
    }

    void addTo(List<Violation> violations) {
      first.forEach(
          (key, it) -> {
            String number =
                counts.getOrDefault(key, 1) == 1
                    ? ""
                    : "; %d calls in all".formatted(counts.getOrDefault(key, 1));
            violations.add(new Violation(it.kind(), it.where(), it.what() + number, it.evidence()));
          });
    }
  }

  void check() {
    Findings findings = new Findings();
    history.operations().stream()
        .sorted(Comparator.comparingLong(it -> it.start() - it.reply().returnedAt()))
        .forEach(it -> check(it, findings));
    findings.addTo(violations);
  }

  private void check(Operation operation, Findings findings) {
    String where = operation.call().cache() + "." + operation.call().kind();
    if (operation.reply().status() == Status.MISSING) {
      if (!timeline.killed().containsKey(operation.caller().jvm())) {
        findings.add(new Violation(Kind.HUNG, where, "no end of " + operation));
      }
      return;
    }
    long nanos = operation.reply().returnedAt() - operation.start() - pauses(operation);
    tally.addCall(nanos);
    if (nanos > boundNanos(operation)) {
      String what =
          "%d ms instead of %d ms: %s"
              .formatted(nanos / 1_000_000, boundNanos(operation) / 1_000_000, operation);
      findings.add(new Violation(Kind.TOO_SLOW, where, what));
    }
    if (operation.failed()) {
      checkException(operation, where, findings);
    }
  }

  private long boundNanos(Operation operation) {
    long bound = Bounds.call().toNanos();
    if (!waitsForLocks(operation)) {
      return bound;
    }
    long until = operation.start();
    for (Timeline.Interval interval : timeline.faults()) {
      boolean leavesLocks =
          interval.group().faults().stream().anyMatch(it -> it.kind().leavesLocks());
      Window window = interval.window().widened(0, leavesLocks ? Bounds.LOCK.toNanos() : 0);
      if (window.overlaps(operation.start(), operation.reply().returnedAt())) {
        until = Math.max(until, window.to());
      }
    }
    return bound + Math.min(until - operation.start(), Bounds.KEY_WAIT.toNanos());
  }

  private static boolean waitsForLocks(Operation operation) {
    return switch (operation.call().kind()) {
      case INVOKE -> true;
      case GET -> !operation.call().cache().equals(Caches.FAIL_FAST);
      case CONTAINS -> false;
      default -> operation.call().cache().equals(Caches.THROUGH);
    };
  }

  /** The time in which the JVM of the call, or one whose lock it may wait for, did not run. */
  private long pauses(Operation operation) {
    return history.pauses().entrySet().stream()
        .filter(it -> waitsForLocks(operation) || it.getKey().equals(operation.caller().jvm()))
        .flatMap(it -> it.getValue().stream())
        .mapToLong(
            it ->
                Math.max(
                    0,
                    Math.min(it.to(), operation.reply().returnedAt())
                        - Math.max(it.from(), operation.start())))
        .sum();
  }

  private void checkException(Operation operation, String where, Findings findings) {
    String exception = String.valueOf(operation.reply().value());
    if (!exception.startsWith("javax.cache.") && !exception.startsWith("dev.corral.jcache.")) {
      String what = "an exception that is not JCache's: " + operation;
      findings.add(new Violation(Kind.WRONG_EXCEPTION, where, what));
    } else if (hasFallback(operation) && !isLoginRefused(operation)) {
      findings.add(
          new Violation(
              Kind.UNAVAILABLE, where, "failed although it has a fallback: " + operation));
    }
  }

  /** Whether the operation works during an outage: docs/outage.md. */
  private static boolean hasFallback(Operation operation) {
    boolean isSimple =
        switch (operation.call().kind()) {
          case GET, PUT, REMOVE -> true;
          default -> false;
        };
    return isSimple && !Caches.isFailFast(operation.call().cache());
  }

  /** A refused login is a configuration error, and not an outage. */
  private boolean isLoginRefused(Operation operation) {
    return timeline.faults().stream()
        .filter(it -> it.group().has(FaultKind.CHANGE_PASSWORD))
        .anyMatch(it -> it.window().overlaps(operation.start(), operation.reply().returnedAt()));
  }
}
