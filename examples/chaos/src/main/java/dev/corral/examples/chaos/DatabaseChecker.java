package dev.corral.examples.chaos;

import dev.corral.examples.chaos.Database.Write;
import dev.corral.examples.chaos.Operation.Caller;
import dev.corral.examples.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks one key of a cache with a writer, once all JVMs have repaired and the queue is written: no
 * acknowledged change is lost, the database does not go backwards, all JVMs read what the database
 * has, and only values that were written are read.
 */
final class DatabaseChecker {

  private static final int EVIDENCE = 16;

  private final History history;
  private final Timeline timeline;
  private final List<Violation> violations;
  private final Tally tally;
  private final List<Operation> operations;
  private final List<Write> writes;
  private final String where;
  private final boolean isBehind;
  private final Map<String, Operation> byValue = new HashMap<>();

  /**
   * Prepares a check.
   *
   * @param operations all operations on the key
   * @param writes all writes of the key in the database
   */
  DatabaseChecker(
      History history,
      Timeline timeline,
      List<Operation> operations,
      List<Write> writes,
      List<Violation> violations,
      Tally tally) {
    this.history = history;
    this.timeline = timeline;
    this.violations = violations;
    this.tally = tally;
    this.operations = operations;
    this.writes = writes;
    Operation.Call call = operations.get(0).call();
    this.where = call.cache() + "/" + call.key();
    this.isBehind = call.cache().equals(Caches.BEHIND);
    for (Operation operation : operations) {
      if (operation.call().argument() != null) {
        byValue.put(operation.call().argument(), operation);
      }
    }
  }

  void check() {
    checkInvented();
    checkLost();
    checkBackwards();
    checkStale();
  }

  private @Nullable String row() {
    return writes.isEmpty() ? null : writes.get(writes.size() - 1).value();
  }

  private void checkInvented() {
    for (Operation operation : operations) {
      String value = operation.reply().value();
      boolean returnsValue =
          switch (operation.call().kind()) {
            case GET, GET_AND_PUT, GET_AND_REMOVE, INVOKE -> true;
            default -> false;
          };
      if (returnsValue && operation.returned() && value != null && !byValue.containsKey(value)) {
        report(Kind.INVENTED_VALUE, "a value that was never written: " + operation, List.of());
        return;
      }
    }
  }

  private void checkLost() {
    String row = row();
    List<Operation> last =
        operations.stream().filter(it -> it.mayHaveChanged() && it.writes(row)).toList();
    List<Operation> lost =
        operations.stream()
            .filter(Operation::isAcknowledgedChange)
            .filter(it -> last.stream().allMatch(writer -> writer.precedes(it)))
            .sorted(Comparator.comparingLong(Operation::start).reversed())
            .toList();
    Optional<Operation> unexplained =
        lost.stream()
            .filter(it -> !isLostByRedis(it) && !isUnordered(it, last))
            .findFirst()
            .filter(it -> !isUnrepaired());
    if (unexplained.isPresent()) {
      String what =
          "the database ended with %s, but a later change was acknowledged: %s"
              .formatted(row, unexplained.get());
      report(Kind.LOST_WRITE, what, last);
    } else if (!lost.isEmpty()) {
      tally.add(reasonOf(lost, last), 1);
    }
  }

  private Tally.Counter reasonOf(List<Operation> lost, List<Operation> last) {
    if (lost.stream().anyMatch(this::isLostByRedis)) {
      return Tally.Counter.LOST_QUEUED;
    }
    boolean unordered = lost.stream().anyMatch(it -> isUnordered(it, last));
    return unordered ? Tally.Counter.UNORDERED : Tally.Counter.UNREPAIRED;
  }

  /**
   * Whether a change followed one of another JVM so closely that the clocks do not order them, and
   * one of the two went around Redis: docs/outage.md, limits of write-behind.
   */
  private boolean isUnordered(Operation operation, List<Operation> last) {
    return isBehind
        && last.stream()
            .filter(it -> !it.caller().jvm().equals(operation.caller().jvm()))
            .filter(it -> operation.start() - it.end() < Bounds.CLOCKS.toNanos())
            .anyMatch(it -> isAroundRedis(it) || isAroundRedis(operation));
  }

