package dev.corral.examples.chaos;

import dev.corral.examples.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks one key of the cache with tags, whose rows are changed around the cache: after the
 * invalidation of its tag returned, no JVM reads an older row. The near cache of another JVM may do
 * so within its bound.
 */
final class TagChecker {

  private final Timeline timeline;
  private final List<Operation> operations;
  private final List<Violation> violations;
  private final Tally tally;
  private final List<Operation> changes;
  private final Map<String, Operation> byValue = new HashMap<>();

  /**
   * Prepares a check.
   *
   * @param operations all operations on the key
   */
  TagChecker(
      Timeline timeline, List<Operation> operations, List<Violation> violations, Tally tally) {
    this.timeline = timeline;
    this.operations = operations;
    this.violations = violations;
    this.tally = tally;
    this.changes =
        operations.stream()
            .filter(it -> it.call().kind() == OperationKind.CHANGE_ROW && it.returned())
            .filter(it -> !timeline.mayBeLostByRedis(it.end()))
            .sorted(Comparator.comparingLong(Operation::start).reversed())
            .toList();
    for (Operation operation : operations) {
      if (operation.call().argument() != null) {
        byValue.put(operation.call().argument(), operation);
      }
    }
  }

  void check() {
    for (Operation read : operations) {
      if (read.call().kind() == OperationKind.GET && read.returned()) {
        Optional<Violation> violation = check(read);
        if (violation.isPresent()) {
          violations.add(violation.get());
          return;
        }
      }
    }
  }

  private Optional<Violation> check(Operation read) {
    String value = read.reply().value();
    Operation writer = value == null ? null : byValue.get(value);
    if (value != null && writer == null) {
      return Optional.of(violation(Kind.INVENTED_VALUE, "a value that was never written", read));
    }
    Optional<Operation> newest =
        changes.stream().filter(it -> it.end() + staleness(read, it) < read.start()).findFirst();
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    tally.add(Tally.Counter.TAGGED_READS, 1);
    return isOlder(writer, newest.get())
        ? Optional.of(
            violation(Kind.STALE_VALUE, "an older row than that of " + newest.get(), read))
        : Optional.empty();
  }

  /** Whether a row was written before a change began. */
  private static boolean isOlder(@Nullable Operation writer, Operation change) {
    return writer == null || (writer.returned() && writer.precedes(change));
  }

  /** How long a reader may not see a change, in nanoseconds. */
  private static long staleness(Operation read, Operation change) {
    boolean isOwn = read.caller().jvm().equals(change.caller().jvm());
    return !isOwn && Caches.isNear(read.caller().worker()) ? Caches.MAX_STALENESS.toNanos() : 0;
  }

  private Violation violation(Kind kind, String what, Operation read) {
    List<String> evidence = new ArrayList<>();
    evidence.add("All operations that began before it returned, the latest first:");
    operations.stream()
        .filter(it -> it.start() < read.end())
        .sorted(Comparator.comparingLong(Operation::start).reversed())
        .limit(30)
        .forEach(it -> evidence.add("  " + it));
    timeline.windows().forEach(it -> evidence.add("  fault: " + it));
    timeline.failovers().forEach(it -> evidence.add("  failover: " + it));
    String where = read.call().cache() + "/" + read.call().key();
    return new Violation(kind, where, "%s: %s".formatted(what, read), evidence);
  }
}
