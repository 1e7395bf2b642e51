package dev.corral.jcache.internal.store;

import dev.corral.jcache.EntryOptions;
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
import dev.corral.jcache.internal.redis.Accepts;
import dev.corral.jcache.internal.redis.Envelope;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.CommandResult.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One cache in Redis: a string per entry, decided and committed by scripts, read by MGET.
 *
 * <p>A read that need not touch the entry is one MGET of generation and entry. Everything else is
 * one call of a script. A second call follows only if a user's expiry policy had to be asked, if
 * different bytes may be equal values, or if this JVM cannot decode the entry.
 */
public final class RedisEntryStore<K, V> implements EntryStore<K, V> {

  private final EntryCommands commands;
  private final EntryReads<K, V> reads;
  private final EntryCodec<K, V> codec;
  private final Expiry expiry;
  private final EntryLabeler<K, V> labeler;
  private final boolean labelsAll;

  public RedisEntryStore(
      EntryCommands commands,
      EntryReads<K, V> reads,
      EntryCodec<K, V> codec,
      Expiry expiry,
      EntryLabeler<K, V> labeler) {
    this.commands = commands;
    this.reads = reads;
    this.codec = codec;
    this.expiry = expiry;
    this.labeler = labeler;
    this.labelsAll = labeler.labelsAll();
  }

  @Override
  public Outcome<V> apply(K key, EntryOperation<V> operation) {
    String text = codec.text(key);
    try {
      Outcome<V> outcome =
          isRead(operation) && reads.areSufficient()
              ? read(key, text, operation)
              : decide(key, text, operation);
      return wantsTicket(operation, outcome)
          ? Outcome.read(operation, reads.observe(text))
          : outcome;
    } catch (RedisUnavailableException e) {
      if (!isAnsweredInSpiteOf(e, operation)) {
        throw e;
      }
      Snapshot<V> seen = reads.observe(text);
      if (!seen.isLive() && mayBeQueued(seen)) {
        throw e;
      }
      return Outcome.read(operation, seen);
    }
  }

  /**
   * Whether an operation only reads, and failed because Redis refuses changes: it may have to touch
   * the entry, or to publish that it expired. Then a plain read answers it.
   */
  private static boolean isAnsweredInSpiteOf(
      RedisUnavailableException refusal, EntryOperation<?> operation) {
    return refusal.accepts() != Accepts.NOTHING
        && operation.when() == When.PRESENT
        && !operation.mayChange();
  }

  /** Whether a script has found the ticket of a load, with which the caller may want to fill. */
  private static boolean wantsTicket(EntryOperation<?> operation, Outcome<?> outcome) {
    return outcome.prior() == Prior.LOADING
        && outcome.seen() == null
        && isRead(operation)
        && !operation.is(Trait.READS_THROUGH);
  }

  private static boolean isRead(EntryOperation<?> operation) {
    return operation.when() == When.PRESENT
        && !operation.mayChange()
        && operation.is(Trait.WANTS_VALUE);
  }

  private Outcome<V> read(K key, String text, EntryOperation<V> operation) {
    boolean touches = operation.then() == Then.TOUCH;
    long access = touches ? expiry.lifetimes().accessMillis() : Expiry.UNCHANGED;
    if (access != Expiry.UNCHANGED && access != Expiry.CALL_POLICY) {
      return decide(key, text, operation);
    }
    Snapshot<V> seen = reads.observe(text);
    if (!seen.isLive()) {
      return mayBeQueued(seen) ? decide(key, text, operation) : Outcome.read(operation, seen);
    }
    long answer =
        access == Expiry.CALL_POLICY ? expiry.callPolicyWithJitter(Occasion.ACCESS) : access;
    if (answer == Expiry.UNCHANGED) {
      return Outcome.read(operation, seen);
    }
    Lifetimes lifetimes = expiry.lifetimes().with(Occasion.ACCESS, answer);
    EntryCommand touch =
        EntryCommand.decidedByRedis(text, operation, null, null, lifetimes, /* queued= */ false);
    return outcome(operation, commands.execute(touch, expiry));
  }

  /** Whether a change that is not yet in the database may be in the queue instead of an entry. */
  private boolean mayBeQueued(Snapshot<V> seen) {
    return commands.options().writesBehind() && seen.state() != Prior.NEGATIVE;
  }

  private Outcome<V> decide(K key, String text, EntryOperation<V> operation) {
    EntryCommand command = command(key, text, operation);
    while (true) {
      CommandResult result = commands.execute(command, expiry);
      if (!result.isLeftToJvm(operation)) {
        return outcome(operation, result);
      }
      Snapshot<V> seen = reads.snapshot(result);
      Optional<Outcome<V>> decided =
          applyIfUnchanged(
              key, operation, operation.choose(seen), seen, HeldLock.NOT_RELEASED_BY_COMMIT);
      if (decided.isPresent()) {
        return decided.get();
      }
    }
  }

  @Override
  public List<Outcome<V>> applyAll(List<K> keys, List<EntryOperation<V>> operations) {
    if (areReads(operations)) {
      return readAll(keys, operations);
    }
    try {
      return decideAll(keys, commands(keys, operations), operations);
    } catch (RedisUnavailableException e) {
      if (commands.options().writesBehind()
          || !operations.stream().allMatch(it -> isAnsweredInSpiteOf(e, it))) {
        throw e;
      }
      return readAll(keys, operations);
    }
  }

