package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The stage that answers reads from the loader during an outage, without the stages below it. The
 * values are not stored, and each read counts as a miss.
 */
public final class FallbackLoadStage<K, V> implements Stage<K, V> {

  private final CacheRecovery recovery;
  private final FallbackLoads<K, V> loads;

  public FallbackLoadStage(CacheRecovery recovery, FallbackLoads<K, V> loads) {
    this.recovery = recovery;
    this.loads = loads;
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    EntryOperation<V> operation = request.decider().inAdvance().orElse(null);
    if (operation == null || !operation.is(Trait.READS_THROUGH)) {
      return next.proceed(request);
    }
    if (recovery.isAvailable()) {
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
    if (recovery.isAvailable()) {
      try {
        BulkOutcome<V> outcome = next.proceedAll(requests);
        if (!(outcome.failure() instanceof RedisUnavailableException)) {
          return outcome;
        }
      } catch (RedisUnavailableException e) {
        return loadAll(operation, requests);
      }
    }
    return loadAll(operation, requests);
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
