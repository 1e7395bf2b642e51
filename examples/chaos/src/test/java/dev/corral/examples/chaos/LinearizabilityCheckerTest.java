package dev.corral.examples.chaos;

import static dev.corral.examples.chaos.OperationKind.CONTAINS;
import static dev.corral.examples.chaos.OperationKind.GET;
import static dev.corral.examples.chaos.OperationKind.GET_AND_PUT;
import static dev.corral.examples.chaos.OperationKind.GET_AND_REMOVE;
import static dev.corral.examples.chaos.OperationKind.INVOKE;
import static dev.corral.examples.chaos.OperationKind.PUT;
import static dev.corral.examples.chaos.OperationKind.PUT_IF_ABSENT;
import static dev.corral.examples.chaos.OperationKind.REMOVE;
import static dev.corral.examples.chaos.OperationKind.REMOVE_IF;
import static dev.corral.examples.chaos.OperationKind.REPLACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.examples.chaos.LinearizabilityChecker.Verdict;
import dev.corral.examples.chaos.Operation.Call;
import dev.corral.examples.chaos.Operation.Caller;
import dev.corral.examples.chaos.Operation.Reply;
import dev.corral.examples.chaos.Operation.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The checker on histories that are right, and on planted violations. */
class LinearizabilityCheckerTest {

  private static Histories history() {
    return new Histories(Caches.FAIL_FAST);
  }

  private static Verdict check(Histories history, Window... failovers) {
    return new LinearizabilityChecker(history.operations(), Register.ABSENT, List.of(failovers))
        .check();
  }

  private static void assertRight(Histories history) {
    assertThat(check(history)).isEqualTo(new Verdict(null, false, 0));
  }

  private static void assertViolated(Histories history) {
    assertThat(check(history).violation()).isNotNull();
  }

  private static Window failover(long from, long to) {
    return new Window("failover", from * Histories.MILLI, to * Histories.MILLI);
  }

  @Test
  void check_oneAfterTheOther_isRight() {
    assertRight(
        history()
            .returned(GET, null, null, 0, 1)
            .returned(PUT_IF_ABSENT, "a", "true", 2, 3)
            .returned(PUT_IF_ABSENT, "b", "false", 4, 5)
            .returned(CONTAINS, null, "true", 6, 7)
            .compared(REPLACE, "c", "a", true, 10)
            .compared(REPLACE, "d", "a", false, 20)
            .returned(GET_AND_PUT, "e", "c", 30, 31)
            .compared(REMOVE_IF, null, "c", false, 40)
            .returned(INVOKE, "f", "e", 50, 51)
            .returned(GET_AND_REMOVE, null, "f", 52, 53)
            .returned(REMOVE, null, "false", 54, 55));
  }

  @Test
  void check_concurrentPuts_mayBeInEitherOrder() {
    for (String last : List.of("a", "b")) {
      assertRight(
          history()
              .returned(PUT, "a", null, 0, 10)
              .returned(PUT, "b", null, 1, 9)
              .returned(GET, null, last, 11, 12));
    }
  }

  @Test
  void check_staleRead_isFound() {
    assertViolated(
        history()
            .returned(PUT, "a", null, 0, 1)
            .returned(PUT, "b", null, 2, 3)
            .returned(GET, null, "a", 4, 5));
  }

  @Test
  void check_readsOfTwoOrders_areFound() {
    assertViolated(
        history()
            .returned(PUT, "a", null, 0, 10)
            .returned(PUT, "b", null, 0, 10)
            .returned(GET, null, "a", 11, 12)
            .returned(GET, null, "b", 13, 14));
  }

  @Test
  void check_newValueThenOldValueDuringThePut_isFound() {
    assertViolated(
        history()
            .returned(PUT, "a", null, 0, 1)
            .returned(PUT, "b", null, 2, 20)
            .returned(GET, null, "b", 3, 4)
            .returned(GET, null, "a", 5, 6));
  }

  @Test
  void check_lostUpdate_isFound() {
    assertViolated(
        history()
            .returned(PUT, "a", null, 0, 1)
            .returned(INVOKE, "b", "a", 2, 10)
            .returned(INVOKE, "c", "a", 2, 10));
  }

  @Test
  void check_wrongResults_areFound() {
    assertViolated(
        history().returned(PUT, "a", null, 0, 1).returned(PUT_IF_ABSENT, "b", "true", 2, 3));
    assertViolated(history().returned(PUT_IF_ABSENT, "b", "false", 2, 3));
    assertViolated(history().returned(PUT, "a", null, 0, 1).compared(REPLACE, "b", "x", true, 2));
    assertViolated(history().returned(PUT, "a", null, 0, 1).compared(REPLACE, "b", "a", false, 2));
    assertViolated(history().returned(PUT, "a", null, 0, 1).returned(REMOVE, null, "false", 2, 3));
    assertViolated(history().returned(CONTAINS, null, "true", 0, 1));
  }

  @Test
  void check_putWithoutAResult_mayTakeEffectLateOrNever() {
    assertRight(
        history()
            .failed(PUT, "a", 0, 1)
            .returned(PUT, "b", null, 2, 3)
            .returned(GET, null, "b", 4, 5)
            .returned(GET, null, "a", 6, 7));
    assertRight(history().missing(PUT, "a", 0).returned(GET, null, null, 4, 5));
  }

