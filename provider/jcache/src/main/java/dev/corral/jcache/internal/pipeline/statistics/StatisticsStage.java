package dev.corral.jcache.internal.pipeline.statistics;

import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import java.util.List;

/**
 * Counts the outcomes of all operations and measures their times. Statistics can be enabled and
 * disabled while the cache is open.
 */
public final class StatisticsStage<K, V> implements Stage<K, V> {

  private final CacheStatistics statistics;

  public StatisticsStage(CacheStatistics statistics) {
    this.statistics = statistics;
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    if (!statistics.isEnabled()) {
      return next.proceed(request);
    }
    long start = System.nanoTime();
    Outcome<V> outcome = next.proceed(request);
    statistics.record(outcome, System.nanoTime() - start);
    return outcome;
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    if (!statistics.isEnabled()) {
      return next.proceedAll(requests);
    }
    long start = System.nanoTime();
    BulkOutcome<V> outcome = next.proceedAll(requests);
    long nanosEach = (System.nanoTime() - start) / requests.size();
    outcome.outcomes().forEach(it -> statistics.record(it, nanosEach));
    return outcome;
  }
}
