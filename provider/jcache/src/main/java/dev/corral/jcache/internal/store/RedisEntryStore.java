package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.EntryOperation.When;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Expiry.Lifetimes;
import dev.corral.jcache.internal.entry.Expiry.Occasion;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.store.CommandResult.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One cache in Redis: a string per entry, decided and committed by scripts, read by MGET.
 *
 * <p>A read that need not touch the entry is one MGET of generation and entry. Everything else is
 * one call of a script. A second call follows only if a user's expiry policy had to be asked, or if
 * different bytes may be equal values.
 */
public final class RedisEntryStore<K, V> implements EntryStore<K, V>, CacheContents<K, V> {

  private final EntryCommands commands;
  private final EntryReads<K, V> reads;
  private final EntryCodec<K, V> codec;
  private final Expiry expiry;
  private final CacheClearer clearer;

  public RedisEntryStore(
      EntryCommands commands,
      EntryReads<K, V> reads,
      EntryCodec<K, V> codec,
      Expiry expiry,
      CacheClearer clearer) {
    this.commands = commands;
    this.reads = reads;
    this.codec = codec;
    this.expiry = expiry;
    this.clearer = clearer;
  }

  @Override
  public Outcome<V> apply(K key, EntryOperation<V> operation) {
    String text = codec.text(key);
    return isRead(operation) && reads.areSufficient()
        ? read(text, operation)
        : decide(text, operation);
  }

  private static boolean isRead(EntryOperation<?> operation) {
    return operation.when() == When.PRESENT
        && !operation.mayChange()
        && operation.is(Trait.WANTS_VALUE);
  }

  private Outcome<V> read(String text, EntryOperation<V> operation) {
    boolean touches = operation.then() == Then.TOUCH;
    long access = touches ? expiry.lifetimes().accessMillis() : Expiry.UNCHANGED;
    if (access != Expiry.UNCHANGED && access != Expiry.CALL_POLICY) {
      return decide(text, operation);
    }
    Snapshot<V> seen = reads.observe(text);
    if (!seen.isLive()) {
      return mayBeQueued(seen) ? decide(text, operation) : Outcome.read(operation, seen);
    }
    long answer =
        access == Expiry.CALL_POLICY ? expiry.callPolicyWithJitter(Occasion.ACCESS) : access;
    if (answer == Expiry.UNCHANGED) {
      return Outcome.read(operation, seen);
    }
    Lifetimes lifetimes = expiry.lifetimes().with(Occasion.ACCESS, answer);
    EntryCommand touch =
        EntryCommand.decidedByRedis(text, operation, null, null, lifetimes, /* queued= */ false);
    return outcome(touch, operation, commands.execute(touch, expiry));
  }

  /** Whether a change that is not yet in the database may be in the queue instead of an entry. */
  private boolean mayBeQueued(Snapshot<V> seen) {
    return commands.options().writesBehind() && seen.state() != Prior.NEGATIVE;
  }

  private Outcome<V> decide(String text, EntryOperation<V> operation) {
    EntryCommand command = command(text, operation);
    while (true) {
      CommandResult result = commands.execute(command, expiry);
      byte[] current = result.previous();
      if (result.status() == Status.DONE || current == null) {
        return outcome(command, operation, result);
      }
      if (reads.holds(text, current, operation.expected())) {
        command = command.expecting(current);
        continue;
      }
      V value = reads.decode(text, current);
      if (value == null) {
        return Outcome.nothing(operation);
      }
      Optional<Outcome<V>> otherwise =
          applyIfUnchanged(
              text,
              operation,
              operation.otherwise(),
              new Seen<>(current, value),
              HeldLock.NOT_RELEASED_BY_COMMIT);
      if (otherwise.isPresent()) {
        return otherwise.get();
      }
    }
  }

  @Override
  public List<Outcome<V>> applyAll(List<K> keys, List<EntryOperation<V>> operations) {
    if (!areReads(operations)) {
      return decideAll(commands(keys, operations), operations);
    }
    List<Snapshot<V>> seen = reads.observeAll(keys.stream().map(codec::text).toList());
    List<Outcome<V>> outcomes = new ArrayList<>(seen.size());
    for (int i = 0; i < seen.size(); i++) {
      outcomes.add(Outcome.read(operations.get(i), seen.get(i)));
    }
    return outcomes;
  }

  /** Whether MGET can answer all of them. */
  private boolean areReads(List<EntryOperation<V>> operations) {
    if (!reads.areSufficient()
        || commands.options().writesBehind()
        || expiry.lifetimes().accessMillis() != Expiry.UNCHANGED) {
      return false;
    }
    for (EntryOperation<V> operation : operations) {
      if (!isRead(operation)) {
        return false;
      }
    }
    return true;
  }

