package dev.corral.jcache.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.EntryOperation.When;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Expiry.Lifetimes;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.store.CommandTemplate.Rule;
import dev.corral.jcache.internal.store.CommandTemplate.Wants;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command to apply.lua on one entry: an operation in the script's words, with the bytes of its
 * values.
 *
 * @param key the text of the key
 * @param expected the bytes that the condition compares with; empty if it compares none
 * @param value the bytes to store, or the load ticket; empty if there are none
 * @param lockToken the held lock of the key that the script releases once the command is done;
 *     empty for none
 * @param number orders the change among those of this JVM, see {@link ChangeOrder}; 0 if it does
 *     not go to the write-behind queue; negative if a later change has overtaken it before
 * @param labels of the value; null for none
 */
record EntryCommand(
    String key,
    CommandTemplate template,
    byte[] expected,
    byte[] value,
    String lockToken,
    long number,
    @Nullable EntryLabels labels) {

  /** How many arguments a command takes besides its key. */
  static final int FIELDS = 7;

  private static final byte[] NO_BYTES = {};
  private static final String ALIKE = "alike";

  private EntryCommand(String key, CommandTemplate template, byte[] expected, byte[] value) {
    this(key, template, expected, value, "", 0, null);
  }

  /**
   * Redis decides. If the operation compares values, the script reports a live entry whose bytes
   * are not the expected ones, because different bytes may be equal values. If it depends on the
   * presence of an entry, this JVM has to find out whether it can decode the value: the reply has
   * the value, or the script commits only over a value of the same class, and reports others.
   */
  static EntryCommand decidedByRedis(
      String key,
      EntryOperation<?> operation,
      byte @Nullable [] expected,
      byte @Nullable [] value,
      Lifetimes lifetimes,
      boolean queued) {
    LoadTicket ticket = operation.loadTicket();
    boolean replaces = operation.when() == When.PRESENT && operation.mayChange();
    boolean compares = operation.when() == When.HOLDS && ticket == null;
    String when = replaces ? ALIKE : word(operation.when());
    String otherwise = compares || replaces ? "compare" : word(operation.otherwise());
    Rule rule = new Rule(when, word(operation.then()), otherwise);
    EntryCommand command = of(key, rule, operation, expected, value, lifetimes, queued);
    if (ticket != null) {
      return command.ofLoad(operation, ticket);
    }
    boolean asksForPresence = operation.when() == When.PRESENT || operation.when() == When.ABSENT;
    return asksForPresence && !replaces ? command.wantingPrevious() : command;
  }

  /** The script does not compare classes, but reports every live entry. */
  EntryCommand reportingPresent() {
    Rule rule = template.rule();
    return rule.when().equals(ALIKE)
        ? with(template.withRule("never", rule.then(), rule.otherwise()))
        : this;
  }

  private EntryCommand wantingPrevious() {
    return with(template.wantingPrevious());
  }

  /**
   * The JVM has decided. The script does it if the entry is still as it was seen, and else reports
   * that it changed.
   *
   * @param seen what was seen; a stale entry for a computed value, which replaces no other one
   */
  static EntryCommand ifUnchanged(
      String key,
      EntryOperation<?> operation,
      Then chosen,
      Snapshot<?> seen,
      byte @Nullable [] value,
      Lifetimes lifetimes,
      boolean queued) {
    LoadTicket ticket = operation.loadTicket();
    if (ticket != null) {
      Rule rule = new Rule("ticket", word(chosen), "changed");
      EntryCommand command = of(key, rule, operation, bytes(ticket), value, lifetimes, queued);
      return command.with(command.template.loadedIn(ticket.millis()));
    }
    byte[] bytes = seen.isLive() || seen.isUndecodable() ? (byte[]) seen.version() : null;
    String absent =
        switch (seen.state()) {
          case NEGATIVE -> "negative";
          case STALE -> "stale";
          default -> "absent";
        };
    Rule rule = new Rule(bytes == null ? absent : "holds", word(chosen), "changed");
    return of(key, rule, operation, bytes, value, lifetimes, queued);
  }

  private static EntryCommand of(
      String key,
      Rule rule,
      EntryOperation<?> operation,
      byte @Nullable [] expected,
      byte @Nullable [] value,
      Lifetimes lifetimes,
      boolean queued) {
    boolean toQueue = queued && !operation.is(Trait.BY_LOADER);
    return new EntryCommand(
        key,
        new CommandTemplate(rule, wants(operation), lifetimes, 0, "", toQueue),
        expected == null ? NO_BYTES : expected,
        value == null ? NO_BYTES : value,
        "",
        toQueue ? ChangeOrder.next() : 0,
        null);
  }

  private static Wants wants(EntryOperation<?> operation) {
    if (operation.is(Trait.WANTS_DETAILS)) {
      return Wants.DETAILS;
    }
    return operation.is(Trait.WANTS_VALUE) ? Wants.VALUE : Wants.NOTHING;
  }

  /** The operation stores a load ticket, or requires that it is still stored. */
  private EntryCommand ofLoad(EntryOperation<?> operation, LoadTicket ticket) {
    Rule rule = template.rule();
    CommandTemplate timed =
        template
            .unqueued()
            .with(new Lifetimes(ticket.millis(), Expiry.UNCHANGED, Expiry.UNCHANGED));
    return switch (operation.then()) {
      case RESERVE ->
          new EntryCommand(
              key, timed.withRule(rule.when(), rule.then(), "mark"), expected, bytes(ticket));
      case NEGATE -> new EntryCommand(key, timed, bytes(ticket), value);
      default -> {
        String when = operation.when() == When.HOLDS ? "marked" : rule.when();
        CommandTemplate loaded = template.loadedIn(ticket.millis());
        yield new EntryCommand(
            key, loaded.withRule(when, rule.then(), rule.otherwise()), bytes(ticket), value);
      }
    };
  }

  /** Changes nothing, and returns the value. */
  static EntryCommand read(String key) {
    CommandTemplate template = CommandTemplate.of("present", "nothing", "nothing");
    return new EntryCommand(key, template.wantingPrevious(), NO_BYTES, NO_BYTES);
  }

  /** Restores the entry's time to live, since the writer failed. */
  static EntryCommand restore(String key, String writeFence) {
    CommandTemplate template = CommandTemplate.of("present", "restore", "nothing");
    return new EntryCommand(key, template.fencedBy(writeFence), NO_BYTES, NO_BYTES);
  }

  EntryCommand with(Lifetimes answers) {
    return with(template.with(answers));
  }

  /** The database already has the change, which was written behind this fence. */
  EntryCommand writtenBehind(String writeFence) {
    return with(template.fencedBy(writeFence));
  }

  /** The script releases this held lock of the key once the command is done. */
  EntryCommand releasing(HeldLock lock) {
    return new EntryCommand(key, template, expected, value, lock.token(), number, labels);
  }

  /** The value gets these labels. */
  EntryCommand labeled(@Nullable EntryLabels ofValue) {
    return new EntryCommand(key, template, expected, value, lockToken, number, ofValue);
  }

  boolean hasLabels() {
    return labels != null;
  }

  /** The command is made now, and not when it was overtaken. */
  EntryCommand renumbered() {
    return new EntryCommand(key, template, expected, value, lockToken, -ChangeOrder.next(), labels);
  }

  private EntryCommand with(CommandTemplate other) {
    return new EntryCommand(key, other, expected, value, lockToken, number, labels);
  }

  /** Roughly how many bytes it takes on the wire. */
  int size() {
    return expected.length + value.length + (labels == null ? 0 : labels.size());
  }

  void appendTo(List<Object> arguments, int templateNumber) {
    arguments.add(templateNumber);
    arguments.add(expected);
    arguments.add(value);
    arguments.add(lockToken);
    arguments.add(number);
    (labels == null ? EntryLabels.NONE : labels).appendTo(arguments);
  }

  /** Names the write fence and the lock of the key, as far as the script uses them. */
  void appendKeysBesideEntry(List<String> names, KeySpace keys) {
    if (template.usesFence()) {
      names.add(keys.writeFence(key));
    }
    if (!lockToken.isEmpty()) {
      names.add(keys.lock(key));
    }
  }

  private static byte[] bytes(LoadTicket ticket) {
    return ticket.id().getBytes(UTF_8);
  }

  private static String word(When when) {
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
      case RENEW -> "renew";
    };
  }
}
