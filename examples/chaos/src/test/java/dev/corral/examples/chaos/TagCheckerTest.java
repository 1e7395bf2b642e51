package dev.corral.examples.chaos;

import static dev.corral.examples.chaos.OperationKind.CHANGE_ROW;
import static dev.corral.examples.chaos.OperationKind.GET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.examples.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The check of the cache with tags, on planted violations. Worker 1 has a near cache. */
class TagCheckerTest {

  private static final long BOUND = Caches.MAX_STALENESS.toMillis();

  private static List<Kind> check(Histories history, Timeline timeline) {
    List<Violation> violations = new ArrayList<>();
    new TagChecker(timeline, history.operations(), violations, new Tally()).check();
    return violations.stream().map(Violation::kind).toList();
  }

  private static List<Kind> check(Histories history) {
    return check(history, Histories.noFaults());
  }

  private static Histories changes() {
    return new Histories(Caches.TAGGED)
        .returned(CHANGE_ROW, "a", null, 0, 10)
        .returned(CHANGE_ROW, "b", null, 20, 30);
  }

  @Test
  void check_readAfterAnInvalidation_hasToSeeTheRow() {
    assertThat(check(changes().returned(GET, null, "b", 31, 32))).isEmpty();
    assertThat(check(changes().returned(GET, null, "a", 31, 32))).containsExactly(Kind.STALE_VALUE);
    assertThat(check(changes().returned(GET, null, null, 31, 32)))
        .containsExactly(Kind.STALE_VALUE);
    assertThat(check(changes().returned(GET, null, "a", 29, 32))).isEmpty();
  }

  @Test
  void check_valueThatNoOneWrote_isInvented() {
    assertThat(check(changes().returned(GET, null, "c", 5, 6)))
        .containsExactly(Kind.INVENTED_VALUE);
  }

  @Test
  void check_nearCacheOfAnotherJvm_mayBeStaleWithinItsBound() {
    Histories within = changes().by(1).returned(GET, null, "a", 29 + BOUND, 2 * BOUND);
    assertThat(check(within)).isEmpty();
    Histories beyond = changes().by(1).returned(GET, null, "a", 31 + BOUND, 2 * BOUND);
    assertThat(check(beyond)).containsExactly(Kind.STALE_VALUE);
    Histories own =
        changes().by(1).returned(CHANGE_ROW, "c", null, 40, 50).returned(GET, null, "b", 51, 52);
    assertThat(check(own)).containsExactly(Kind.STALE_VALUE);
  }

  @Test
  void check_invalidationFailedOrWasLostInAFailover_mayNotBeSeen() {
    Histories failed =
        new Histories(Caches.TAGGED)
            .returned(CHANGE_ROW, "a", null, 0, 10)
            .failed(CHANGE_ROW, "b", 20, 30)
            .returned(GET, null, "a", 31, 32);
    assertThat(check(failed)).isEmpty();
    Timeline failover = Histories.noFaults();
    failover.failovers().add(new Window("failover", 25 * Histories.MILLI, 35 * Histories.MILLI));
    assertThat(check(changes().returned(GET, null, "a", 31, 32), failover)).isEmpty();
  }
}
