package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.EntryOperation.When;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Expiry.Occasion;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.store.ApplyScript.Part;
import dev.corral.jcache.internal.store.EntryReply.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One cache in Redis: a string per entry, decided and committed by apply.lua, read by MGET.
 *
 * <p>A read that need not touch the entry is one MGET of generation and entry. Everything else is
 * one call of apply.lua; a second one follows only if a user's expiry policy had to be asked, or if
 * equal values have different bytes.
 */
public final class RedisEntryStore<K, V> implements EntryStore<K, V> {

  private final EntryCommands calls;
  private final EntryReads<K, V> reads;
  private final EntryCodec<K, V> codec;
  private final Expiry expiry;
  private final CacheClearer clearer;

  public RedisEntryStore(
      EntryCommands calls,
      EntryReads<K, V> reads,
      EntryCodec<K, V> codec,
      Expiry expiry,
      CacheClearer clearer) {
    this.calls = calls;
    this.reads = reads;
    this.codec = codec;
    this.expiry = expiry;
    this.clearer = clearer;
  }

  @Override
  public Outcome<V> apply(K key, EntryOperation<V> operation) {
    String text = codec.text(key);
    if (isRead(operation) && reads.mayRead()) {
      return read(text, operation);
    }
    return decide(text, operation);
  }

  private static boolean isRead(EntryOperation<?> operation) {
    return operation.when() == When.PRESENT
        && !operation.mayChange()
        && operation.is(Trait.WANTS_VALUE);
  }

  private Outcome<V> read(String text, EntryOperation<V> operation) {
    boolean touches = operation.then() == Then.TOUCH;
    long access = touches ? expiry.known().accessMillis() : Expiry.KEEP;
    if (access != Expiry.KEEP && access != Expiry.ASK) {
      return decide(text, operation);
    }
    Snapshot<V> seen = reads.observe(text);
    if (!seen.isLive()) {
      return mayWait(seen) ? decide(text, operation) : Outcome.looked(operation, seen);
    }
    long answer = access == Expiry.ASK ? expiry.askOfEntry(Occasion.ACCESS) : access;
    if (answer == Expiry.KEEP) {
      return Outcome.looked(operation, seen);
    }
    var command =
        EntryCommand.deciding(
            operation, null, null, expiry.known().with(Occasion.ACCESS, answer), false);
    return outcome(text, operation, calls.settle(text, command, expiry));
  }

  /** Whether the entry may be gone although the database does not have its last change yet. */
  private boolean mayWait(Snapshot<V> seen) {
    return calls.terms().queues() && seen.state() != Prior.NEGATIVE;
  }

  private Outcome<V> decide(String text, EntryOperation<V> operation) {
    EntryCommand command = command(operation);
    while (true) {
      Settled settled = calls.settle(text, command, expiry);
      byte[] standing = settled.reply().previous();
      if (settled.reply().status() == Status.DONE || standing == null) {
        return outcome(text, operation, settled);
      }
      if (reads.holds(text, standing, operation.expected())) {
        command = command.expecting(standing);
        continue;
      }
      V value = reads.decode(text, standing);
      if (value == null) {
        return Outcome.nothing(operation);
      }
      Optional<Outcome<V>> otherwise =
          applyIfUnchanged(
              text,
              operation,
              operation.otherwise(),
              standing,
              value,
              HeldLock.NOT_RELEASED_BY_COMMIT);
      if (otherwise.isPresent()) {
        return otherwise.get();
      }
    }
  }

  @Override
  public List<Outcome<V>> applyAll(List<K> keys, List<EntryOperation<V>> operations) {
    if (reads.mayRead()
        && !calls.terms().queues()
        && expiry.known().accessMillis() == Expiry.KEEP
        && areReads(operations)) {
      List<Snapshot<V>> seen = reads.observeAll(keys.stream().map(codec::text).toList());
      List<Outcome<V>> outcomes = new ArrayList<>(seen.size());
      for (int i = 0; i < seen.size(); i++) {
        outcomes.add(Outcome.looked(operations.get(i), seen.get(i)));
      }
      return outcomes;
    }
    return decideAll(parts(keys, i -> command(operations.get(i))), operations);
  }

  private static <V> boolean areReads(List<EntryOperation<V>> operations) {
    for (EntryOperation<V> operation : operations) {
      if (!isRead(operation)) {
        return false;
      }
    }
    return true;
  }

  private List<Part> parts(Collection<K> keys, IntFunction<EntryCommand> commandOf) {
    List<Part> parts = new ArrayList<>(keys.size());
    for (K key : keys) {
      int position = parts.size();
      parts.add(new Part(position, codec.text(key), commandOf.apply(position)));
    }
    return parts;
  }

  private List<Outcome<V>> decideAll(List<Part> parts, List<EntryOperation<V>> operations) {
    List<Settled> settled = calls.settleAll(parts, expiry);
    List<Outcome<V>> outcomes = new ArrayList<>(settled.size());
    for (int i = 0; i < settled.size(); i++) {
      outcomes.add(outcome(parts.get(i).key(), operations.get(i), settled.get(i)));
    }
    return outcomes;
  }

