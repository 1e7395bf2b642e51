package dev.corral.jcache.internal.pipeline.verify;

import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import java.util.List;

/**
 * The stage that samples hits for a verification: reads of a value, misses that a negative entry
 * answers, and entry processors that found the value that they would have computed. The near cache
 * samples its hits itself.
 */
public final class VerifyStage<K, V> implements Stage<K, V> {

  private final Verifier<K, V> verifier;

  public VerifyStage(Verifier<K, V> verifier) {
    this.verifier = verifier;
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    Outcome<V> found = next.proceed(request);
    sample(request, found);
    return found;
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    BulkOutcome<V> found = next.proceedAll(requests);
    for (int i = 0; i < requests.size(); i++) {
      sample(requests.get(i), found.outcomes().get(i));
    }
    return found;
  }

  private void sample(EntryRequest<K, V> request, Outcome<V> found) {
    boolean isAnswer =
        switch (found.prior()) {
          case LIVE -> readsValue(request);
          case NEGATIVE -> found.operation().is(Trait.READS_THROUGH);
          default -> false;
        };
    if (isAnswer) {
      verifier.sample(request.key());
    }
  }

  private static boolean readsValue(EntryRequest<?, ?> request) {
    return request
        .decider()
        .inAdvance()
        .map(it -> it.is(Trait.READS_VALUE))
        .orElseGet(() -> request.decider().computesIfAbsent());
  }
}
