package dev.corral.jcache.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
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
 * @param ending the hold of the key that ends if the command is done; empty for none
 */
public record EntryCommand(Shape shape, byte[] expected, byte[] value, String ending) {

  private static final byte[] NO_BYTES = {};

  /**
   * What many entries have in common.
   *
   * @param loadMillis how long the load of the value took
   * @param fence the mark that a writer left before it began; empty if there was none
   * @param queued whether the change goes to the queue of the writer as well
   */
  record Shape(
      String when,
      String then,
      String otherwise,
      boolean wantsPrevious,
      Lifetimes lifetimes,
      long loadMillis,
      String fence,
      boolean queued) {

    /** How many arguments it has. */
    static final int FIELDS = 10;

    private static final Lifetimes AS_IT_IS = new Lifetimes(Expiry.KEEP, Expiry.KEEP, Expiry.KEEP);

    /** Without a load, a writer or a queue, for an entry whose time to live stays. */
    static Shape of(String when, String then, String otherwise) {
      return new Shape(when, then, otherwise, false, AS_IT_IS, 0, "", false);
    }

    /** Whether put.lua can do it: whatever stands there gives way, and nobody wants to know. */
    boolean isPlainPut() {
      return when.equals("always")
          && then.equals("put")
          && !wantsPrevious
          && isKnown(lifetimes.creationMillis())
          && (isKnown(lifetimes.updateMillis()) || lifetimes.updateMillis() == Expiry.KEEP)
          && loadMillis == 0
          && fence.isEmpty()
          && !queued;
    }

    private static boolean isKnown(long millis) {
      return millis > 0 || millis == Expiry.NEVER;
    }

    Shape when(String condition) {
      return new Shape(
          condition, then, otherwise, wantsPrevious, lifetimes, loadMillis, fence, queued);
    }

    Shape otherwise(String word) {
      return new Shape(when, then, word, wantsPrevious, lifetimes, loadMillis, fence, queued);
    }

    Shape wantingPrevious() {
      return new Shape(when, then, otherwise, true, lifetimes, loadMillis, fence, queued);
    }

    Shape with(Lifetimes other) {
      return new Shape(when, then, otherwise, wantsPrevious, other, loadMillis, fence, queued);
    }

    Shape loaded(long millis) {
      return new Shape(when, then, otherwise, wantsPrevious, lifetimes, millis, fence, queued);
    }

    Shape fenced(String mark) {
      return new Shape(when, then, otherwise, wantsPrevious, lifetimes, loadMillis, mark, queued);
    }

    Shape queued(boolean also) {
      return new Shape(when, then, otherwise, wantsPrevious, lifetimes, loadMillis, fence, also);
    }

    void appendTo(List<Object> arguments) {
      arguments.add(when);
      arguments.add(then);
      arguments.add(otherwise);
      arguments.add(wantsPrevious ? "1" : "0");
      arguments.add(lifetimes.creationMillis());
      arguments.add(lifetimes.updateMillis());
      arguments.add(lifetimes.accessMillis());
      arguments.add(loadMillis);
      arguments.add(fence);
      arguments.add(queued ? "1" : "0");
    }
  }

  /** How many arguments each entry has. */
  static final int FIELDS = 4;

  private EntryCommand(Shape shape, byte[] expected, byte[] value) {
    this(shape, expected, value, "");
  }

  /** Redis decides; it reports a live entry whose bytes are not the expected ones. */
  static <V> EntryCommand deciding(
      EntryOperation<V> operation,
      byte @Nullable [] expected,
      byte @Nullable [] value,
      Lifetimes lifetimes,
      boolean queued) {
    boolean holds = operation.when() == EntryOperation.When.HOLDS && operation.loadTicket() == null;
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
    LoadTicket loadTicket = operation.loadTicket();
    return loadTicket == null ? plain : plain.filling(operation, loadTicket);
  }

  /** Decided here; Redis does it if the entry is still as it was seen: bytes, ticket, or absent. */
  static <V> EntryCommand ifUnchanged(
      EntryOperation<V> operation,
      Then chosen,
      byte @Nullable [] seen,
      byte @Nullable [] value,
      Lifetimes lifetimes,
      boolean queued) {
    LoadTicket loadTicket = operation.loadTicket();
    if (loadTicket != null) {
      byte[] ticket = loadTicket.id().getBytes(UTF_8);
      EntryCommand command =
          of("ticket", ticket, operation, chosen, "changed", value, lifetimes, queued);
      return command.shaped(command.shape.loaded(loadTicket.millis()));
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
        new Shape(
            when,
            word(then),
            otherwise,
            operation.is(Trait.WANTS_VALUE),
            lifetimes,
            0,
            "",
            queued && !operation.is(Trait.BY_LOADER)),
        expected == null ? NO_BYTES : expected,
        value == null ? NO_BYTES : value);
  }

  /** A ticket is left, or has to stand; its time, or that of the load, goes along. */
  private EntryCommand filling(EntryOperation<?> operation, LoadTicket loadTicket) {
    byte[] ticket = loadTicket.id().getBytes(UTF_8);
    Shape unqueued =
        shape.queued(false).with(new Lifetimes(loadTicket.millis(), Expiry.KEEP, Expiry.KEEP));
    return switch (operation.then()) {
      case RESERVE -> new EntryCommand(unqueued.otherwise("mark"), expected, ticket);
      case NEGATE -> new EntryCommand(unqueued, ticket, value);
      default -> {
        boolean marked = operation.when() == EntryOperation.When.HOLDS;
        Shape loaded = shape.loaded(loadTicket.millis());
        yield new EntryCommand(marked ? loaded.when("marked") : loaded, ticket, value);
      }
    };
  }

  /** Removes an entry, untold, if it still holds these bytes. */
  static EntryCommand discard(byte[] seen) {
    return new EntryCommand(Shape.of("holds", "discard", "nothing"), seen, NO_BYTES);
  }

  /** Changes nothing, and gives the value. */
  static EntryCommand look() {
    Shape shape = Shape.of("present", "nothing", "nothing").wantingPrevious();
    return new EntryCommand(shape, NO_BYTES, NO_BYTES);
  }

  /** Gives an entry its time to live back, since the writer failed. */
  static EntryCommand restore(String mark) {
    Shape shape = Shape.of("present", "restore", "nothing").fenced(mark);
    return new EntryCommand(shape, NO_BYTES, NO_BYTES);
  }

  EntryCommand with(Lifetimes answered) {
    return shaped(shape.with(answered));
  }

  EntryCommand expecting(byte[] bytes) {
    return new EntryCommand(shape, bytes, value);
  }

  /** The database has the change already, written under this mark. */
  EntryCommand writtenUnder(String mark) {
    return shaped(shape.fenced(mark).queued(false));
  }

  /** A hold of its key ends if it is done. */
  EntryCommand ending(String name) {
    return new EntryCommand(shape, expected, value, name);
  }

  private EntryCommand shaped(Shape other) {
    return new EntryCommand(other, expected, value, ending);
  }

  /** Roughly how many bytes it takes on the wire. */
  int size() {
    return expected.length + value.length;
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
