package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Partition;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.redis.Accepts;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The stage that answers reads from the loader, without the stages below it, if Redis cannot serve
 * the key. The values are not stored, and each read counts as a miss.
 */
public final class FallbackLoadStage<K, V> implements Stage<K, V> {

  private final CacheRecovery recovery;
  private final FallbackLoads<K, V> loads;
  private final Function<K, String> textOf;

  /**
   * @param textOf the text of a key
   */
  public FallbackLoadStage(
      CacheRecovery recovery, FallbackLoads<K, V> loads, Function<K, String> textOf) {
    this.recovery = recovery;
    this.loads = loads;
    this.textOf = textOf;
  }

  private boolean isReadable(K key) {
    return recovery.isUnrestricted() || recovery.accepts(textOf.apply(key)).includes(Accepts.READS);
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    EntryOperation<V> operation = request.decider().inAdvance().orElse(null);
    if (operation == null || !operation.is(Trait.READS_THROUGH)) {
      return next.proceed(request);
    }
    if (isReadable(request.key())) {
      try {
        return next.proceed(request);
      } catch (RedisUnavailableException e) {
        return loaded(operation, loads.load(request.key()));
      }
    }
    return loaded(operation, loads.load(request.key()));
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    EntryOperation<V> operation = requests.get(0).decider().inAdvance().orElse(null);
    if (operation == null || !operation.is(Trait.READS_THROUGH)) {
      return next.proceedAll(requests);
    }
    if (recovery.isUnrestricted()) {
      return readAll(operation, requests, next);
    }
    return Partition.of(requests, request -> isReadable(request.key()))
        .merge(
            readable -> readAll(operation, readable, next), others -> loadAll(operation, others));
  }

  private BulkOutcome<V> readAll(
      EntryOperation<V> operation, List<EntryRequest<K, V>> requests, Next<K, V> next) {
    try {
      BulkOutcome<V> outcome = next.proceedAll(requests);
      return outcome.failure() instanceof RedisUnavailableException
          ? loadAll(operation, requests)
          : outcome;
    } catch (RedisUnavailableException e) {
      return loadAll(operation, requests);
    }
  }

  private BulkOutcome<V> loadAll(EntryOperation<V> operation, List<EntryRequest<K, V>> requests) {
    Set<K> keys = new LinkedHashSet<>();
    requests.forEach(request -> keys.add(request.key()));
    Map<K, V> values = loads.loadAll(keys);
    return BulkOutcome.of(
        requests.stream().map(it -> loaded(operation, values.get(it.key()))).toList());
  }

  private static <V> Outcome<V> loaded(EntryOperation<V> operation, @Nullable V value) {
    Outcome<V> miss = Outcome.nothing(operation);
    return value == null ? miss : miss.answeredWith(value);
  }
}
