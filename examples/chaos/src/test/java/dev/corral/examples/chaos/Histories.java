package dev.corral.examples.chaos;

import dev.corral.examples.chaos.Operation.Call;
import dev.corral.examples.chaos.Operation.Caller;
import dev.corral.examples.chaos.Operation.Reply;
import dev.corral.examples.chaos.Operation.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds histories of one key, for tests of the checkers. Times are in milliseconds. */
final class Histories {

  static final long MILLI = 1_000_000;

  private final String cache;
  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, List<Window>> outages = new HashMap<>();
  private int threads;
  private int worker;

  Histories(String cache) {
    this.cache = cache;
  }

  /** The JVM of the following operations; 0 until then. */
  Histories by(int number) {
    worker = number;
    return this;
  }

  /** A time in which a JVM finds Redis unavailable. */
  Histories outage(int number, long from, long to) {
    Window window = new Window(cache, from * MILLI, to * MILLI);
    outages.put(new Caller(number, 0, 0).jvm(), List.of(window));
    return this;
  }

  Histories returned(
      OperationKind kind,
      @Nullable String argument,
      @Nullable String result,
      long start,
      long end) {
    return add(kind, argument, null, new Reply(Status.RETURNED, result, end * MILLI), start);
  }

  Histories compared(
      OperationKind kind, @Nullable String argument, String expected, boolean did, long start) {
    Reply reply = new Reply(Status.RETURNED, Boolean.toString(did), (start + 5) * MILLI);
    return add(kind, argument, expected, reply, start);
  }

  Histories failed(OperationKind kind, @Nullable String argument, long start, long end) {
    String exception = "javax.cache.CacheException: planted";
    return add(kind, argument, null, new Reply(Status.FAILED, exception, end * MILLI), start);
  }

  Histories missing(OperationKind kind, @Nullable String argument, long start) {
    return add(kind, argument, null, new Reply(Status.MISSING, null, Long.MAX_VALUE), start);
  }

  /** The read of a JVM at the end. */
  Histories lastRead(@Nullable String result, long start) {
    Call call = new Call(cache, OperationKind.GET, "k", null, null);
    Reply reply = new Reply(Status.RETURNED, result, (start + 1) * MILLI);
    Caller caller = new Caller(0, 0, Caller.FINAL);
    operations.add(new Operation(call, caller, start * MILLI, reply.returnedAt(), reply));
    return this;
  }

  private Histories add(
      OperationKind kind,
      @Nullable String argument,
      @Nullable String expected,
      Reply reply,
      long start) {
    Call call = new Call(cache, kind, "k", argument, expected);
    long end = reply.status() == Status.RETURNED ? reply.returnedAt() : Long.MAX_VALUE;
    operations.add(
        new Operation(call, new Caller(worker, 0, threads++), start * MILLI, end, reply));
    return this;
  }

  List<Operation> operations() {
    return operations;
  }

  History history() {
    return new History(operations, new HashMap<>(), outages);
  }

  static Timeline noFaults() {
    return new Timeline(Map.of());
  }
}
