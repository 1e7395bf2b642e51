package dev.corral.jcache.internal.entry;

import static dev.corral.jcache.internal.entry.EntryOperation.Then.NEGATE;
import static dev.corral.jcache.internal.entry.EntryOperation.Then.NOTHING;
import static dev.corral.jcache.internal.entry.EntryOperation.Then.PUT;
import static dev.corral.jcache.internal.entry.EntryOperation.Then.REMOVE;
import static dev.corral.jcache.internal.entry.EntryOperation.Then.RENEW;
import static dev.corral.jcache.internal.entry.EntryOperation.Then.RESERVE;
import static dev.corral.jcache.internal.entry.EntryOperation.Then.TOUCH;
import static dev.corral.jcache.internal.entry.EntryOperation.When.ABSENT;
import static dev.corral.jcache.internal.entry.EntryOperation.When.ALWAYS;
import static dev.corral.jcache.internal.entry.EntryOperation.When.HOLDS;
import static dev.corral.jcache.internal.entry.EntryOperation.When.KEPT;
import static dev.corral.jcache.internal.entry.EntryOperation.When.PRESENT;
import static dev.corral.jcache.internal.entry.EntryOperation.When.TICKET;
import static dev.corral.jcache.internal.entry.EntryOperation.When.UNLOADED;

