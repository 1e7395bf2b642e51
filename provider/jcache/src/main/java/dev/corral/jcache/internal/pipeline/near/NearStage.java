package dev.corral.jcache.internal.pipeline.near;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.EntryOperation.When;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.pipeline.near.NearCache.Ticket;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps what was read, and forgets what this JVM changes before it is told so, so that a thread
 * sees its own writes. It answers reads of many keys; a single one was not near, or it would not be
 * here.
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
        near.forget(request.key());
      }
    }
    near.countMiss();
    Ticket ticket = near.ticket(request.key());
    Outcome<V> outcome = next.proceed(request);
    keep(request, ticket, outcome);
    return outcome;
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    if (!requests.stream().allMatch(NearStage::isRead)) {
      try {
        return next.proceedAll(requests);
      } finally {
        requests.forEach(request -> near.forget(request.key()));
      }
    }
    List<Outcome<V>> outcomes = new ArrayList<>(requests.size());
    List<Integer> missing = new ArrayList<>();
    List<Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      EntryOperation<V> operation = operation(requests.get(i));
      K key = requests.get(i).key();
      V value = operation.is(Trait.READS_THROUGH) ? near.get(key) : null;
      outcomes.add(value == null ? Outcome.nothing(operation) : Outcome.found(operation, value));
      if (value == null) {
        near.countMiss();
        missing.add(i);
        tickets.add(near.ticket(key));
      }
    }
    BulkOutcome<V> asked = next.proceedAll(missing.stream().map(requests::get).toList());
    for (int i = 0; i < missing.size(); i++) {
      Outcome<V> outcome = asked.outcomes().get(i);
      keep(requests.get(missing.get(i)), tickets.get(i), outcome);
      outcomes.set(missing.get(i), outcome);
    }
    return new BulkOutcome<>(outcomes, asked.failure());
  }

  private void keep(EntryRequest<K, V> request, Ticket ticket, Outcome<V> outcome) {
    Snapshot<V> seen = outcome.seen();
    if (seen != null && seen.isLive()) {
      near.fill(request.key(), ticket, seen);
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
