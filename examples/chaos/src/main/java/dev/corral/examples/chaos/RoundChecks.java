package dev.corral.examples.chaos;

import dev.corral.examples.chaos.Database.Write;
import dev.corral.examples.chaos.LinearizabilityChecker.Verdict;
import dev.corral.examples.chaos.Operation.Reply;
import dev.corral.examples.chaos.Operation.Status;
import dev.corral.examples.chaos.Tally.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All checks of the history of one round. */
final class RoundChecks {

  private final History history;
  private final Timeline timeline;
  private final List<Write> writes;
  private final Tally tally = new Tally();
  private final List<Violation> violations = new ArrayList<>();

  /**
   * Prepares the checks.
   *
   * @param writes the log of the database
   */
  RoundChecks(History history, Timeline timeline, List<Write> writes) {
    this.history = history;
    this.timeline = timeline;
    this.writes = writes;
  }

  Tally tally() {
    return tally;
  }

  /** Makes all checks; returns the violations. */
  List<Violation> run() {
    count();
    new CallTimeChecker(history, timeline, violations, tally).check();
    for (List<Operation> operations : history.byKey(Caches.FAIL_FAST).values()) {
      checkLinearizable(operations, timeline.failovers());
    }
    for (String cache : List.of(Caches.THROUGH, Caches.BEHIND)) {
      for (Map.Entry<String, List<Operation>> key : history.byKey(cache).entrySet()) {
        checkLinearizable(beforeFaults(key.getValue()), List.of());
        String row = cache + "/" + key.getKey();
        List<Write> ofKey = writes.stream().filter(it -> it.key().equals(row)).toList();
        new DatabaseChecker(history, timeline, key.getValue(), ofKey, violations, tally).check();
      }
    }
    for (List<Operation> operations : history.byKey(Caches.TAGGED).values()) {
      new TagChecker(timeline, operations, violations, tally).check();
    }
    return violations;
  }

  private void count() {
    tally.add(Counter.ROUNDS, 1);
    tally.add(Counter.OPERATIONS, history.operations().size());
    tally.add(Counter.FAILOVERS, timeline.failovers().size());
    for (Operation operation : history.operations()) {
      switch (operation.reply().status()) {
        case RETURNED -> tally.add(Counter.RETURNED, 1);
        case FAILED -> tally.add(Counter.FAILED, 1);
        case MISSING -> tally.add(Counter.MISSING, 1);
      }
    }
  }

  private void checkLinearizable(List<Operation> operations, List<Window> failovers) {
    Verdict verdict = new LinearizabilityChecker(operations, Register.ABSENT, failovers).check();
    tally.add(Counter.KEYS, 1);
    tally.add(Counter.UNDECIDED, verdict.undecided() ? 1 : 0);
    tally.add(Counter.LOST_STATES, verdict.losses());
    if (verdict.violation() != null) {
      violations.add(verdict.violation());
    }
  }

  /**
   * The operations that began before the first fault. Then a cache with a writer is a register too.
   * What returned later may have been answered during an outage, so its result is not known.
   */
  private List<Operation> beforeFaults(List<Operation> operations) {
    long end = timeline.firstFault();
    List<Operation> before = new ArrayList<>();
    for (Operation it : operations) {
      if (it.start() < end) {
        boolean isOver = it.returned() && it.end() < end;
        Reply unknown = new Reply(Status.MISSING, null, Long.MAX_VALUE);
        before.add(
            isOver
                ? it
                : new Operation(it.call(), it.caller(), it.start(), Long.MAX_VALUE, unknown));
      }
    }
    return before;
  }
}
