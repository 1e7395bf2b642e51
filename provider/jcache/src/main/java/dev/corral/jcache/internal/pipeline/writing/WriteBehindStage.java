package dev.corral.jcache.internal.pipeline.writing;

import dev.corral.jcache.internal.entry.ObserverList;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.EntryRequest.BeforeCommit;
import dev.corral.jcache.internal.pipeline.Stage;
import java.util.ArrayList;
import java.util.List;
import javax.cache.integration.CacheWriter;

/**
 * Write-behind: the commit adds each change to the queue in the same atomic step, and {@link
 * WriteBehindDrainer} writes it later. If the queue is full, the commit refuses the change, and
 * this stage writes it through.
 */
public final class WriteBehindStage<K, V> implements Stage<K, V> {

  private final BeforeCommit<K, V> writer;

  public WriteBehindStage(
      String cacheName, CacheWriter<? super K, ? super V> writer, ObserverList observers) {
    this.writer = new WriteBeforeCommit<>(new WriterInvoker<>(cacheName, writer, observers));
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    Outcome<V> outcome = next.proceed(request);
    return isRefused(outcome) ? next.proceed(request.beforeCommit(writer)) : outcome;
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    BulkOutcome<V> first = next.proceedAll(requests);
    List<EntryRequest<K, V>> refused = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      if (isRefused(first.outcomes().get(i))) {
        refused.add(requests.get(i).beforeCommit(writer));
      }
    }
    if (refused.isEmpty()) {
      return first;
    }
    BulkOutcome<V> second = next.proceedAll(refused);
    List<Outcome<V>> outcomes = new ArrayList<>(first.outcomes());
    int index = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      if (isRefused(outcomes.get(i))) {
        outcomes.set(i, second.outcomes().get(index++));
      }
    }
    return new BulkOutcome<>(
        outcomes, first.failure() == null ? second.failure() : first.failure());
  }

  private static boolean isRefused(Outcome<?> outcome) {
    return outcome.effect() == Effect.REFUSED;
  }
}
