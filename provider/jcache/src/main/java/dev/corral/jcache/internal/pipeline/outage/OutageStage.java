package dev.corral.jcache.internal.pipeline.outage;

import dev.corral.jcache.OutageOptions;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.outage.Repair;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.EntryRequest.BeforeCommit;
import dev.corral.jcache.internal.pipeline.Partition;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.pipeline.loading.FallbackLoadStage;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.EntryCodec;
import dev.corral.jcache.internal.store.locks.KeyLocks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stage that applies the table in {@link OutageBehavior} to the keys for which Redis does not
 * accept the operation. It is the last one before the commit, so during an outage there are no
 * events, and no puts in the statistics.
 *
 * <p>If the cache reads through, reads fail here, and {@link FallbackLoadStage} further out calls
 * the loader.
 */
public final class OutageStage<K, V> implements Stage<K, V> {

  private static final byte[] NO_BYTES = {};

  private final CacheRecovery recovery;
  private final EntryCodec<K, V> codec;
  private final Options<K, V> options;
  private final OutageProcessors<K, V> processors;

  /**
   * The properties of the cache that decide what it does during an outage.
   *
   * @param writer called with unconditional changes, even with write-behind, whose queue is in
   *     Redis; null if there is no writer
   * @param discardLoad called with each changed key, so that no later reader waits for a fallback
   *     load of it; null if there are no fallback loads, so that reads are misses
   * @param queuesWrites whether older changes of a key may be queued in Redis
   * @param failFast whether every operation fails
   * @param locks keep the calls of the writer for one key apart
   * @param processors which entry processors run
   * @param load the loader for entry processors; null if the cache does not read through
   */
  public record Options<K, V>(
      @Nullable BeforeCommit<K, V> writer,
      @Nullable Consumer<K> discardLoad,
      boolean queuesWrites,
      boolean failFast,
      KeyLocks<K, V> locks,
      OutageOptions.Processors processors,
      @Nullable Rows<K, V> load) {}

  /** Reads the database. */
  @FunctionalInterface
  public interface Rows<K, V> {

    /** The value of a key, or null if the database has none. */
    @Nullable V load(K key);
  }

  public OutageStage(CacheRecovery recovery, EntryCodec<K, V> codec, Options<K, V> options) {
    this.recovery = recovery;
    this.codec = codec;
    this.options = options;
    this.processors = new OutageProcessors<>(options, this::writeAround);
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    boolean runsNoUserCode = request.runsNoUserCode();
    if (!runsNoUserCode
        && request.decider().inAdvance().isEmpty()
        && processors.mayRun(request.decider())) {
      return processors.execute(request, recovery.isUnrestricted() || isAccepted(request), next);
    }
    WriterRecorder<K, V> recorder = runsNoUserCode ? null : new WriterRecorder<>(List.of(request));
    RedisUnavailableException failure = null;
    if (recovery.isUnrestricted() || isAccepted(request)) {
      try {
        return next.proceed(recorder == null ? request : request.beforeCommit(recorder));
      } catch (RedisUnavailableException e) {
        failure = e;
      }
    }
    List<EntryRequest<K, V>> requests = List.of(request);
    return duringOutage(
        requests, recorder == null ? new WriterRecorder<>(requests) : recorder, failure);
  }

  /** Whether Redis accepts what the request needs. */
  private boolean isAccepted(EntryRequest<K, V> request) {
    return recovery
        .accepts(codec.text(request.key()))
        .includes(OutageBehavior.needs(request.decider().inAdvance()));
  }

  private Outcome<V> duringOutage(
      List<EntryRequest<K, V>> requests,
      WriterRecorder<K, V> recorder,
      @Nullable RedisUnavailableException failure) {
    Optional<EntryOperation<V>> operation = requests.get(0).decider().inAdvance();
    return switch (behavior(operation)) {
      case LOAD_OR_MISS, SKIP -> notExecuted(operation.orElseThrow());
      case WRITE_AROUND -> {
        writeAroundAlone(requests, recorder, failure).orThrow();
        yield Outcome.nothing(operation.orElseThrow());
      }
      case FAIL -> throw failed(requests, operation, recorder, failure);
    };
  }

  /** A reservation that Redis did not get must not look like one that a write fence refused. */
  private static <V> Outcome<V> notExecuted(EntryOperation<V> operation) {
    Outcome<V> nothing = Outcome.nothing(operation);
    return operation.then() == Then.RESERVE ? nothing.withPrior(Prior.UNKNOWN) : nothing;
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    if (recovery.isUnrestricted()) {
      return proceedAll(requests, next);
    }
    Partition<EntryRequest<K, V>> parts = Partition.of(requests, this::isAccepted);
    return parts.merge(
        accepted -> proceedAll(accepted, next),
        others -> allDuringOutage(others, new WriterRecorder<>(others), null));
  }