  @Test
  void check_putWithoutAResult_takesEffectOnce() {
    assertViolated(
        history()
            .failed(PUT, "a", 0, 1)
            .returned(GET, null, "a", 2, 3)
            .returned(PUT, "b", null, 4, 5)
            .returned(GET, null, "b", 6, 7)
            .returned(GET, null, "a", 8, 9));
  }

  @Test
  void check_failedConditionalPut_explainsOnlyWhatItsConditionAllows() {
    assertRight(history().failed(PUT_IF_ABSENT, "a", 0, 1).returned(GET, null, "a", 2, 3));
    assertViolated(
        history()
            .returned(PUT, "b", null, 0, 1)
            .failed(PUT_IF_ABSENT, "a", 2, 3)
            .returned(GET, null, "a", 4, 5));
  }

  @Test
  void check_lostWrite_isAcceptedAndCountedAtAFailoverOnly() {
    Histories lost =
        history()
            .returned(PUT, "a", null, 0, 1)
            .returned(PUT, "b", null, 10, 11)
            .returned(GET, null, "a", 40, 41)
            .returned(GET, null, "a", 42, 43);

    assertThat(check(lost, failover(20, 30))).isEqualTo(new Verdict(null, false, 1));
    assertThat(check(lost).violation()).isNotNull();
    assertThat(check(lost, failover(60, 70)).violation()).isNotNull();
  }

  @Test
  void check_lossAfterAReadThatFollowedTheFailover_isFound() {
    Histories lost =
        history()
            .returned(PUT, "a", null, 0, 1)
            .returned(PUT, "b", null, 10, 11)
            .returned(GET, null, "b", 40, 41)
            .returned(GET, null, "a", 42, 43);

    assertThat(check(lost, failover(20, 30)).violation()).isNotNull();
  }

  @Test
  void check_valueAfterALoss_isFixedByTheFirstRead() {
    Histories lost =
        history()
            .returned(PUT, "a", null, 0, 1)
            .returned(PUT, "b", null, 10, 11)
            .returned(GET, null, "a", 40, 41)
            .returned(GET, null, "b", 42, 43);

    assertThat(check(lost, failover(20, 30)).violation()).isNotNull();
  }

  /** Many histories of a real register, in which each operation takes effect within its time. */
  @Test
  void check_randomHistoriesOfARegister_areRight() {
    for (int seed = 0; seed < 200; seed++) {
      assertThat(new LinearizabilityChecker(register(seed), Register.ABSENT, List.of()).check())
          .isEqualTo(new Verdict(null, false, 0));
    }
  }

  /** The same histories with one wrong read. */
  @Test
  void check_randomHistoriesWithAWrongRead_areFound() {
    for (int seed = 0; seed < 200; seed++) {
      List<Operation> operations = new ArrayList<>(register(seed));
      long end = operations.stream().mapToLong(it -> it.reply().returnedAt()).max().orElseThrow();
      operations.add(
          operation(
              new Call("c", PUT, "k", "x", null),
              90,
              end + 1,
              new Reply(Status.RETURNED, null, end + 2)));
      operations.add(
          operation(
              new Call("c", PUT, "k", "y", null),
              91,
              end + 3,
              new Reply(Status.RETURNED, null, end + 4)));
      operations.add(
          operation(
              new Call("c", GET, "k", null, null),
              92,
              end + 5,
              new Reply(Status.RETURNED, "x", end + 6)));

      assertThat(
              new LinearizabilityChecker(operations, Register.ABSENT, List.of())
                  .check()
                  .violation())
          .isNotNull();
    }
  }

  private static Operation operation(Call call, int thread, long start, Reply reply) {
    long end = reply.status() == Status.RETURNED ? reply.returnedAt() : Long.MAX_VALUE;
    return new Operation(call, new Caller(0, 0, thread), start, end, reply);
  }

  /** A register whose operations take effect at time 10, 20, …, and begin and end around that. */
  private static List<Operation> register(int seed) {
    Random random = new Random(seed);
    List<Operation> operations = new ArrayList<>();
    String value = null;
    for (int i = 1; i <= 120; i++) {
      long start = i * 10L - 1 - random.nextInt(40);
      long end = i * 10L + 1 + random.nextInt(40);
      boolean fails = random.nextInt(12) == 0;
      boolean hasEffect = !fails || random.nextBoolean();
      int kind = random.nextInt(4);
      String argument = "v" + i;
      Call call;
      String result;
      String next = value;
      if (kind == 0) {
        call = new Call("c", GET, "k", null, null);
        result = value;
      } else if (kind == 1) {
        call = new Call("c", PUT_IF_ABSENT, "k", argument, null);
        result = Boolean.toString(value == null);
        next = value == null ? argument : value;
      } else if (kind == 2) {
        call = new Call("c", REMOVE, "k", null, null);
        result = Boolean.toString(value != null);
        next = null;
      } else {
        call = new Call("c", GET_AND_PUT, "k", argument, null);
        result = value;
        next = argument;
      }
      value = hasEffect ? next : value;
      Reply reply =
          fails
              ? new Reply(Status.FAILED, "planted", end)
              : new Reply(Status.RETURNED, result, end);
      operations.add(operation(call, i, start, reply));
    }
    return operations;
  }
}
