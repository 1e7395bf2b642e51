package dev.corral.jcache.internal.outage;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.EntryRequest.Admission;
import dev.corral.jcache.internal.pipeline.EntryRequest.BeforeCommit;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.EntryCodec;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Does what the table in {@link Meanwhile} says when the store cannot be asked. It stands right
 * before the store, so nothing that happens here is an event or a put in the statistics.
 *
 * <p>Reads that load are answered further out, by {@link FallbackLoadStage}; here they fail.
 */
public final class OutageStage<K, V> implements Stage<K, V> {

  private final CacheOutage outage;
  private final EntryCodec<K, V> codec;
  private final Terms<K, V> terms;

  /**
   * What holds for the cache.
   *
   * @param writer called with unconditional changes, since no queue can be reached; null if there
   *     is none
   * @param readsThrough whether a further stage loads
   * @param queuesWrites whether a queue in Redis may hold older changes for the writer
   */
  public record Terms<K, V>(
      @Nullable BeforeCommit<K, V> writer,
      boolean readsThrough,
      boolean queuesWrites,
      boolean failFast) {}

  public OutageStage(CacheOutage outage, EntryCodec<K, V> codec, Terms<K, V> terms) {
    this.outage = outage;
    this.codec = codec;
    this.terms = terms;
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    WriterWatch<K, V> watch = new WriterWatch<>(request.beforeCommit());
    RedisUnavailableException failure = null;
    if (outage.isAvailable()) {
      try {
        return next.proceed(request.beforeCommit(watch));
      } catch (RedisUnavailableException e) {
        failure = e;
      }
    }
    Optional<EntryOperation<V>> operation = request.decider().inAdvance();
    List<EntryRequest<K, V>> requests = List.of(request);
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
    WriterWatch<K, V> watch = new WriterWatch<>(requests.get(0).beforeCommit());
    RedisUnavailableException failure = null;
    if (outage.isAvailable()) {
      try {
        BulkOutcome<V> outcome =
            next.proceedAll(requests.stream().map(it -> it.beforeCommit(watch)).toList());
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

  private Meanwhile meanwhile(Optional<EntryOperation<V>> operation) {
    Meanwhile meanwhile = operation.map(Meanwhile::of).orElse(Meanwhile.FAIL);
    boolean answered = meanwhile == Meanwhile.LOAD && terms.readsThrough();
    boolean mayNot = terms.failFast() && meanwhile != Meanwhile.DROP;
    return answered || mayNot ? Meanwhile.FAIL : meanwhile;
  }

  /**
   * The writer gets the change, unless it has it. Whatever Redis holds under the keys by now, or
   * will hold if a command of ours is still on its way, is removed before anybody sees it; also if
   * the writer fails, for nobody knows how far it came.
   */
  private BulkOutcome<V> writeAround(
      List<EntryRequest<K, V>> requests,
      WriterWatch<K, V> watch,
      @Nullable RedisUnavailableException cause) {
    List<String> keys = requests.stream().map(it -> codec.text(it.key())).toList();
    requests.forEach(this::refuseWhatRedisWould);
    if (terms.queuesWrites() && !outage.mayRemember(keys.size())) {
      throw outage.away(
          "write to the database while older changes wait in Redis, for so many keys");
    }
    Then chosen = requests.get(0).decider().inAdvance().orElseThrow().then();
    BeforeCommit<K, V> writer = terms.writer();
    try {
      if (watch.ran()) {
        outage.writtenAround().add(keys.size());
        return new BulkOutcome<>(nothing(requests), watch.failure());
      }
      if (writer == null) {
        outage.droppedPuts().add(chosen == Then.PUT ? keys.size() : 0);
        return BulkOutcome.of(nothing(requests));
      }
      Admission<K, V> admission = written(requests, chosen, writer);
      outage.writtenAround().add(admission.admitted().size());
      return new BulkOutcome<>(nothing(requests), admission.failure());
    } finally {
      outage.repair(keys, cause != null);
    }
  }

  private Admission<K, V> written(
      List<EntryRequest<K, V>> requests, Then chosen, BeforeCommit<K, V> writer) {
    if (requests.size() > 1) {
      return writer.runAll(requests, chosen);
    }
    EntryRequest<K, V> request = requests.get(0);
    writer.run(request.key(), request.decider().inAdvance().orElseThrow(), chosen);
    return new Admission<>(requests, null);
  }

  /** A value that cannot be stored is a mistake of the program, at all times. */
  private void refuseWhatRedisWould(EntryRequest<K, V> request) {
    V value = request.decider().inAdvance().orElseThrow().value();
    if (value != null) {
      byte[] unused = codec.bytes(value);
    }
  }

  /** If the writer was faster than the outage, the database has what the cache does not have. */
  private RuntimeException failed(
      List<EntryRequest<K, V>> requests,
      Optional<EntryOperation<V>> operation,
      WriterWatch<K, V> watch,
      @Nullable RedisUnavailableException failure) {
    if (watch.ran()) {
      outage.repair(requests.stream().map(it -> codec.text(it.key())).toList(), failure != null);
    }
    return failure != null
        ? failure
        : outage.away(operation.map(Meanwhile::nameOf).orElse("invoke"));
  }

  private static <K, V> List<Outcome<V>> nothing(List<EntryRequest<K, V>> requests) {
    return requests.stream()
        .map(it -> Outcome.nothing(it.decider().inAdvance().orElseThrow()))
        .toList();
  }

  /** Remembers whether the writer was called on the way, and what it said. */
  private static final class WriterWatch<K, V> implements BeforeCommit<K, V> {

    private final BeforeCommit<K, V> writer;
    private boolean ran;
    private @Nullable RuntimeException failure;

    WriterWatch(BeforeCommit<K, V> writer) {
      this.writer = writer;
    }

    boolean ran() {
      return ran;
    }

    @Nullable RuntimeException failure() {
      return failure;
    }

    @Override
    public boolean concerns(EntryOperation<V> operation) {
      return writer.concerns(operation);
    }

    @Override
    public void run(K key, EntryOperation<V> operation, Then chosen) {
      ran = true;
      writer.run(key, operation, chosen);
    }

    @Override
    public Admission<K, V> runAll(List<EntryRequest<K, V>> requests, Then chosen) {
      ran = true;
      Admission<K, V> admission = writer.runAll(requests, chosen);
      failure = admission.failure();
      return admission;
    }
  }
}
