package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Expiry.Lifetimes;
import java.util.List;

/**
 * What commands on many entries have in common, in the words of apply.lua, whose header explains
 * them. Commands of one call that have the same template send it once.
 *
 * @param wants what the reply is to contain of the entry before
 * @param lifetimes the expiry policy's answers, as far as they are known in advance
 * @param loadMillis how long the load of the value took; 0 if it was not loaded
 * @param fence the write fence of this write; empty if no writer was called
 * @param queued whether the change also goes to the write-behind queue
 */
record CommandTemplate(
    Rule rule, Wants wants, Lifetimes lifetimes, long loadMillis, String fence, boolean queued) {

  /**
   * If the entry meets {@code when}, do {@code then}, else {@code otherwise}. Most words are those
   * of {@link dev.corral.jcache.internal.entry.EntryOperation}. The others are:
   *
   * <ul>
   *   <li>when {@code marked}: the entry is live and has the reload mark of this load
   *   <li>when {@code alike}: the entry is live, and its value has the outermost class of the new
   *       one
   *   <li>when {@code negative}: the entry is negative, or a removal is queued
   *   <li>when {@code never}: so that a live entry is reported to the JVM
   *   <li>then {@code restore}: undo what a write fence did to the entry
   *   <li>otherwise {@code changed}: report an entry that does not meet the condition
   *   <li>otherwise {@code compare}: report it only if it is live, so that the JVM compares values
   *   <li>otherwise {@code mark}: leave the reload mark of this load in the entry
   * </ul>
   */
  record Rule(String when, String then, String otherwise) {}

  /** What the reply is to contain, by its number in the script. */
  enum Wants {
    NOTHING(0),
    VALUE(1),
    /** The header with the details, and not the value. */
    DETAILS(2);

    private final int number;

    Wants(int number) {
      this.number = number;
    }
  }

  /** How many arguments a template takes. */
  static final int FIELDS = 10;

  private static final Lifetimes UNCHANGED =
      new Lifetimes(Expiry.UNCHANGED, Expiry.UNCHANGED, Expiry.UNCHANGED);

  /** Without a load, a writer or a queue; the entry's time to live does not change. */
  static CommandTemplate of(String when, String then, String otherwise) {
    return new CommandTemplate(
        new Rule(when, then, otherwise), Wants.NOTHING, UNCHANGED, 0, "", false);
  }

  /**
   * Whether put.lua can do it: the value is stored whatever the entry holds, and the reply needs no
   * previous value.
   */
  boolean isPlainPut() {
    return rule.when().equals("always")
        && rule.then().equals("put")
        && wants == Wants.NOTHING
        && isKnown(lifetimes.creationMillis())
        && (isKnown(lifetimes.updateMillis()) || lifetimes.updateMillis() == Expiry.UNCHANGED)
        && loadMillis == 0
        && fence.isEmpty()
        && !queued;
  }

  private static boolean isKnown(long millis) {
    return millis > 0 || millis == Expiry.NEVER;
  }

  /**
   * Whether the script may read or remove the write fence of the key: for a write, and before it
   * prolongs the life of an entry or stores a loaded value.
   */
  boolean usesFence() {
    return !fence.isEmpty()
        || loadMillis > 0
        || rule.when().equals("kept")
        || prolongs(rule.then())
        || prolongs(rule.otherwise());
  }

  private static boolean prolongs(String word) {
    return word.equals("touch") || word.equals("reserve");
  }

  /** What a message of a failure calls the command. */
  String purpose() {
    return switch (rule.then()) {
      case "nothing", "touch" -> "read";
      case "reserve", "negate", "renew" -> "load";
      case "restore" -> "abandon a write";
      default -> rule.then();
    };
  }

  CommandTemplate withRule(String when, String then, String otherwise) {
    return new CommandTemplate(
        new Rule(when, then, otherwise), wants, lifetimes, loadMillis, fence, queued);
  }

  /** With the previous value in the reply, unless the details are wanted. */
  CommandTemplate wantingPrevious() {
    if (wants == Wants.DETAILS) {
      return this;
    }
    return new CommandTemplate(rule, Wants.VALUE, lifetimes, loadMillis, fence, queued);
  }

  CommandTemplate with(Lifetimes answers) {
    return new CommandTemplate(rule, wants, answers, loadMillis, fence, queued);
  }

  CommandTemplate loadedIn(long millis) {
    return new CommandTemplate(rule, wants, lifetimes, millis, fence, queued);
  }

  CommandTemplate fencedBy(String writeFence) {
    return new CommandTemplate(rule, wants, lifetimes, loadMillis, writeFence, false);
  }

  CommandTemplate unqueued() {
    return new CommandTemplate(rule, wants, lifetimes, loadMillis, fence, false);
  }

  void appendTo(List<Object> arguments) {
    arguments.add(rule.when());
    arguments.add(rule.then());
    arguments.add(rule.otherwise());
    arguments.add(wants.number);
    arguments.add(lifetimes.creationMillis());
    arguments.add(lifetimes.updateMillis());
    arguments.add(lifetimes.accessMillis());
    arguments.add(loadMillis);
    arguments.add(fence);
    arguments.add(queued ? "1" : "0");
  }
}