  @Override
  public void prepareWrite(Collection<K> keys, String mark) {
    calls.prepareWrite(keys.stream().map(codec::text).toList(), mark);
  }

  @Override
  public List<Outcome<V>> applyWritten(
      List<K> keys, List<EntryOperation<V>> operations, String mark) {
    return decideAll(parts(keys, i -> command(operations.get(i)).writtenUnder(mark)), operations);
  }

  @Override
  public void abandonWrite(Collection<K> keys, String mark) {
    calls.settleAll(parts(keys, i -> EntryCommand.restore(mark)), expiry);
  }

  @Override
  public Snapshot<V> observe(K key) {
    return complete(key, reads.observe(codec.text(key)));
  }

  /** A change that waits in the queue of the writer stands for an entry that is gone. */
  @Override
  public Snapshot<V> complete(K key, Snapshot<V> seen) {
    return seen.isLive() || !mayWait(seen) ? seen : waiting(codec.text(key)).orElse(seen);
  }

  /** What the queue of the writer holds for a key. */
  private Optional<Snapshot<V>> waiting(String text) {
    EntryReply reply = calls.settle(text, EntryCommand.look(), expiry).reply();
    byte[] bytes = reply.previous();
    V value = bytes == null || reply.prior() != Prior.LIVE ? null : reads.decode(text, bytes);
    if (value != null && bytes != null) {
      return Optional.of(Snapshot.live(value, bytes));
    }
    return reply.prior() == Prior.NEGATIVE ? Optional.of(Snapshot.negative()) : Optional.empty();
  }

  @Override
  public Optional<Outcome<V>> applyIfUnchanged(
      K key, EntryOperation<V> operation, Snapshot<V> seen, HeldLock lock) {
    return applyIfUnchanged(
        codec.text(key),
        operation,
        operation.choose(seen),
        seen.isLive() ? (byte[]) seen.version() : null,
        seen.value(),
        lock);
  }

  private Optional<Outcome<V>> applyIfUnchanged(
      String text,
      EntryOperation<V> operation,
      Then chosen,
      byte @Nullable [] seen,
      @Nullable V value,
      HeldLock lock) {
    boolean asItIs = chosen == Then.TOUCH && expiry.known().accessMillis() == Expiry.KEEP;
    if (chosen == Then.NOTHING || asItIs) {
      return Optional.of(
          seen == null ? Outcome.nothing(operation) : Outcome.found(operation, value));
    }
    var command =
        EntryCommand.ifUnchanged(
            operation,
            chosen,
            seen,
            bytes(operation.value()),
            expiry.ofEntry(),
            calls.terms().queues());
    Settled settled = calls.settle(text, command.ending(lock.token()), expiry);
    if (settled.reply().status() == Status.DONE) {
      lock.released();
    }
    return settled.reply().status() == Status.DIFFER
        ? Optional.empty()
        : Optional.of(outcome(text, operation, settled));
  }

  @Override
  public Iterator<Map<K, V>> pages() {
    return calls.terms().queues()
        ? new QueuedPages<>(reads.pages(), calls.queued().map(codec::key).iterator(), this::waiting)
        : reads.pages();
  }

  /** The entries of those of the keys that have one, if only in the queue of the writer. */
  private Map<K, V> waiting(List<K> keys) {
    List<Part> parts = parts(keys, i -> EntryCommand.look());
    List<Settled> settled = calls.settleAll(parts, expiry);
    Map<K, V> entries = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      byte[] bytes = settled.get(i).reply().previous();
      boolean live = settled.get(i).reply().prior() == Prior.LIVE;
      V value = live && bytes != null ? reads.decode(parts.get(i).key(), bytes) : null;
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

  private EntryCommand command(EntryOperation<V> operation) {
    return EntryCommand.deciding(
        operation,
        bytes(operation.expected()),
        bytes(operation.value()),
        expiry.ofEntry(),
        calls.terms().queues());
  }

  private byte @Nullable [] bytes(@Nullable V value) {
    return value == null ? null : codec.bytes(value);
  }

  private Outcome<V> outcome(String text, EntryOperation<V> operation, Settled settled) {
    EntryReply reply = settled.reply();
    Effect effect = effect(reply, operation);
    byte[] bytes = reply.previous();
    V previous = bytes == null ? null : reads.decode(text, bytes);
    if (bytes != null && previous == null && effect == Effect.NONE) {
      return Outcome.nothing(operation);
    }
    boolean live = reply.prior() == Prior.LIVE;
    boolean kept = reply.prior() == Prior.STALE;
    V value =
        switch (effect) {
          case CREATED, UPDATED -> operation.value();
          case NONE -> live ? previous : null;
          default -> null;
        };
    return new Outcome<>(
        operation, reply.prior(), effect, live || kept ? previous : null, value, settled.ticket());
  }

  /** Behind a fence the database has the change, and the cache no entry. */
  private static Effect effect(EntryReply reply, EntryOperation<?> operation) {
    return switch (reply.status()) {
      case FULL -> Effect.REFUSED;
      case FENCED -> operation.then() == Then.REMOVE ? Effect.REMOVED : Effect.UPDATED;
      default -> reply.effect();
    };
  }
}