  private List<Outcome<V>> readAll(List<K> keys, List<EntryOperation<V>> operations) {
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
      result.add(command(keys.get(i), codec.text(keys.get(i)), operations.get(i)));
    }
    return result;
  }

  private List<EntryCommand> commands(Collection<K> keys, Function<String, EntryCommand> command) {
    List<EntryCommand> result = new ArrayList<>(keys.size());
    keys.forEach(key -> result.add(command.apply(codec.text(key))));
    return result;
  }

  private List<Outcome<V>> decideAll(
      List<K> keys, List<EntryCommand> all, List<EntryOperation<V>> operations) {
    List<CommandResult> results = commands.executeAll(all, expiry);
    List<Outcome<V>> outcomes = new ArrayList<>(results.size());
    for (int i = 0; i < results.size(); i++) {
      EntryOperation<V> operation = operations.get(i);
      outcomes.add(
          results.get(i).isLeftToJvm(operation)
              ? decide(keys.get(i), codec.text(keys.get(i)), operation)
              : outcome(operation, results.get(i)));
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
    return decideAll(keys, written, operations);
  }

  @Override
  public void abandonWrite(Collection<K> keys, String writeFence) {
    commands.executeAll(commands(keys, text -> EntryCommand.restore(text, writeFence)), expiry);
  }

  @Override
  public void abandonWriteLater(Collection<K> keys, String writeFence) {
    commands.removeFencesLater(keys.stream().map(codec::text).toList(), writeFence);
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
    Snapshot<V> found = reads.snapshot(commands.execute(EntryCommand.read(text), expiry));
    return found.state() == Prior.ABSENT ? Optional.empty() : Optional.of(found);
  }

  @Override
  public Optional<Outcome<V>> applyIfUnchanged(
      K key, EntryOperation<V> operation, Snapshot<V> seen, HeldLock lock) {
    return applyIfUnchanged(key, operation, operation.choose(seen), seen, lock);
  }

  private Optional<Outcome<V>> applyIfUnchanged(
      K key, EntryOperation<V> operation, Then chosen, Snapshot<V> seen, HeldLock lock) {
    boolean leavesExpiry =
        chosen == Then.TOUCH && expiry.lifetimes().accessMillis() == Expiry.UNCHANGED;
    if (chosen == Then.NOTHING || leavesExpiry) {
      return Optional.of(Outcome.unchanged(operation, seen));
    }
    EntryCommand command =
        EntryCommand.ifUnchanged(
                codec.text(key),
                operation,
                chosen,
                seen,
                bytes(operation.value()),
                lifetimes(operation),
                commands.options().writesBehind())
            .labeled(labels(key, operation))
            .releasing(lock);
    CommandResult result = commands.execute(command, expiry);
    if (result.status() == Status.DONE) {
      lock.released();
    }
    if (result.status() == Status.DIFFERS) {
      return Optional.empty();
    }
    Outcome<V> done = outcome(operation, result);
    return Optional.of(seen.isUndecodable() ? done.withPrior(Prior.UNDECODABLE) : done);
  }

  private EntryCommand command(K key, String text, EntryOperation<V> operation) {
    EntryCommand command =
        EntryCommand.decidedByRedis(
                text,
                operation,
                bytes(operation.expected()),
                bytes(operation.value()),
                lifetimes(operation),
                commands.options().writesBehind())
            .labeled(labels(key, operation));
    return operation.when() == When.PRESENT && reads.failures().hasValues()
        ? command.reportingPresent()
        : command;
  }

  private Lifetimes lifetimes(EntryOperation<V> operation) {
    EntryOptions options = operation.options();
    Duration own = options == null ? null : options.timeToLive();
    return own == null ? expiry.lifetimesWithJitter() : expiry.lifetimesWithJitter(own);
  }

  private @Nullable EntryLabels labels(K key, EntryOperation<V> operation) {
    return labelsAll || operation.options() != null
        ? labeler.labelsOf(key, operation.newValue())
        : null;
  }

  private byte @Nullable [] bytes(@Nullable V value) {
    return value == null ? null : codec.bytes(value);
  }

  private Outcome<V> outcome(EntryOperation<V> operation, CommandResult result) {
    Effect effect = result.effectOf(operation);
    byte[] bytes = result.previous();
    if (operation.is(Trait.WANTS_DETAILS)) {
      if (result.prior() == Prior.UNDECODABLE) {
        reads.failures().format();
      }
      return new Outcome<>(
          operation, result.prior(), effect, null, null, result.changeSequence(), header(result));
    }
    V previous = bytes == null ? null : reads.decode(bytes);
    boolean isUndecodable = bytes != null && previous == null;
    Prior prior = isUndecodable ? priorOfUndecodable(operation, result) : result.prior();
    if (result.prior() == Prior.UNDECODABLE) {
      reads.failures().format();
    }
    boolean live = prior == Prior.LIVE;
    boolean stale = prior == Prior.STALE;
    V value =
        switch (effect) {
          case CREATED, UPDATED -> operation.value();
          case NONE -> live ? previous : null;
          default -> null;
        };
    return new Outcome<>(
        operation, prior, effect, live || stale ? previous : null, value, result.changeSequence());
  }

  /** What a reservation found that wants the details of an entry; null if there is none. */
  private static <V> @Nullable Snapshot<V> header(CommandResult result) {
    byte[] header = result.previous();
    if (header == null) {
      return null;
    }
    Envelope envelope = Envelope.of(header, Envelope.generationOf(header));
    return Snapshot.header(
        result.prior(),
        envelope.deadlineMillis(),
        envelope.loadMillis(),
        StoredDetails.of(Envelope.detailsOf(header)));
  }

  /** A stale entry is of use only to a load, which replaces it. */
  private static Prior priorOfUndecodable(EntryOperation<?> operation, CommandResult result) {
    if (result.prior() != Prior.STALE) {
      return Prior.UNDECODABLE;
    }
    return operation.then() == Then.RESERVE ? Prior.STALE : Prior.ABSENT;
  }
}
