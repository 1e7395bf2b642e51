package dev.corral.jcache.internal.pipeline.outage;

import dev.corral.jcache.internal.entry.Decider;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs entry processors while Redis is unavailable. A processor gets the row that the loader has,
 * or a missing entry if the cache does not read through. Its change goes to the writer if there is
 * one, and its key is repaired, as after a put.
 *
 * <p>Processors and writers of one key run one at a time in this JVM, also beside a thread that was
 * calling the writer when the outage began. Other JVMs are not excluded.
 *
 * <p>A processor that has run is not run again when Redis then fails, because its change may be
 * committed. The invocation succeeds if the writer has the change, if there is no change, or if the
 * processor only computes a missing value and there is no writer. Otherwise it fails.
 */
final class OutageProcessors<K, V> {

  /** Makes a change during an outage. */
  @FunctionalInterface
  interface Change<K, V> {

    /**
     * Calls the writer, unless the recorder has called it, and repairs the keys.
     *
     * @param cause why the commit failed; null if it was not tried
     */
    BulkOutcome<V> make(
        List<EntryRequest<K, V>> requests,
        WriterRecorder<K, V> recorder,
        @Nullable RedisUnavailableException cause);
  }

  private static final Object NO_VERSION = new Object();

  private final OutageStage.Options<K, V> options;
  private final Change<K, V> change;

  OutageProcessors(OutageStage.Options<K, V> options, Change<K, V> change) {
    this.options = options;
    this.change = change;
  }

  /** Whether this decision of an entry processor may be made during an outage. */
  boolean mayRun(Decider<V> processor) {
    return !options.failFast()
        && switch (options.processors()) {
          case NONE -> false;
          case COMPUTE_IF_ABSENT -> processor.computesIfAbsent();
          case ALL -> true;
        };
  }

  /**
   * Invokes the processor in Redis, or without it.
   *
   * @param request the request of a processor that {@linkplain #mayRun may run}
   * @param isAvailable whether Redis is available for it
   */
  Outcome<V> execute(EntryRequest<K, V> request, boolean isAvailable, Stage.Next<K, V> next) {
    if (isAvailable) {
      WriterRecorder<K, V> recorder = new WriterRecorder<>(List.of(request));
      RecordedDecision<V> decision = new RecordedDecision<>(request.decider());
      try {
        return next.proceed(new EntryRequest<>(request.key(), decision, recorder));
      } catch (RedisUnavailableException e) {
        if (decision.isBegun()) {
          return afterFailure(request, decision, recorder, e);
        }
      }
    }
    return request.decider().isExclusive() || options.writer() != null
        ? options
            .locks()
            .whileHoldingLocally(List.of(request.key()), () -> executeWithoutRedis(request))
        : executeWithoutRedis(request);
  }

  private Outcome<V> executeWithoutRedis(EntryRequest<K, V> request) {
    Snapshot<V> row = row(request.key());
    EntryOperation<V> operation = request.decider().decide(row);
    Then chosen = operation.choose(row);
    if (isChange(chosen)) {
      List<EntryRequest<K, V>> changes = List.of(change(request, operation, chosen));
      change.make(changes, new WriterRecorder<>(changes), null).orThrow();
    }
    return Outcome.nothing(operation);
  }

  /** What the database has, as an entry; without a loader, no entry. */
  private Snapshot<V> row(K key) {
    var load = options.load();
    if (load == null) {
      return Snapshot.absent();
    }
    V value = load.load(key);
    return value == null ? Snapshot.negative() : Snapshot.live(value, NO_VERSION);
  }

  private Outcome<V> afterFailure(
      EntryRequest<K, V> request,
      RecordedDecision<V> decision,
      WriterRecorder<K, V> recorder,
      RedisUnavailableException failure) {
    EntryOperation<V> operation = decision.operation;
    if (operation == null) {
      throw failure; // of the processor itself, which uses another cache
    }
    if (!isChange(decision.chosen)) {
      return Outcome.nothing(operation);
    }
    boolean mayBeDropped = options.writer() == null && request.decider().computesIfAbsent();
    if (!recorder.ran() && !mayBeDropped) {
      throw failure;
    }
    change.make(List.of(change(request, operation, decision.chosen)), recorder, failure).orThrow();
    return Outcome.nothing(operation);
  }

  private static <K, V> EntryRequest<K, V> change(
      EntryRequest<K, V> request, EntryOperation<V> operation, Then chosen) {
    return EntryRequest.of(request.key(), operation.unconditionally(chosen));
  }

  private static boolean isChange(Then chosen) {
    return chosen == Then.PUT || chosen == Then.REMOVE;
  }

  /** A decision of a processor that records its last result. For one thread. */
  private static final class RecordedDecision<V> implements Decider<V> {

    private final Decider<V> processor;
    private boolean begun;
    private @Nullable EntryOperation<V> operation;
    private Then chosen = Then.NOTHING;

    RecordedDecision(Decider<V> processor) {
      this.processor = processor;
    }

    /** Whether the processor has run, or has failed. */
    boolean isBegun() {
      return begun;
    }

    @Override
    public EntryOperation<V> decide(Snapshot<V> seen) {
      begun = true;
      operation = null;
      EntryOperation<V> decided = processor.decide(seen);
      operation = decided;
      chosen = decided.choose(seen);
      return decided;
    }

    @Override
    public boolean computesIfAbsent() {
      return processor.computesIfAbsent();
    }

    @Override
    public boolean isExclusive() {
      return processor.isExclusive();
    }
  }
}
