package dev.corral.jcache.internal.pipeline.outage;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.outage.Repair;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.EntryRequest.BeforeCommit;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.pipeline.loading.FallbackLoadStage;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.EntryCodec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Does what the table in {@link OutageBehavior} says when the store cannot be asked. It stands
 * right before the store, so nothing that happens here is an event or a put in the statistics.
 *
 * <p>Reads that load are answered further out, by {@link FallbackLoadStage}; here they fail.
 */
public final class OutageStage<K, V> implements Stage<K, V> {

  private static final byte[] NO_BYTES = {};

  private final CacheRecovery outage;
  private final EntryCodec<K, V> codec;
  private final Terms<K, V> terms;

  /**
   * What holds for the cache.
   *
   * @param writer called with unconditional changes, since no queue can be reached; null if there
   *     is none
   * @param discardLoad lets no later reader join the fallback load of a key that was changed; null
   *     if there are no fallback loads, and so reads are answered here, with a miss
   * @param queuesWrites whether a queue in Redis may hold older changes for the writer
   */
  public record Terms<K, V>(
      @Nullable BeforeCommit<K, V> writer,
      @Nullable Consumer<K> discardLoad,
      boolean queuesWrites,
      boolean failFast) {}

  public OutageStage(CacheRecovery outage, EntryCodec<K, V> codec, Terms<K, V> terms) {
    this.outage = outage;
    this.codec = codec;
    this.terms = terms;
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    List<EntryRequest<K, V>> requests = List.of(request);
    WriterRecorder<K, V> watch = new WriterRecorder<>(requests);
    RedisUnavailableException failure = null;
    if (outage.isAvailable()) {
      try {
        return next.proceed(request.beforeCommit(watch));
      } catch (RedisUnavailableException e) {
        failure = e;
      }
    }
    Optional<EntryOperation<V>> operation = request.decider().inAdvance();
    return switch (meanwhile(operation)) {
      case LOAD, DROP -> Outcome.nothing(operation.orElseThrow());
      case WRITE -> {
        writeAround(requests, watch, failure).orThrow();
        yield Outcome.nothing(operation.orElseThrow());
      }
      case FAIL -> throw failed(requests, operation, watch, failure);
    };
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    WriterRecorder<K, V> watch = new WriterRecorder<>(requests);
    RedisUnavailableException failure = null;
    if (outage.isAvailable()) {
      try {
        BulkOutcome<V> outcome = next.proceedAll(watched(requests, watch));
        if (!(outcome.failure() instanceof RedisUnavailableException e)) {
          return outcome;
        }
        failure = e;
      } catch (RedisUnavailableException e) {
        failure = e;
      }
    }
    Optional<EntryOperation<V>> operation = requests.get(0).decider().inAdvance();
    return switch (meanwhile(operation)) {
      case LOAD, DROP -> BulkOutcome.of(nothing(requests));
      case WRITE -> writeAround(requests, watch, failure);
      case FAIL -> throw failed(requests, operation, watch, failure);
    };
  }

  /** As they are, if no writer will be called. */
  private static <K, V> List<EntryRequest<K, V>> watched(
      List<EntryRequest<K, V>> requests, WriterRecorder<K, V> watch) {
    return EntryRequest.runNoUserCode(requests)
        ? requests
        : requests.stream().map(it -> it.beforeCommit(watch)).toList();
  }

  private OutageBehavior meanwhile(Optional<EntryOperation<V>> operation) {
    OutageBehavior meanwhile = operation.map(OutageBehavior::of).orElse(OutageBehavior.FAIL);
    boolean answered = meanwhile == OutageBehavior.LOAD && terms.discardLoad() != null;
    boolean mayNot = terms.failFast() && meanwhile != OutageBehavior.DROP;
    return answered || mayNot ? OutageBehavior.FAIL : meanwhile;
  }

  /**
   * The writer gets the change, unless it has it. Whatever Redis holds under the keys by now, or
   * will hold if a command of ours is still on its way, is removed before anybody sees it; also if
   * the writer fails, for nobody knows how far it came. An older change that waits for the writer
   * in Redis gives way to what the writer has now, but not to what it refused.
   */
  private BulkOutcome<V> writeAround(
      List<EntryRequest<K, V>> requests,
      WriterRecorder<K, V> watch,
      @Nullable RedisUnavailableException cause) {
    List<byte[]> values = requests.stream().map(this::storable).toList();
    if (terms.queuesWrites() && !outage.mayRemember(requests.size())) {
      throw outage.away(
          "write to the database while older changes wait in Redis, for so many keys");
    }
    Then chosen = requests.get(0).decider().inAdvance().orElseThrow().then();
    BeforeCommit<K, V> writer = terms.writer();
    try {
      if (!watch.ran() && writer != null) {
        watch.callInstead(writer, chosen);
      }
      outage.writtenAround().add(watch.written().size());
      outage.droppedPuts().add(!watch.ran() && chosen == Then.PUT ? requests.size() : 0);
      return new BulkOutcome<>(nothing(requests), watch.failure());
    } finally {
      Consumer<K> discardLoad = terms.discardLoad();
      if (discardLoad != null) {
        requests.forEach(request -> discardLoad.accept(request.key()));
      }
      outage.repair(repairs(requests, values, watch), cause != null);
    }
  }

  private List<Repair> repairs(
      List<EntryRequest<K, V>> requests, List<byte[]> values, WriterRecorder<K, V> watch) {
    List<EntryRequest<K, V>> written = terms.queuesWrites() ? watch.written() : List.of();
    Set<K> writtenKeys = new HashSet<>();
    written.forEach(request -> writtenKeys.add(request.key()));
    List<Repair> repairs = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      EntryRequest<K, V> request = requests.get(i);
      boolean removal = request.decider().inAdvance().orElseThrow().then() == Then.REMOVE;
      Repair.Written now =
          writtenKeys.contains(request.key())
              ? new Repair.Written(removal, values.get(i), watch.writtenNanos())
              : null;
      repairs.add(new Repair(codec.text(request.key()), now));
    }
    return repairs;
  }

  /**
   * The bytes of the value that is put, or none. A value that cannot be stored is a mistake of the
   * program, at all times, so this throws what Redis's absence would hide.
   */
  private byte[] storable(EntryRequest<K, V> request) {
    V value = request.decider().inAdvance().orElseThrow().value();
    return value == null ? NO_BYTES : codec.bytes(value);
  }

  /** If the writer was faster than the outage, the database has what the cache does not have. */
  private RuntimeException failed(
      List<EntryRequest<K, V>> requests,
      Optional<EntryOperation<V>> operation,
      WriterRecorder<K, V> watch,
      @Nullable RedisUnavailableException failure) {
    if (watch.ran()) {
      outage.repair(
          requests.stream().map(it -> new Repair(codec.text(it.key()), null)).toList(),
          failure != null);
    }
    return failure != null
        ? failure
        : outage.away(operation.map(OutageBehavior::nameOf).orElse("invoke"));
  }

  private static <K, V> List<Outcome<V>> nothing(List<EntryRequest<K, V>> requests) {
    return requests.stream()
        .map(it -> Outcome.nothing(it.decider().inAdvance().orElseThrow()))
        .toList();
  }
}
