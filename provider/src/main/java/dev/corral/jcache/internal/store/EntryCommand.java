package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Expiry.Lifetimes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry's part of a call of apply.lua, whose header says what the words mean.
 *
 * @param expected the bytes that {@code holds} compares with; empty for every other condition
 * @param value the bytes to put; empty if nothing is put
 */
record EntryCommand(
    String when,
    byte[] expected,
    String then,
    String otherwise,
    byte[] value,
    boolean wantsPrevious,
    Lifetimes lifetimes) {

  /** How many arguments each entry has. */
  static final int FIELDS = 9;

  private static final byte[] NO_BYTES = {};

  /** Redis decides; it reports a live entry whose bytes are not the expected ones. */
  static <V> EntryCommand deciding(
      EntryOperation<V> operation,
      byte @Nullable [] expected,
      byte @Nullable [] value,
      Lifetimes lifetimes) {
    boolean holds = operation.when() == EntryOperation.When.HOLDS;
    return new EntryCommand(
        word(operation.when()),
        expected == null ? NO_BYTES : expected,
        word(operation.then()),
        holds ? "compare" : word(operation.otherwise()),
        value == null ? NO_BYTES : value,
        operation.is(Trait.WANTS_VALUE),
        lifetimes);
  }

  /** Decided here; Redis does it if the entry is still as it was seen: these bytes, or absent. */
  static <V> EntryCommand ifUnchanged(
      EntryOperation<V> operation,
      Then chosen,
      byte @Nullable [] seen,
      byte @Nullable [] value,
      Lifetimes lifetimes) {
    return new EntryCommand(
        seen == null ? "absent" : "holds",
        seen == null ? NO_BYTES : seen,
        word(chosen),
        "changed",
        value == null ? NO_BYTES : value,
        operation.is(Trait.WANTS_VALUE),
        lifetimes);
  }

  /** Removes an entry, untold, if it still holds these bytes. */
  static EntryCommand discard(byte[] seen) {
    Lifetimes none = new Lifetimes(Expiry.KEEP, Expiry.KEEP, Expiry.KEEP);
    return new EntryCommand("holds", seen, "discard", "nothing", NO_BYTES, false, none);
  }

  EntryCommand with(Lifetimes answered) {
    return new EntryCommand(when, expected, then, otherwise, value, wantsPrevious, answered);
  }

  EntryCommand expecting(byte[] bytes) {
    return new EntryCommand(when, bytes, then, otherwise, value, wantsPrevious, lifetimes);
  }

  /** Roughly how many bytes it takes on the wire. */
  int size() {
    return expected.length + value.length;
  }

  void appendTo(List<Object> arguments) {
    arguments.add(when);
    arguments.add(expected);
    arguments.add(then);
    arguments.add(otherwise);
    arguments.add(value);
    arguments.add(wantsPrevious ? "1" : "0");
    arguments.add(lifetimes.creationMillis());
    arguments.add(lifetimes.updateMillis());
    arguments.add(lifetimes.accessMillis());
  }

  private static String word(EntryOperation.When when) {
    return switch (when) {
      case ALWAYS -> "always";
      case ABSENT -> "absent";
      case PRESENT -> "present";
      case HOLDS -> "holds";
    };
  }

  private static String word(Then then) {
    return switch (then) {
      case NOTHING -> "nothing";
      case TOUCH -> "touch";
      case PUT -> "put";
      case REMOVE -> "remove";
    };
  }
}