  private boolean isAroundRedis(Operation operation) {
    return history.outagesOf(operation.caller()).stream()
        .anyMatch(it -> it.contains(operation.end()));
  }

  private boolean isLostByRedis(Operation operation) {
    return isBehind && timeline.mayBeLostByRedis(operation.end());
  }

  /** Whether a JVM that changed the key was killed in an outage, before it could repair it. */
  private boolean isUnrepaired() {
    return operations.stream()
        .filter(Operation::mayHaveChanged)
        .anyMatch(it -> timeline.wasKilledInOutage(it.caller(), history));
  }

  /** Compares each write with the one before. Deletions do not say which operation they are of. */
  private void checkBackwards() {
    Operation previous = null;
    for (Write write : writes) {
      Operation current = write.value() == null ? null : byValue.get(write.value());
      if (current != null
          && previous != null
          && current.returned()
          && current.precedes(previous)
          && !current.equals(previous)) {
        if (isCorrectedLater(current, write.time())) {
          tally.add(Tally.Counter.CORRECTED, 1);
        } else {
          String what =
              "the database went back from %s to %s at %d"
                  .formatted(previous.call().argument(), current.call().argument(), write.time());
          report(Kind.BACKWARDS, what, List.of(previous, current));
          return;
        }
      }
      previous = current;
    }
  }

  /**
   * Whether the write may be an older queued one around an outage, which Corral corrects: then the
   * row is right in the end, which is checked elsewhere.
   */
  private boolean isCorrectedLater(Operation older, long time) {
    List<Window> outages = new ArrayList<>(timeline.windows());
    outages.addAll(history.allOutages());
    long graceNanos = Bounds.REPAIR_GRACE.toNanos();
    return isBehind
        && outages.stream()
            .map(it -> it.to() == Long.MAX_VALUE ? it : it.widened(0, graceNanos))
            .anyMatch(it -> it.overlaps(older.start(), time));
  }

  private void checkStale() {
    String row = row();
    List<Operation> stale =
        operations.stream()
            .filter(it -> it.caller().thread() == Caller.FINAL && it.returned())
            .filter(it -> !Objects.equals(it.reply().value(), row))
            .toList();
    if (stale.isEmpty()) {
      return;
    }
    if (!writes.isEmpty() && isUpdateLostByRedis()) {
      tally.add(Tally.Counter.LOST_UPDATES, 1);
    } else if (isUnrepaired()) {
      tally.add(Tally.Counter.UNREPAIRED, 1);
    } else {
      String what =
          "%d of %d JVMs read another value than the database has, %s"
              .formatted(stale.size(), Workers.COUNT, row);
      report(Kind.STALE_VALUE, what, stale);
    }
  }

  /** Whether Redis lost the update or removal of the entry after the database had the change. */
  private boolean isUpdateLostByRedis() {
    Write last = writes.get(writes.size() - 1);
    Operation writer = last.value() == null ? null : byValue.get(last.value());
    return timeline.mayBeLostByRedis(last.time())
        || (writer != null && writer.returned() && timeline.mayBeLostByRedis(writer.end()));
  }

  private void report(Kind kind, String what, List<Operation> involved) {
    List<String> evidence = new ArrayList<>();
    involved.forEach(it -> evidence.add("  " + it));
    evidence.add("Last writes in the database:");
    writes.stream()
        .skip(Math.max(0, writes.size() - EVIDENCE))
        .forEach(it -> evidence.add("  at %d: %s".formatted(it.time(), it.value())));
    evidence.add("Last changes:");
    operations.stream()
        .filter(Operation::mayHaveChanged)
        .sorted(Comparator.comparingLong(Operation::start).reversed())
        .limit(EVIDENCE)
        .forEach(it -> evidence.add("  " + it));
    evidence.add("Final reads:");
    operations.stream()
        .filter(it -> it.caller().thread() == Caller.FINAL)
        .forEach(it -> evidence.add("  " + it));
    evidence.add("Faults and failovers:");
    timeline.windows().forEach(it -> evidence.add("  " + it));
    timeline.failovers().forEach(it -> evidence.add("  failover: " + it));
    evidence.add("Outages, by JVM:");
    history.outages().forEach((jvm, outages) -> evidence.add("  %s: %s".formatted(jvm, outages)));
    violations.add(new Violation(kind, where, what, evidence));
  }
}
