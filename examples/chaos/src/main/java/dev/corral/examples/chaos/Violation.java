package dev.corral.examples.chaos;

import static java.util.stream.Collectors.joining;

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

  /** The same violation, with the name of its round. */
  Violation in(String round) {
    return new Violation(kind, round + ", " + where, what, evidence);
  }

  /** The sentence, then a line for each piece of evidence. */
  String report() {
    return evidence.stream().map(it -> "%n  %s".formatted(it)).collect(joining("", toString(), ""));
  }

  @Override
  public String toString() {
    return "%s, %s: %s".formatted(kind, where, what);
  }
}
