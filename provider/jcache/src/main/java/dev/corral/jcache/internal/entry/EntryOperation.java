package dev.corral.jcache.internal.entry;

import static dev.corral.jcache.internal.entry.EntryOperation.Then.NEGATE;
import static dev.corral.jcache.internal.entry.EntryOperation.Then.NOTHING;
import static dev.corral.jcache.internal.entry.EntryOperation.Then.PUT;
import static dev.corral.jcache.internal.entry.EntryOperation.Then.REMOVE;
import static dev.corral.jcache.internal.entry.EntryOperation.Then.RESERVE;
import static dev.corral.jcache.internal.entry.EntryOperation.Then.TOUCH;
import static dev.corral.jcache.internal.entry.EntryOperation.When.ABSENT;
import static dev.corral.jcache.internal.entry.EntryOperation.When.ALWAYS;
import static dev.corral.jcache.internal.entry.EntryOperation.When.HOLDS;
import static dev.corral.jcache.internal.entry.EntryOperation.When.KEPT;
import static dev.corral.jcache.internal.entry.EntryOperation.When.PRESENT;
import static dev.corral.jcache.internal.entry.EntryOperation.When.TICKET;
import static dev.corral.jcache.internal.entry.EntryOperation.When.UNLOADED;

import dev.corral.jcache.internal.entry.Outcome.Prior;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one JCache method asks of one entry, as data: if the entry meets {@code when}, do {@code
 * then}, else {@code otherwise}. {@link #choose} decides it in this JVM; apply.lua decides it in
 * Redis, with the same meaning.
 *
 * @param expected the value that {@link When#HOLDS} and {@link When#KEPT} compare with, else null
 * @param value the value that {@link Then#PUT} stores; null if nothing is put
 * @param fill what a load has to say besides; null for all but loads
 */
public record EntryOperation<V>(
    When when,
    @Nullable V expected,
    Then then,
    Then otherwise,
    @Nullable V value,
    Set<Trait> traits,
    @Nullable Fill fill)
    implements Decider<V> {

  /** The condition that an entry meets or not. */
  public enum When {
    ALWAYS,
    ABSENT,
    /** As absent, for a load that does not content itself with a remembered miss. */
    UNLOADED,
    PRESENT,
    HOLDS,
    /** As HOLDS, but the entry may as well be past its expiry, if it is kept. */
    KEPT,
    /** The ticket of this load still stands: nobody wrote, removed or cleared since. */
    TICKET
  }

  /**
   * What is done to an entry. TOUCH applies the access expiry and is nothing on an absent entry.
   */
  public enum Then {
    NOTHING,
    TOUCH,
    PUT,
    REMOVE,
    /** Leaves the ticket of a load, which every write tears up. */
    RESERVE,
    /** Remembers that the source has no such key. */
    NEGATE
  }

  /**
   * What a load has to say besides.
   *
   * @param ticket names the load; every write to the key tears it up
   * @param millis for RESERVE and NEGATE the time to live, for PUT how long the load took
   */
  public record Fill(String ticket, long millis) {}

  /** What the stages have to know besides. */
  public enum Trait {
    /** Counts a hit or a miss. */
    COUNTS_LOOKUP,
    /** A miss calls the loader. */
    READS_THROUGH,
    /** The value comes from the loader: no put is counted, no writer called. */
    BY_LOADER,
    /** The caller wants the value that the entry held before. */
    WANTS_VALUE
  }

  private static final Set<Trait> NONE = Set.of();
  private static final Set<Trait> LOOKUP = Set.of(Trait.COUNTS_LOOKUP);
  private static final Set<Trait> EXCHANGE = Set.of(Trait.COUNTS_LOOKUP, Trait.WANTS_VALUE);
  private static final Set<Trait> READ =
      Set.of(Trait.COUNTS_LOOKUP, Trait.READS_THROUGH, Trait.WANTS_VALUE);
  private static final Set<Trait> WANTED = Set.of(Trait.WANTS_VALUE);
  private static final Set<Trait> LOADED = Set.of(Trait.BY_LOADER);

  // spotless:off                                                                                  when     expected then     otherwise value traits
  public static <V> EntryOperation<V> get()                     { return new EntryOperation<>(PRESENT, null,    TOUCH,   NOTHING, null,  READ, null); }
  public static <V> EntryOperation<V> peek()                    { return new EntryOperation<>(PRESENT, null,    TOUCH,   NOTHING, null,  EXCHANGE, null); }
  public static <V> EntryOperation<V> glance()                  { return new EntryOperation<>(PRESENT, null,    NOTHING, NOTHING, null,  WANTED, null); }
  public static <V> EntryOperation<V> contains()                { return new EntryOperation<>(PRESENT, null,    NOTHING, NOTHING, null,  NONE, null); }
  public static <V> EntryOperation<V> put(V value)              { return new EntryOperation<>(ALWAYS,  null,    PUT,     NOTHING, value, NONE, null); }
  public static <V> EntryOperation<V> getAndPut(V value)        { return new EntryOperation<>(ALWAYS,  null,    PUT,     NOTHING, value, EXCHANGE, null); }
  public static <V> EntryOperation<V> putIfAbsent(V value)      { return new EntryOperation<>(ABSENT,  null,    PUT,     NOTHING, value, LOOKUP, null); }
  public static <V> EntryOperation<V> replace(V value)          { return new EntryOperation<>(PRESENT, null,    PUT,     NOTHING, value, LOOKUP, null); }
  public static <V> EntryOperation<V> getAndReplace(V value)    { return new EntryOperation<>(PRESENT, null,    PUT,     NOTHING, value, EXCHANGE, null); }
  public static <V> EntryOperation<V> replace(V old, V value)   { return new EntryOperation<>(HOLDS,   old,     PUT,     TOUCH,   value, LOOKUP, null); }
  public static <V> EntryOperation<V> remove()                  { return new EntryOperation<>(ALWAYS,  null,    REMOVE,  NOTHING, null,  NONE, null); }
  public static <V> EntryOperation<V> remove(V old)             { return new EntryOperation<>(HOLDS,   old,     REMOVE,  TOUCH,   null,  LOOKUP, null); }
  public static <V> EntryOperation<V> getAndRemove()            { return new EntryOperation<>(ALWAYS,  null,    REMOVE,  NOTHING, null,  EXCHANGE, null); }
  public static <V> EntryOperation<V> load(V value)             { return new EntryOperation<>(ABSENT,  null,    PUT,     NOTHING, value, LOADED, null); }
  public static <V> EntryOperation<V> reload(V value)           { return new EntryOperation<>(ALWAYS,  null,    PUT,     NOTHING, value, LOADED, null); }

  /** Makes sure that this load is the one to store a value, if there is none. */
  public static <V> EntryOperation<V> reserve(Fill fill)        { return new EntryOperation<>(ABSENT,  null,    RESERVE, NOTHING, null,  WANTED, fill); }
  public static <V> EntryOperation<V> reserveAnew(Fill fill)    { return new EntryOperation<>(UNLOADED, null,   RESERVE, NOTHING, null,  WANTED, fill); }
  public static <V> EntryOperation<V> fill(V value, Fill fill)  { return new EntryOperation<>(TICKET,  null,    PUT,     NOTHING, value, LOADED, fill); }
  public static <V> EntryOperation<V> negate(Fill fill)         { return new EntryOperation<>(TICKET,  null,    NEGATE,  NOTHING, null,  LOADED, fill); }
  public static <V> EntryOperation<V> refill(V old, V value, Fill fill) { return new EntryOperation<>(HOLDS, old, PUT,    NOTHING, value, LOADED, fill); }
  public static <V> EntryOperation<V> renew(V old, V value, Fill fill)  { return new EntryOperation<>(KEPT,  old, PUT,    NOTHING, value, LOADED, fill); }
  public static <V> EntryOperation<V> vanish(V old, Fill fill)  { return new EntryOperation<>(KEPT,    old,     REMOVE,  NOTHING, null,  LOADED, fill); }

  /** What an entry processor left behind. */
  public static <V> EntryOperation<V> processed(Then then, @Nullable V value, boolean loaded, @Nullable Fill fill) {
    return new EntryOperation<>(ALWAYS, null, then, NOTHING, value, loaded ? Set.of(Trait.COUNTS_LOOKUP, Trait.BY_LOADER) : LOOKUP, fill);
  }
  // spotless:on

  /** What is to be done to an entry in this state. */
  public Then choose(Snapshot<V> seen) {
    boolean met =
        switch (when) {
          case ALWAYS -> true;
          case ABSENT, UNLOADED -> !seen.isLive();
          case PRESENT -> seen.isLive();
          case HOLDS -> seen.holds(expected);
          case KEPT -> seen.value() != null && seen.value().equals(expected);
          case TICKET -> fill != null && seen.isTicket(fill.ticket());
        };
    Then chosen = met ? then : otherwise;
    boolean pointless =
        switch (chosen) {
          case TOUCH -> !seen.isLive();
          case RESERVE ->
              seen.state() == Prior.STALE
                  || (seen.state() == Prior.NEGATIVE && when != When.UNLOADED);
          default -> false;
        };
    return pointless ? NOTHING : chosen;
  }

  /** The operation that does what was chosen, whatever the entry holds by now. */
  public EntryOperation<V> unconditionally(Then chosen) {
    return new EntryOperation<>(ALWAYS, null, chosen, NOTHING, value, traits, null);
  }

  /** The same operation, whose caller wants the value that the entry held before. */
  public EntryOperation<V> wantingValue() {
    if (is(Trait.WANTS_VALUE)) {
      return this;
    }
    EnumSet<Trait> more = EnumSet.of(Trait.WANTS_VALUE);
    more.addAll(traits);
    return new EntryOperation<>(when, expected, then, otherwise, value, more, fill);
  }

  public boolean is(Trait trait) {
    return traits.contains(trait);
  }

  /** Whether it may change what the entry holds. */
  public boolean mayChange() {
    return then == PUT || then == REMOVE;
  }

  @Override
  public EntryOperation<V> decide(Snapshot<V> seen) {
    return this;
  }

  @Override
  public Optional<EntryOperation<V>> inAdvance() {
    return Optional.of(this);
  }
}
