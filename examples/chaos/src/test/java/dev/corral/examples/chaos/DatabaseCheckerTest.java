package dev.corral.examples.chaos;

import static dev.corral.examples.chaos.OperationKind.GET;
import static dev.corral.examples.chaos.OperationKind.PUT;
import static dev.corral.examples.chaos.OperationKind.REMOVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.examples.chaos.Database.Write;
import dev.corral.examples.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checks of caches with a writer, on planted violations. */
class DatabaseCheckerTest {

  private static List<Kind> check(Histories history, Timeline timeline, Write... writes) {
    List<Violation> violations = new ArrayList<>();
    new DatabaseChecker(
            history.history(),
            timeline,
            history.operations(),
            List.of(writes),
            violations,
            new Tally())
        .check();
    return violations.stream().map(Violation::kind).toList();
  }

  private static Histories twoPuts(String cache) {
    return new Histories(cache).returned(PUT, "a", null, 0, 1).returned(PUT, "b", null, 10, 11);
  }

  private static Write write(String value, long time) {
    return new Write("k", value, time * Histories.MILLI);
  }

  private static Write delete(long time) {
    return new Write("k", null, time * Histories.MILLI);
  }

  private static Timeline failoverAt(long from, long to) {
    Timeline timeline = Histories.noFaults();
    Window window = new Window("failover", from * Histories.MILLI, to * Histories.MILLI);
    timeline.failovers().add(window);
    return timeline;
  }

  @Test
  void check_lastChangeInTheDatabase_isRight() {
    Histories history = twoPuts(Caches.BEHIND).lastRead("b", 100);
    assertThat(check(history, Histories.noFaults(), write("a", 5), write("b", 15))).isEmpty();
    assertThat(check(history, Histories.noFaults(), write("b", 15))).isEmpty();
  }

  @Test
  void check_olderChangeInTheDatabase_isLost() {
    Histories history = twoPuts(Caches.BEHIND).lastRead("a", 100);
    assertThat(check(history, Histories.noFaults(), write("a", 5)))
        .containsExactly(Kind.LOST_WRITE);
  }

  @Test
  void check_nothingInTheDatabase_isLost() {
    Histories history = new Histories(Caches.THROUGH).returned(PUT, "a", null, 0, 1);
    assertThat(check(history, Histories.noFaults())).containsExactly(Kind.LOST_WRITE);
  }

  @Test
  void check_lostRemoval_isFound() {
    Histories history =
        new Histories(Caches.THROUGH)
            .returned(PUT, "a", null, 0, 1)
            .returned(REMOVE, null, "true", 2, 3);
    assertThat(check(history, Histories.noFaults(), write("a", 1)))
        .containsExactly(Kind.LOST_WRITE);
    assertThat(check(history, Histories.noFaults(), write("a", 1), delete(3))).isEmpty();
  }

  @Test
  void check_changeWithoutAResult_mayBeTheLastOrNot() {
    Histories history =
        new Histories(Caches.THROUGH)
            .failed(PUT, "a", 0, 1)
            .returned(PUT, "b", null, 10, 11)
            .missing(PUT, "c", 20);
    for (String last : List.of("a", "b", "c")) {
      assertThat(check(history, Histories.noFaults(), write(last, 15))).isEmpty();
    }
  }

  @Test
  void check_lossAtAFailover_isNotCorrals() {
    Histories history = twoPuts(Caches.BEHIND).lastRead("a", 9_000);
    assertThat(check(history, failoverAt(500, 600), write("a", 5))).isEmpty();
    assertThat(check(history, failoverAt(5_000, 6_000), write("a", 5)))
        .containsExactly(Kind.LOST_WRITE);
  }

  /** Two JVMs, of which one does not reach Redis, and whose clocks agree within 5 ms. */
  @Test
  void check_twoJvmsInCloseSuccession_mayBeInEitherOrder() {
    Histories close =
        new Histories(Caches.BEHIND)
            .by(0)
            .returned(PUT, "a", null, 0, 1)
            .by(1)
            .returned(PUT, "b", null, 5, 6);
    assertThat(check(close, Histories.noFaults(), write("b", 6), write("a", 20)))
        .containsExactly(Kind.LOST_WRITE, Kind.BACKWARDS);
    close.outage(1, 0, 10);
    assertThat(check(close, Histories.noFaults(), write("b", 6), write("a", 20))).isEmpty();

    Histories apart =
        new Histories(Caches.BEHIND)
            .by(0)
            .returned(PUT, "a", null, 0, 1)
            .by(1)
            .returned(PUT, "b", null, 7, 8)
            .outage(1, 0, 10);
    assertThat(check(apart, Histories.noFaults(), write("b", 8), write("a", 20)))
        .containsExactly(Kind.LOST_WRITE);
  }

  @Test
  void check_oneJvmInCloseSuccession_isLost() {
    Histories history = twoPuts(Caches.BEHIND).outage(0, 0, 20);
    Histories close =
        new Histories(Caches.BEHIND)
            .returned(PUT, "a", null, 0, 1)
            .returned(PUT, "b", null, 2, 3)
            .outage(0, 0, 10);
    assertThat(check(history, Histories.noFaults(), write("b", 6), write("a", 20)))
        .containsExactly(Kind.LOST_WRITE);
    assertThat(check(close, Histories.noFaults(), write("b", 6), write("a", 20)))
        .containsExactly(Kind.LOST_WRITE);
  }

  @Test
  void check_lossOfAWriteThroughAtAFailover_isFound() {
    Histories history = twoPuts(Caches.THROUGH).lastRead("a", 9_000);
    assertThat(check(history, failoverAt(500, 600), write("a", 5)))
        .containsExactly(Kind.LOST_WRITE);
  }

  @Test
  void check_databaseGoesBackwards_isFound() {
    Histories history = twoPuts(Caches.BEHIND).lastRead("b", 100);
    Write[] writes = {write("a", 5), write("b", 15), write("a", 20), write("b", 25)};
    assertThat(check(history, Histories.noFaults(), writes)).containsExactly(Kind.BACKWARDS);
  }

  @Test
  void check_sameChangeTwice_isRight() {
    Histories history = twoPuts(Caches.BEHIND).lastRead("b", 100);
    Write[] writes = {write("a", 5), write("a", 6), write("b", 15), write("b", 16)};
    assertThat(check(history, Histories.noFaults(), writes)).isEmpty();
  }

  @Test
  void check_staleRead_isFound() {
    Histories history = twoPuts(Caches.THROUGH).lastRead("b", 100).lastRead("a", 100);
    assertThat(check(history, Histories.noFaults(), write("a", 1), write("b", 11)))
        .containsExactly(Kind.STALE_VALUE);
  }

  @Test
  void check_valueThatNoCallerWrote_isFound() {
    Histories history =
        new Histories(Caches.THROUGH).returned(PUT, "a", null, 0, 1).returned(GET, null, "x", 2, 3);
    assertThat(check(history, Histories.noFaults(), write("a", 1)))
        .containsExactly(Kind.INVENTED_VALUE);
  }
}
