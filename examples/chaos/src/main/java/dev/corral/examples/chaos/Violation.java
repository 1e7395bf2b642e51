package dev.corral.examples.chaos;

import java.util.List;

/**
 * Something that must not happen.
 *
 * @param kind the broken promise
 * @param where the cache and the key, or the worker
 * @param what one sentence
 * @param evidence operations and writes, for a reader of the history
 */
record Violation(Kind kind, String where, String what, List<String> evidence) {

  /** The promises that the suite checks. */
  enum Kind {
    NOT_LINEARIZABLE,
    LOST_WRITE,
    STALE_VALUE,
    BACKWARDS,
    INVENTED_VALUE,
    TOO_SLOW,
    HUNG,
    UNAVAILABLE,
    NOT_RECOVERED,
    WRONG_EXCEPTION
  }

  Violation(Kind kind, String where, String what) {
    this(kind, where, what, List.of());
  }

  @Override
  public String toString() {
    return "%s, %s: %s".formatted(kind, where, what);
  }
}
