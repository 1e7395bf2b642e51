package dev.corral.jcache.internal.pipeline.near;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.EntryOperation.When;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.pipeline.near.NearCache.FillStamp;
import java.util.ArrayList;
import java.util.List;

/**
 * Fills the near cache with the entries that were read. Invalidates each entry that this JVM
 * changes, before the call returns, so that a thread sees its own writes.
 *
 * <p>Bulk reads are answered from the near cache here. The cache itself has looked up a single key
 * before it sends the request, so a single read that arrives here is a near-cache miss.
 */
public final class NearStage<K, V> implements Stage<K, V> {

  private final NearCache<K, V> near;

  public NearStage(NearCache<K, V> near) {
    this.near = near;
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    if (!isRead(request)) {
      try {
        return next.proceed(request);
      } finally {
        near.invalidate(request.key());
      }
    }
    near.countMiss();
    FillStamp stamp = near.stamp(request.key());
    Outcome<V> outcome = next.proceed(request);
    fill(request, stamp, outcome);
    return outcome;
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    if (!requests.stream().allMatch(NearStage::isRead)) {
      try {
        return next.proceedAll(requests);
      } finally {
        requests.forEach(request -> near.invalidate(request.key()));
      }
    }
    List<Outcome<V>> outcomes = new ArrayList<>(requests.size());
    List<Integer> missing = new ArrayList<>();
    List<FillStamp> stamps = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      EntryOperation<V> operation = operation(requests.get(i));
      K key = requests.get(i).key();
      V value = operation.is(Trait.READS_THROUGH) ? near.get(key) : null;
      outcomes.add(value == null ? Outcome.nothing(operation) : Outcome.found(operation, value));
      if (value == null) {
        near.countMiss();
        missing.add(i);
        stamps.add(near.stamp(key));
      }
    }
    BulkOutcome<V> read = next.proceedAll(missing.stream().map(requests::get).toList());
    for (int i = 0; i < missing.size(); i++) {
      Outcome<V> outcome = read.outcomes().get(i);
      fill(requests.get(missing.get(i)), stamps.get(i), outcome);
      outcomes.set(missing.get(i), outcome);
    }
    return new BulkOutcome<>(outcomes, read.failure());
  }

  private void fill(EntryRequest<K, V> request, FillStamp stamp, Outcome<V> outcome) {
    Snapshot<V> seen = outcome.seen();
    if (seen != null && seen.isLive()) {
      near.fill(request.key(), stamp, seen);
    }
  }

  private static boolean isRead(EntryRequest<?, ?> request) {
    return request
        .decider()
        .inAdvance()
        .map(it -> it.when() == When.PRESENT && !it.mayChange())
        .orElse(false);
  }

  private static <K, V> EntryOperation<V> operation(EntryRequest<K, V> request) {
    return request.decider().inAdvance().orElseThrow();
  }
}
