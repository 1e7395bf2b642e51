package dev.corral.examples.chaos;

import static dev.corral.examples.chaos.OperationKind.GET;
import static dev.corral.examples.chaos.OperationKind.INVOKE;
import static dev.corral.examples.chaos.OperationKind.PUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.examples.chaos.FaultPlan.Fault;
import dev.corral.examples.chaos.FaultPlan.Group;
import dev.corral.examples.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bounds of calls, on planted violations. */
class CallTimeCheckerTest {

  private static final long TOO_LONG = Bounds.call().toMillis() + 100;

  private static List<Kind> check(History history, Timeline timeline) {
    List<Violation> violations = new ArrayList<>();
    new CallTimeChecker(history, timeline, violations, new Tally()).check();
    return violations.stream().map(Violation::kind).toList();
  }

  private static Timeline with(FaultKind kind, long from, long to) {
    Timeline timeline = Histories.noFaults();
    Group group = new Group(0, List.of(new Fault(kind, 0, 0, 0, 0)));
    Window window = new Window(group.title(), from * Histories.MILLI, to * Histories.MILLI);
    timeline.faults().add(new Timeline.Interval(group, window));
    return timeline;
  }

  @Test
  void check_callWithinItsBound_isRight() {
    Histories history = new Histories(Caches.FAIL_FAST).returned(PUT, "a", null, 0, 500);
    assertThat(check(history.history(), Histories.noFaults())).isEmpty();
  }

  @Test
  void check_callThatIsTooLong_isFound() {
    Histories history = new Histories(Caches.FAIL_FAST).returned(PUT, "a", null, 0, TOO_LONG);
    assertThat(check(history.history(), with(FaultKind.CUT_ALL, 0, 9_000)))
        .containsExactly(Kind.TOO_SLOW);
  }

  @Test
  void check_pauseOfTheJvm_doesNotCount() {
    History history =
        new Histories(Caches.FAIL_FAST).returned(PUT, "a", null, 0, TOO_LONG).history();
    Window pause = new Window("pause", 0, 1_000 * Histories.MILLI);
    history.pauses().put("0.0", List.of(pause));
    assertThat(check(history, Histories.noFaults())).isEmpty();
  }

  @Test
  void check_callThatWaitsForALock_mayWaitForTheEndOfTheFault() {
    History history = new Histories(Caches.THROUGH).returned(INVOKE, "a", null, 0, 9_000).history();
    assertThat(check(history, with(FaultKind.CUT_ONE, 0, 8_000))).isEmpty();
    assertThat(check(history, with(FaultKind.CUT_ONE, 0, 1_000))).containsExactly(Kind.TOO_SLOW);
    assertThat(check(history, with(FaultKind.KILL_WORKER, 0, 1_000))).isEmpty();
  }

  @Test
  void check_callWithoutAnEnd_hangsUnlessItsJvmWasKilled() {
    History history = new Histories(Caches.THROUGH).missing(GET, null, 0).history();
    assertThat(check(history, Histories.noFaults())).containsExactly(Kind.HUNG);
    assertThat(check(history, new Timeline(Map.of("0.0", 5L)))).isEmpty();
  }

  @Test
  void check_failedReadOfACacheWithAFallback_isFound() {
    History history = new Histories(Caches.THROUGH).failed(GET, null, 0, 1).history();
    assertThat(check(history, Histories.noFaults())).containsExactly(Kind.UNAVAILABLE);
    assertThat(check(history, with(FaultKind.CHANGE_PASSWORD, 0, 1_000))).isEmpty();
  }
}