import dev.corral.jcache.EntryOptions;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one JCache method does to one entry, as data: if the entry meets {@code when}, do {@code
 * then}, else {@code otherwise}. {@link #choose} decides it in this JVM; apply.lua decides it in
 * Redis, with the same meaning.
 *
 * @param expected the value that {@link When#HOLDS} and {@link When#KEPT} compare with, else null
 * @param newValue what {@link Then#PUT} stores; null if nothing is put
 * @param loadTicket identifies the load that stores the value; null for all other operations
 */
public record EntryOperation<V>(
    When when,
    @Nullable V expected,
    Then then,
    Then otherwise,
    @Nullable NewValue<V> newValue,
    Set<Trait> traits,
    @Nullable LoadTicket loadTicket)
    implements Decider<V> {

  /** The condition on the entry. */
  public enum When {
    ALWAYS,
    ABSENT,
    /** As ABSENT; RESERVE then also replaces a negative entry. */
    UNLOADED,
    PRESENT,
    HOLDS,
    /** As HOLDS, but the entry may also be stale. */
    KEPT,
    /** The key still has the ticket of this load. */
    TICKET
  }

  /** What the operation does to the entry. */
  public enum Then {
    NOTHING,
    /** Applies the access expiry; does nothing to an absent entry. */
    TOUCH,
    PUT,
    REMOVE,
    /** Stores a load ticket, which every write removes. */
    RESERVE,
    /** Stores a negative entry: the loader has no value for the key. */
    NEGATE,
    /** The value is current: the entry lives as if it were created now. */
    RENEW
  }

  /**
   * A value to store, with the options of its entry.
   *
   * @param value null for {@link Then#RENEW}, which has only options
   * @param options null if the entry has none of its own
   */
  public record NewValue<V>(@Nullable V value, @Nullable EntryOptions options) {

    /** A value without options of its own; null for none. */
    public static <V> @Nullable NewValue<V> of(@Nullable V value) {
      return value == null ? null : new NewValue<>(value, null);
    }
  }

  /**
   * Identifies a load.
   *
   * @param id stored under the key while the load is running; every write to the key removes it
   * @param millis for RESERVE and NEGATE the time to live, for PUT the duration of the load
   */
  public record LoadTicket(String id, long millis) {

    /**
     * Instead of a ticket, if the key has a write fence: nothing that is computed from a loaded or
     * missing value is stored.
     */
    public static final LoadTicket FENCED = new LoadTicket("", -1);

    /** The value of a load that takes longer is not stored. */
    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(5);

    /** A new identifier of a load, unique in the cluster. */
    public static String newId() {
      return UUID.randomUUID().toString();
    }

    /** The ticket that is stored before the load begins. */
    public static LoadTicket ofBegin(String id) {
      return new LoadTicket(id, TIME_TO_LIVE.toMillis());
    }
  }

  /** Properties of an operation that the stages depend on. */
  public enum Trait {
    /** Counts a hit or a miss. */
    COUNTS_LOOKUP,
    /** The application reads the value. */
    READS_VALUE,
    /** A miss calls the loader. */
    READS_THROUGH,
    /** The value comes from the loader: it is not counted as a put, and no writer is called. */
    BY_LOADER,
    /** The caller needs the previous value of the entry. */
    WANTS_VALUE,
    /** The caller needs the details of the entry, and not its value. */
    WANTS_DETAILS
  }

  private static final Set<Trait> NONE = Set.of();
  private static final Set<Trait> LOOKUP = Set.of(Trait.COUNTS_LOOKUP);
  private static final Set<Trait> EXCHANGE = Set.of(Trait.COUNTS_LOOKUP, Trait.WANTS_VALUE);
  private static final Set<Trait> READ =
      Set.of(Trait.COUNTS_LOOKUP, Trait.READS_VALUE, Trait.READS_THROUGH, Trait.WANTS_VALUE);
  private static final Set<Trait> VISIT =
      Set.of(Trait.COUNTS_LOOKUP, Trait.READS_VALUE, Trait.WANTS_VALUE);
  private static final Set<Trait> WANTED = Set.of(Trait.WANTS_VALUE);
  private static final Set<Trait> DETAILS = Set.of(Trait.WANTS_DETAILS);
  private static final Set<Trait> LOADED = Set.of(Trait.BY_LOADER);

  // spotless:off                                                                                  when     expected then     otherwise value traits
  public static <V> EntryOperation<V> get()                     { return new EntryOperation<>(PRESENT, null,    TOUCH,   NOTHING, null,  READ, null); }
  /** An entry that an iterator hands out: an access that is never loaded. */
  public static <V> EntryOperation<V> visit()                   { return new EntryOperation<>(PRESENT, null,    TOUCH,   NOTHING, null,  VISIT, null); }
  /** The value, without an access and without a lookup in the statistics. */
  public static <V> EntryOperation<V> peek()                    { return new EntryOperation<>(PRESENT, null,    NOTHING, NOTHING, null,  WANTED, null); }
  public static <V> EntryOperation<V> contains()                { return new EntryOperation<>(PRESENT, null,    NOTHING, NOTHING, null,  NONE, null); }
  /** A put whose value may have options of its own. */
  public static <V> EntryOperation<V> put(V value, @Nullable EntryOptions options)         { return new EntryOperation<>(ALWAYS, null, PUT, NOTHING, new NewValue<>(value, options), NONE, null); }
  public static <V> EntryOperation<V> putIfAbsent(V value, EntryOptions options) { return new EntryOperation<>(ABSENT, null, PUT, NOTHING, new NewValue<>(value, options), LOOKUP, null); }
  public static <V> EntryOperation<V> put(V value)              { return new EntryOperation<>(ALWAYS,  null,    PUT,     NOTHING, NewValue.of(value), NONE, null); }
  public static <V> EntryOperation<V> getAndPut(V value)        { return new EntryOperation<>(ALWAYS,  null,    PUT,     NOTHING, NewValue.of(value), EXCHANGE, null); }
  public static <V> EntryOperation<V> putIfAbsent(V value)      { return new EntryOperation<>(ABSENT,  null,    PUT,     NOTHING, NewValue.of(value), LOOKUP, null); }
  public static <V> EntryOperation<V> replace(V value)          { return new EntryOperation<>(PRESENT, null,    PUT,     NOTHING, NewValue.of(value), LOOKUP, null); }
  public static <V> EntryOperation<V> getAndReplace(V value)    { return new EntryOperation<>(PRESENT, null,    PUT,     NOTHING, NewValue.of(value), EXCHANGE, null); }
  public static <V> EntryOperation<V> replace(V old, V value)   { return new EntryOperation<>(HOLDS,   old,     PUT,     TOUCH,   NewValue.of(value), LOOKUP, null); }
  public static <V> EntryOperation<V> remove()                  { return new EntryOperation<>(ALWAYS,  null,    REMOVE,  NOTHING, null,  NONE, null); }
  public static <V> EntryOperation<V> remove(V old)             { return new EntryOperation<>(HOLDS,   old,     REMOVE,  TOUCH,   null,  LOOKUP, null); }
  public static <V> EntryOperation<V> getAndRemove()            { return new EntryOperation<>(ALWAYS,  null,    REMOVE,  NOTHING, null,  EXCHANGE, null); }

  // loads
  /** Stores a load ticket if there is no entry, so that only this load may store its value. */
  public static <V> EntryOperation<V> reserve(LoadTicket ticket)                        { return new EntryOperation<>(ABSENT,   null, RESERVE, NOTHING, null,  WANTED, ticket); }
  /** The same, also over a negative entry. */
  public static <V> EntryOperation<V> reserveAnew(LoadTicket ticket)                    { return new EntryOperation<>(UNLOADED, null, RESERVE, NOTHING, null,  WANTED, ticket); }
  /** Stores a loaded value, if no write has removed the load ticket. */
  public static <V> EntryOperation<V> fill(NewValue<V> value, LoadTicket ticket)        { return new EntryOperation<>(TICKET,   null, PUT,     NOTHING, value, LOADED, ticket); }
  /** Stores a negative entry, under the same condition. */
  public static <V> EntryOperation<V> negate(LoadTicket ticket)                         { return new EntryOperation<>(TICKET,   null, NEGATE,  NOTHING, null,  LOADED, ticket); }
  /** Stores a reloaded value over a live entry, if no write has removed the reload mark. */
  public static <V> EntryOperation<V> refresh(@Nullable V old, NewValue<V> value, LoadTicket ticket) { return new EntryOperation<>(HOLDS, old, PUT, NOTHING, value, LOADED, ticket); }
  /** The same over an entry that may be stale; it is stored as if it were created. */
  public static <V> EntryOperation<V> replaceStale(@Nullable V old, NewValue<V> value, LoadTicket ticket) { return new EntryOperation<>(KEPT, old, PUT, NOTHING, value, LOADED, ticket); }
  /** Removes an entry, live or stale, whose reload found no value. */
  public static <V> EntryOperation<V> removeStale(@Nullable V old, LoadTicket ticket)   { return new EntryOperation<>(KEPT,     old,  REMOVE,  NOTHING, null,  LOADED, ticket); }

  /** Renews an entry, live or stale, if no write has removed the reload mark. */
  public static <V> EntryOperation<V> renew(EntryOptions options, LoadTicket ticket)    { return new EntryOperation<>(KEPT, null, RENEW, NOTHING, new NewValue<>(null, options), LOADED, ticket); }

  /** The change that an entry processor requested. */
  public static <V> EntryOperation<V> processed(Then then, @Nullable V value, boolean loaded, @Nullable LoadTicket ticket) {
    return new EntryOperation<>(ALWAYS, null, then, NOTHING, NewValue.of(value), loaded ? Set.of(Trait.COUNTS_LOOKUP, Trait.BY_LOADER) : LOOKUP, ticket);
  }
  // spotless:on

  /** What the operation does to an entry in this state. */
  public Then choose(Snapshot<V> seen) {
    boolean met =
        switch (when) {
          case ALWAYS -> true;
          case ABSENT, UNLOADED -> !seen.isLive();
          case PRESENT -> seen.isLive();
          case HOLDS -> seen.holds(expected);
          case KEPT -> seen.value() != null && seen.value().equals(expected);
          case TICKET -> loadTicket != null && seen.isTicket(loadTicket.id());
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

  /** The operation that does what was chosen, without a condition. */
  public EntryOperation<V> unconditionally(Then chosen) {
    return new EntryOperation<>(ALWAYS, null, chosen, NOTHING, newValue, traits, null);
  }

  /** The same operation of a loader that gets the details of the entry instead of its value. */
  public EntryOperation<V> wantingDetails() {
    return new EntryOperation<>(when, expected, then, otherwise, newValue, DETAILS, loadTicket);
  }

  /** The same operation, whose value has options of its own; of one that puts no value, itself. */
  public EntryOperation<V> withOptions(@Nullable EntryOptions options) {
    return value() == null || options == null
        ? this
        : new EntryOperation<>(
            when, expected, then, otherwise, new NewValue<>(value(), options), traits, loadTicket);
  }

  /** The same operation, done only if no write has removed this load ticket. */
  public EntryOperation<V> guardedBy(LoadTicket ticket) {
    return new EntryOperation<>(when, expected, then, otherwise, newValue, traits, ticket);
  }

  /** The value that {@link Then#PUT} stores; null if nothing is put. */
  public @Nullable V value() {
    return newValue == null ? null : newValue.value();
  }

  /** The options of the value that is stored; null if it has none of its own. */
  public @Nullable EntryOptions options() {
    return newValue == null ? null : newValue.options();
  }

  public boolean is(Trait trait) {
    return traits.contains(trait);
  }

  /** Whether the operation may change the value of the entry. */
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