  private BulkOutcome<V> proceedAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    WriterRecorder<K, V> recorder = new WriterRecorder<>(requests);
    RedisUnavailableException failure;
    try {
      BulkOutcome<V> outcome = next.proceedAll(recorded(requests, recorder));
      if (!(outcome.failure() instanceof RedisUnavailableException e)) {
        return outcome;
      }
      failure = e;
    } catch (RedisUnavailableException e) {
      failure = e;
    }
    return allDuringOutage(requests, recorder, failure);
  }

  private BulkOutcome<V> allDuringOutage(
      List<EntryRequest<K, V>> requests,
      WriterRecorder<K, V> recorder,
      @Nullable RedisUnavailableException failure) {
    Optional<EntryOperation<V>> operation = requests.get(0).decider().inAdvance();
    return switch (behavior(operation)) {
      case LOAD_OR_MISS, SKIP -> BulkOutcome.of(nothing(requests));
      case WRITE_AROUND -> writeAroundAlone(requests, recorder, failure);
      case FAIL -> throw failed(requests, operation, recorder, failure);
    };
  }

  /** Lets the recorder call the writer, unless no writer will be called. */
  private static <K, V> List<EntryRequest<K, V>> recorded(
      List<EntryRequest<K, V>> requests, WriterRecorder<K, V> recorder) {
    return EntryRequest.runNoUserCode(requests)
        ? requests
        : requests.stream().map(it -> it.beforeCommit(recorder)).toList();
  }

  private OutageBehavior behavior(Optional<EntryOperation<V>> operation) {
    OutageBehavior behavior = operation.map(OutageBehavior::of).orElse(OutageBehavior.FAIL);
    boolean isLoadedFurtherOut =
        behavior == OutageBehavior.LOAD_OR_MISS && options.discardLoad() != null;
    boolean failsFast = options.failFast() && behavior != OutageBehavior.SKIP;
    return isLoadedFurtherOut || failsFast ? OutageBehavior.FAIL : behavior;
  }

  /**
   * The same as {@link #writeAround}, while no other thread calls the writer for these keys; if
   * changes are queued, no other thread adds a repair of them either, so repairs have the order of
   * the changes.
   */
  private BulkOutcome<V> writeAroundAlone(
      List<EntryRequest<K, V>> requests,
      WriterRecorder<K, V> recorder,
      @Nullable RedisUnavailableException cause) {
    boolean callsWriter = options.writer() != null && !recorder.ran();
    return !callsWriter && !options.queuesWrites()
        ? writeAround(requests, recorder, cause)
        : options
            .locks()
            .whileHoldingLocally(
                requests.stream().map(EntryRequest::key).toList(),
                () -> writeAround(requests, recorder, cause));
  }

  /**
   * Calls the writer, unless the commit has called it already, and repairs the keys.
   *
   * <p>The repair removes the entries in Redis before a caller reads them, also if a command of
   * this change was in flight and still runs. It is needed even if the writer fails, because the
   * writer may have written a part. An older queued write of a key is discarded in favor of the
   * change that the writer has written, but not of one that it refused.
   *
   * @param cause why the commit failed; null if it was not tried
   */
  private BulkOutcome<V> writeAround(
      List<EntryRequest<K, V>> requests,
      WriterRecorder<K, V> recorder,
      @Nullable RedisUnavailableException cause) {
    List<byte[]> values = requests.stream().map(this::bytes).toList();
    EntryOperation<V> operation = requests.get(0).decider().inAdvance().orElseThrow();
    if (options.queuesWrites() && !recorder.ran()) {
      recovery.requireRoomForRepairs(OutageBehavior.methodName(operation), requests.size());
    }
    Then chosen = operation.then();
    BeforeCommit<K, V> writer = options.writer();
    try {
      if (!recorder.ran() && writer != null && writer.concerns(operation)) {
        recorder.callInstead(writer, chosen);
      }
      recovery.counters().writtenAround().add(recorder.written().size());
      recovery
          .counters()
          .droppedPuts()
          .add(!recorder.ran() && chosen == Then.PUT ? requests.size() : 0);
      return new BulkOutcome<>(nothing(requests), recorder.failure());
    } finally {
      Consumer<K> discardLoad = options.discardLoad();
      if (discardLoad != null) {
        requests.forEach(request -> discardLoad.accept(request.key()));
      }
      recovery.repair(repairs(requests, values, recorder), cause);
    }
  }

  private List<Repair> repairs(
      List<EntryRequest<K, V>> requests, List<byte[]> values, WriterRecorder<K, V> recorder) {
    List<EntryRequest<K, V>> written = options.queuesWrites() ? recorder.written() : List.of();
    Set<K> writtenKeys = new HashSet<>();
    written.forEach(request -> writtenKeys.add(request.key()));
    List<Repair> repairs = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      EntryRequest<K, V> request = requests.get(i);
      boolean removal = request.decider().inAdvance().orElseThrow().then() == Then.REMOVE;
      Repair.Written change =
          writtenKeys.contains(request.key())
              ? new Repair.Written(removal, values.get(i), recorder.begunNanos(), recorder.number())
              : null;
      repairs.add(new Repair(codec.text(request.key()), change));
    }
    return repairs;
  }

  /**
   * The bytes of the value to put, or none. A value that cannot be serialized is an error of the
   * application, so it fails during an outage too.
   */
  private byte[] bytes(EntryRequest<K, V> request) {
    V value = request.decider().inAdvance().orElseThrow().value();
    return value == null ? NO_BYTES : codec.bytes(value);
  }

  /** Repairs the keys if the writer ran before Redis failed: the database has the change. */
  private RuntimeException failed(
      List<EntryRequest<K, V>> requests,
      Optional<EntryOperation<V>> operation,
      WriterRecorder<K, V> recorder,
      @Nullable RedisUnavailableException failure) {
    if (recorder.ran()) {
      recovery.repair(
          requests.stream().map(it -> new Repair(codec.text(it.key()), null)).toList(), failure);
    }
    return failure != null
        ? failure
        : recovery.unavailable(operation.map(OutageBehavior::methodName).orElse("invoke"));
  }

  private static <K, V> List<Outcome<V>> nothing(List<EntryRequest<K, V>> requests) {
    return requests.stream()
        .map(it -> Outcome.nothing(it.decider().inAdvance().orElseThrow()))
        .toList();
  }
}