  private List<EntryCommand> commands(List<K> keys, List<EntryOperation<V>> operations) {
    List<EntryCommand> result = new ArrayList<>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      result.add(command(codec.text(keys.get(i)), operations.get(i)));
    }
    return result;
  }

  private List<EntryCommand> commands(Collection<K> keys, Function<String, EntryCommand> command) {
    List<EntryCommand> result = new ArrayList<>(keys.size());
    keys.forEach(key -> result.add(command.apply(codec.text(key))));
    return result;
  }

  private List<Outcome<V>> decideAll(List<EntryCommand> all, List<EntryOperation<V>> operations) {
    List<CommandResult> results = commands.executeAll(all, expiry);
    List<Outcome<V>> outcomes = new ArrayList<>(results.size());
    for (int i = 0; i < results.size(); i++) {
      outcomes.add(outcome(all.get(i), operations.get(i), results.get(i)));
    }
    return outcomes;
  }

  @Override
  public void prepareWrite(Collection<K> keys, String writeFence) {
    commands.prepareWrite(keys.stream().map(codec::text).toList(), writeFence);
  }

  @Override
  public List<Outcome<V>> applyWritten(
      List<K> keys, List<EntryOperation<V>> operations, String writeFence) {
    List<EntryCommand> written =
        commands(keys, operations).stream().map(it -> it.writtenBehind(writeFence)).toList();
    return decideAll(written, operations);
  }

  @Override
  public void abandonWrite(Collection<K> keys, String writeFence) {
    commands.executeAll(commands(keys, text -> EntryCommand.restore(text, writeFence)), expiry);
  }

  @Override
  public Snapshot<V> observe(K key) {
    return complete(key, reads.observe(codec.text(key)));
  }

  @Override
  public Snapshot<V> complete(K key, Snapshot<V> seen) {
    return seen.isLive() || !mayBeQueued(seen) ? seen : queued(codec.text(key)).orElse(seen);
  }

  /** The change of a key in the write-behind queue. */
  private Optional<Snapshot<V>> queued(String text) {
    CommandResult result = commands.execute(EntryCommand.read(text), expiry);
    V value = liveValue(text, result);
    byte[] bytes = result.previous();
    if (value != null && bytes != null) {
      return Optional.of(Snapshot.live(value, bytes));
    }
    return result.prior() == Prior.NEGATIVE ? Optional.of(Snapshot.negative()) : Optional.empty();
  }

  private @Nullable V liveValue(String text, CommandResult result) {
    byte[] bytes = result.previous();
    return bytes == null || result.prior() != Prior.LIVE ? null : reads.decode(text, bytes);
  }

  @Override
  public Optional<Outcome<V>> applyIfUnchanged(
      K key, EntryOperation<V> operation, Snapshot<V> seen, HeldLock lock) {
    byte[] bytes = seen.isLive() ? (byte[]) seen.version() : null;
    return applyIfUnchanged(
        codec.text(key), operation, operation.choose(seen), new Seen<>(bytes, seen.value()), lock);
  }

  /** An entry as it was seen: null if there was no live one. */
  private record Seen<V>(byte @Nullable [] bytes, @Nullable V value) {}

  private Optional<Outcome<V>> applyIfUnchanged(
      String text, EntryOperation<V> operation, Then chosen, Seen<V> seen, HeldLock lock) {
    boolean leavesExpiry =
        chosen == Then.TOUCH && expiry.lifetimes().accessMillis() == Expiry.UNCHANGED;
    if (chosen == Then.NOTHING || leavesExpiry) {
      return Optional.of(
          seen.bytes() == null
              ? Outcome.nothing(operation)
              : Outcome.found(operation, seen.value()));
    }
    EntryCommand command =
        EntryCommand.ifUnchanged(
                text,
                operation,
                chosen,
                seen.bytes(),
                bytes(operation.value()),
                expiry.lifetimesWithJitter(),
                commands.options().writesBehind())
            .releasing(lock);
    CommandResult result = commands.execute(command, expiry);
    if (result.status() == Status.DONE) {
      lock.released();
    }
    return result.status() == Status.DIFFERS
        ? Optional.empty()
        : Optional.of(outcome(command, operation, result));
  }

  @Override
  public Iterator<Map<K, V>> pages() {
    return commands.options().writesBehind()
        ? new NonEmptyPages<>(
            new QueuedPages<>(
                reads.pages(), commands.queuedKeys().map(codec::key).iterator(), this::entries))
        : reads.pages();
  }

  /** The live entries of these keys, also those that are only in the write-behind queue. */
  private Map<K, V> entries(List<K> keys) {
    List<EntryCommand> all = commands(keys, EntryCommand::read);
    List<CommandResult> results = commands.executeAll(all, expiry);
    Map<K, V> entries = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      V value = liveValue(all.get(i).key(), results.get(i));
      if (value != null) {
        entries.put(keys.get(i), value);
      }
    }
    return entries;
  }

  @Override
  public void clear() {
    clearer.clearAll();
  }

  private EntryCommand command(String text, EntryOperation<V> operation) {
    return EntryCommand.decidedByRedis(
        text,
        operation,
        bytes(operation.expected()),
        bytes(operation.value()),
        expiry.lifetimesWithJitter(),
        commands.options().writesBehind());
  }

  private byte @Nullable [] bytes(@Nullable V value) {
    return value == null ? null : codec.bytes(value);
  }

  private Outcome<V> outcome(
      EntryCommand command, EntryOperation<V> operation, CommandResult result) {
    Effect effect = effect(result, operation);
    byte[] bytes = result.previous();
    V previous = bytes == null ? null : reads.decode(command.key(), bytes);
    if (bytes != null && previous == null && effect == Effect.NONE) {
      return Outcome.nothing(operation);
    }
    boolean live = result.prior() == Prior.LIVE;
    boolean stale = result.prior() == Prior.STALE;
    V value =
        switch (effect) {
          case CREATED, UPDATED -> operation.value();
          case NONE -> live ? previous : null;
          default -> null;
        };
    return new Outcome<>(
        operation,
        result.prior(),
        effect,
        live || stale ? previous : null,
        value,
        result.changeSequence());
  }

  /** If another writer fenced the entry, the database has the change, and the cache no entry. */
  private static Effect effect(CommandResult result, EntryOperation<?> operation) {
    return switch (result.status()) {
      case FULL -> Effect.REFUSED;
      case FENCED -> operation.then() == Then.REMOVE ? Effect.REMOVED : Effect.UPDATED;
      default -> result.effect();
    };
  }
}
