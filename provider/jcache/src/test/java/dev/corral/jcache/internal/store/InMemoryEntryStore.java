package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Expiry.Lifetimes;
import dev.corral.jcache.internal.entry.Expiry.Occasion;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.entry.Snapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The rules of an entry store in Java, with a map and the clock of the test. StoreParityTest
 * verifies that their outcomes are the same as in Redis.
 *
 * <p>It stores values by reference, and never reports the prior state EXPIRED: Redis reports that
 * state only while a listener for EXPIRED is registered.
 */
public final class InMemoryEntryStore<K, V> implements EntryStore<K, V> {

  private static final long NO_DEADLINE = Long.MAX_VALUE;

  private final Expiry expiry;
  private final LongSupplier clockMillis;
  private final Map<K, Entry<V>> entries = new HashMap<>();
  private final Map<K, String> tickets = new HashMap<>();
  private final Map<K, Long> negatives = new HashMap<>();

  private record Entry<V>(V value, long deadlineMillis) {}

  public InMemoryEntryStore(Expiry expiry, LongSupplier clockMillis) {
    this.expiry = expiry;
    this.clockMillis = clockMillis;
  }

  /** Adds an entry with this deadline; returns the store itself. */
  public synchronized InMemoryEntryStore<K, V> withEntry(K key, V value, long deadlineMillis) {
    entries.put(key, new Entry<>(value, deadlineMillis));
    return this;
  }

  @Override
  public synchronized Outcome<V> apply(K key, EntryOperation<V> operation) {
    return commit(key, operation, operation.choose(observe(key)));
  }

  @Override
  public List<Outcome<V>> applyAll(List<K> keys, List<EntryOperation<V>> operations) {
    List<Outcome<V>> outcomes = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      outcomes.add(apply(keys.get(i), operations.get(i)));
    }
    return outcomes;
  }

  @Override
  public synchronized Snapshot<V> observe(K key) {
    Entry<V> entry = live(key);
    if (entry != null) {
      return Snapshot.live(entry.value(), entry.value());
    }
    String ticket = tickets.get(key);
    if (ticket != null) {
      return Snapshot.loading(ticket);
    }
    boolean negative = negatives.getOrDefault(key, 0L) > clockMillis.getAsLong();
    return negative ? Snapshot.negative() : Snapshot.absent();
  }

  @Override
  public Snapshot<V> complete(K key, Snapshot<V> seen) {
    return seen;
  }

  @Override
  public synchronized Optional<Outcome<V>> applyIfUnchanged(
      K key, EntryOperation<V> operation, Snapshot<V> seen, HeldLock lock) {
    Then chosen = operation.choose(seen);
    LoadTicket loadTicket = operation.loadTicket();
    boolean unchanged =
        loadTicket == null ? observe(key).equals(seen) : observe(key).isTicket(loadTicket.id());
    boolean reads =
        chosen == Then.NOTHING
            || (chosen == Then.TOUCH && expiry.lifetimes().accessMillis() == Expiry.UNCHANGED);
    if (reads) {
      return Optional.of(
          seen.isLive() ? Outcome.found(operation, seen.value()) : Outcome.nothing(operation));
    }
    return unchanged ? Optional.of(commit(key, operation, chosen)) : Optional.empty();
  }

  /** Does nothing, because no JVM can die between writer and cache here. */
  @Override
  public void prepareWrite(Collection<K> keys, String writeFence) {}

  @Override
  public List<Outcome<V>> applyWritten(
      List<K> keys, List<EntryOperation<V>> operations, String writeFence) {
    return applyAll(keys, operations);
  }

  @Override
  public void abandonWrite(Collection<K> keys, String writeFence) {}

  @Override
  public void abandonWriteLater(Collection<K> keys, String writeFence) {}

  private @Nullable Entry<V> live(K key) {
    Entry<V> entry = entries.get(key);
    return entry == null || entry.deadlineMillis() <= clockMillis.getAsLong() ? null : entry;
  }

  private Outcome<V> commit(K key, EntryOperation<V> operation, Then chosen) {
    Entry<V> entry = live(key);
    Prior prior = observe(key).state();
    if (chosen == Then.PUT || chosen == Then.REMOVE || chosen == Then.NEGATE) {
      tickets.remove(key);
      negatives.remove(key);
    }
    Effect effect =
        switch (chosen) {
          case RESERVE -> reserve(key, operation);
          case NEGATE -> negate(key, operation);
          case RENEW ->
              throw new UnsupportedOperationException("it keeps no entry that has expired");
          case NOTHING -> Effect.NONE;
          case TOUCH -> touch(key, entry);
          case PUT -> put(key, entry, operation);
          case REMOVE -> remove(key);
        };
    V previous = entry == null ? null : entry.value();
    boolean hasValue = effect == Effect.CREATED || effect == Effect.UPDATED;
    return new Outcome<>(
        operation,
        prior,
        effect,
        previous,
        effect == Effect.NONE ? previous : hasValue ? operation.value() : null,
        0);
  }

  private Effect touch(K key, @Nullable Entry<V> entry) {
    if (entry != null) {
      store(key, entry.value(), deadline(Occasion.ACCESS, entry));
    }
    return Effect.NONE;
  }

  private Effect put(K key, @Nullable Entry<V> entry, EntryOperation<V> operation) {
    V value = operation.value();
    if (value == null) {
      throw new IllegalArgumentException("a put needs a value");
    }
    long deadline =
        deadline(
            entry == null || operation.when() == EntryOperation.When.KEPT
                ? Occasion.CREATION
                : Occasion.UPDATE,
            entry);
    boolean stored = store(key, value, deadline);
    return entry != null ? Effect.UPDATED : stored ? Effect.CREATED : Effect.BORN_EXPIRED;
  }

  private Effect reserve(K key, EntryOperation<V> operation) {
    negatives.remove(key);
    tickets.put(key, loadTicket(operation).id());
    return Effect.RESERVED;
  }

  private Effect negate(K key, EntryOperation<V> operation) {
    negatives.put(key, clockMillis.getAsLong() + loadTicket(operation).millis());
    return Effect.NEGATED;
  }

  private static EntryOperation.LoadTicket loadTicket(EntryOperation<?> operation) {
    return java.util.Objects.requireNonNull(operation.loadTicket());
  }

  private Effect remove(K key) {
    boolean live = live(key) != null;
    entries.remove(key);
    return live ? Effect.REMOVED : Effect.NONE;
  }

  private boolean store(K key, V value, long deadline) {
    if (deadline <= clockMillis.getAsLong()) {
      entries.remove(key);
      return false;
    }
    entries.put(key, new Entry<>(value, deadline));
    return true;
  }

  private long deadline(Occasion occasion, @Nullable Entry<V> entry) {
    long known = of(expiry.lifetimes(), occasion);
    long millis = known == Expiry.CALL_POLICY ? expiry.callPolicy(occasion) : known;
    if (millis == Expiry.UNCHANGED) {
      return entry == null ? NO_DEADLINE : entry.deadlineMillis();
    }
    return millis == Expiry.NEVER ? NO_DEADLINE : clockMillis.getAsLong() + millis;
  }

  private static long of(Lifetimes lifetimes, Occasion occasion) {
    return switch (occasion) {
      case CREATION -> lifetimes.creationMillis();
      case UPDATE -> lifetimes.updateMillis();
      case ACCESS -> lifetimes.accessMillis();
    };
  }
}
