package dev.corral.examples.chaos;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call of a cache in a history.
 *
 * @param caller the JVM and thread
 * @param start before the call, by the monotonic clock of the machine in nanoseconds
 * @param end after the call; {@link Long#MAX_VALUE} if it did not return normally, since it may
 *     then still take effect at any later time
 * @param reply what the caller got
 */
record Operation(Call call, Caller caller, long start, long end, Reply reply) {

  /**
   * What is called.
   *
   * @param cache the name of the cache
   * @param argument the new value; null if the method has none
   * @param expected the expected value; null if the method has none
   */
  record Call(
      String cache,
      OperationKind kind,
      String key,
      @Nullable String argument,
      @Nullable String expected) {}

  /**
   * A thread of a worker.
   *
   * @param worker the number of the worker, from 0
   * @param incarnation how often the worker was started before
   * @param thread the number of the thread; {@link #FINAL} for the reads at the end of a round
   */
  record Caller(int worker, int incarnation, int thread) {

    static final int FINAL = 99;

    /** The name of the JVM, which no other JVM of a session has. */
    String jvm() {
      return worker + "." + incarnation;
    }

    @Override
    public String toString() {
      return jvm() + "/" + thread;
    }
  }

  /** How a call ended. */
  enum Status {
    RETURNED,
    /** With an exception. */
    FAILED,
    /** Not: its JVM was killed, or it hangs. */
    MISSING
  }

  /**
   * What the caller got.
   *
   * @param value the result, with booleans as text; the exception if it failed; null if there is no
   *     result
   * @param returnedAt when the call ended, even with an exception; {@link Long#MAX_VALUE} if it did
   *     not
   */
  record Reply(Status status, @Nullable String value, long returnedAt) {}

  boolean returned() {
    return reply.status() == Status.RETURNED;
  }

  boolean failed() {
    return reply.status() == Status.FAILED;
  }

  /** Whether the caller knows that the operation has changed the entry. */
  boolean isAcknowledgedChange() {
    return returned()
        && switch (call.kind()) {
          case PUT, GET_AND_PUT, INVOKE, REMOVE, CHANGE_ROW -> true;
          case PUT_IF_ABSENT, REPLACE, REMOVE_IF -> "true".equals(reply.value());
          case GET_AND_REMOVE -> reply.value() != null;
          case GET, CONTAINS -> false;
        };
  }

  /**
   * Whether the operation has changed the entry or the row for all that the caller knows. {@code
   * getAndRemove} may remove a row that has no entry.
   */
  boolean mayHaveChanged() {
    return call.kind().mayChange()
        && (!returned() || isAcknowledgedChange() || call.kind() == OperationKind.GET_AND_REMOVE);
  }

  /** Whether this operation was complete before the other began. */
  boolean precedes(Operation other) {
    return end < other.start;
  }

  /** Whether the new value is this one; with null, whether the operation removes. */
  boolean writes(@Nullable String value) {
    return value == null ? call.kind().removes() : Objects.equals(call.argument(), value);
  }

  @Override
  public String toString() {
    return "%s %s.%s(%s%s%s) at %d..%s: %s %s"
        .formatted(
            caller,
            call.cache(),
            call.kind(),
            call.key(),
            call.expected() == null ? "" : ", expected " + call.expected(),
            call.argument() == null ? "" : ", " + call.argument(),
            start,
            reply.returnedAt() == Long.MAX_VALUE ? "" : Long.toString(reply.returnedAt()),
            reply.status(),
            reply.value());
  }
}
