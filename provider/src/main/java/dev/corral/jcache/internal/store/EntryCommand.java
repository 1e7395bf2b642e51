package dev.corral.jcache.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Fill;
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
 * @param value the bytes to put, or the ticket to leave; empty if there are none
 * @param loadMillis how long the load of the value took
 * @param fence the mark that a writer left before it began; empty if there was none
 * @param queued whether the change goes to the queue of the writer as well
 */
record EntryCommand(
    String when,
    byte[] expected,
    String then,
    String otherwise,
    byte[] value,
    boolean wantsPrevious,
    Lifetimes lifetimes,
    long loadMillis,
    String fence,
    boolean queued) {

  /** How many arguments each entry has. */
  static final int FIELDS = 12;

  private static final byte[] NO_BYTES = {};

  /** Redis decides; it reports a live entry whose bytes are not the expected ones. */
  static <V> EntryCommand deciding(
      EntryOperation<V> operation,
      byte @Nullable [] expected,
      byte @Nullable [] value,
      Lifetimes lifetimes,
      boolean queued) {
    boolean holds = operation.when() == EntryOperation.When.HOLDS && operation.fill() == null;
    EntryCommand plain =
        of(
            word(operation.when()),
            expected,
            operation,
            operation.then(),
            holds ? "compare" : word(operation.otherwise()),
            value,
            lifetimes,
            queued);
    Fill fill = operation.fill();
    return fill == null ? plain : plain.filling(operation, fill);
  }

  /** Decided here; Redis does it if the entry is still as it was seen: bytes, ticket, or absent. */
  static <V> EntryCommand ifUnchanged(
      EntryOperation<V> operation,
      Then chosen,
      byte @Nullable [] seen,
      byte @Nullable [] value,
      Lifetimes lifetimes,
      boolean queued) {
    Fill fill = operation.fill();
    if (fill != null) {
      byte[] ticket = fill.ticket().getBytes(UTF_8);
      return of("ticket", ticket, operation, chosen, "changed", value, lifetimes, queued)
          .loaded(fill.millis());
    }
    String when = seen == null ? "absent" : "holds";
    return of(when, seen, operation, chosen, "changed", value, lifetimes, queued);
  }

  private static EntryCommand of(
      String when,
      byte @Nullable [] expected,
      EntryOperation<?> operation,
      Then then,
      String otherwise,
      byte @Nullable [] value,
      Lifetimes lifetimes,
      boolean queued) {
    return new EntryCommand(
        when,
        expected == null ? NO_BYTES : expected,
        word(then),
        otherwise,
        value == null ? NO_BYTES : value,
        operation.is(Trait.WANTS_VALUE),
        lifetimes,
        0,
        "",
        queued && !operation.is(Trait.BY_LOADER));
  }

  /** A ticket is left, or has to stand; its time, or that of the load, goes along. */
  private EntryCommand filling(EntryOperation<?> operation, Fill fill) {
    byte[] ticket = fill.ticket().getBytes(UTF_8);
    return switch (operation.then()) {
      case RESERVE ->
          new EntryCommand(
              when, expected, then, "mark", ticket, wantsPrevious, forTicket(fill), 0, "", false);
      case NEGATE ->
          new EntryCommand(
              when, ticket, then, otherwise, value, wantsPrevious, forTicket(fill), 0, "", false);
      default -> onlyIf(operation, ticket).loaded(fill.millis());
    };
  }

  /** A load is stored while its ticket stands; a reload, while its mark is in the entry. */
  private EntryCommand onlyIf(EntryOperation<?> operation, byte[] ticket) {
    String condition = operation.when() == EntryOperation.When.HOLDS ? "marked" : when;
    return new EntryCommand(
        condition,
        ticket,
        then,
        otherwise,
        value,
        wantsPrevious,
        lifetimes,
        loadMillis,
        fence,
        queued);
  }

  private static Lifetimes forTicket(Fill fill) {
    return new Lifetimes(fill.millis(), Expiry.KEEP, Expiry.KEEP);
  }

  /** Removes an entry, untold, if it still holds these bytes. */
  static EntryCommand discard(byte[] seen) {
    Lifetimes none = new Lifetimes(Expiry.KEEP, Expiry.KEEP, Expiry.KEEP);
    return new EntryCommand(
        "holds", seen, "discard", "nothing", NO_BYTES, false, none, 0, "", false);
  }

  /** Changes nothing, and gives the value. */
  static EntryCommand look() {
    Lifetimes none = new Lifetimes(Expiry.KEEP, Expiry.KEEP, Expiry.KEEP);
    return new EntryCommand(
        "present", NO_BYTES, "nothing", "nothing", NO_BYTES, true, none, 0, "", false);
  }

  EntryCommand with(Lifetimes answered) {
    return new EntryCommand(
        when, expected, then, otherwise, value, wantsPrevious, answered, loadMillis, fence, queued);
  }

  EntryCommand expecting(byte[] bytes) {
    return new EntryCommand(
        when, bytes, then, otherwise, value, wantsPrevious, lifetimes, loadMillis, fence, queued);
  }

  /** The database has the change already, written under this mark. */
  EntryCommand writtenUnder(String mark) {
    return new EntryCommand(
        when, expected, then, otherwise, value, wantsPrevious, lifetimes, loadMillis, mark, false);
  }

  /** Gives an entry its time to live back, since the writer failed. */
  static EntryCommand restore(String mark) {
    Lifetimes none = new Lifetimes(Expiry.KEEP, Expiry.KEEP, Expiry.KEEP);
    return new EntryCommand(
        "present", NO_BYTES, "restore", "nothing", NO_BYTES, false, none, 0, mark, false);
  }

  private EntryCommand loaded(long millis) {
    return new EntryCommand(
        when, expected, then, otherwise, value, wantsPrevious, lifetimes, millis, fence, queued);
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
    arguments.add(loadMillis);
    arguments.add(fence);
    arguments.add(queued ? "1" : "0");
  }

  private static String word(EntryOperation.When when) {
    return switch (when) {
      case ALWAYS -> "always";
      case ABSENT -> "absent";
      case UNLOADED -> "unloaded";
      case PRESENT -> "present";
      case HOLDS -> "holds";
      case KEPT -> "kept";
      case TICKET -> "ticket";
    };
  }

  private static String word(Then then) {
    return switch (then) {
      case NOTHING -> "nothing";
      case TOUCH -> "touch";
      case PUT -> "put";
      case REMOVE -> "remove";
      case RESERVE -> "reserve";
      case NEGATE -> "negate";
    };
  }
}
