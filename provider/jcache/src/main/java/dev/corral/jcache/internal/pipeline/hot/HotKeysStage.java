package dev.corral.jcache.internal.pipeline.hot;

import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import java.util.List;

/**
 * The stage that records reads for the hottest keys: those that read a value, and entry processors
 * that compute a missing one. The near cache records its hits itself.
 */
public final class HotKeysStage<K, V> implements Stage<K, V> {

  private final HotKeys<K> hotKeys;

  public HotKeysStage(HotKeys<K> hotKeys) {
    this.hotKeys = hotKeys;
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    if (isRead(request)) {
      hotKeys.recordRead(request.key());
    }
    return next.proceed(request);
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    if (!requests.isEmpty() && isRead(requests.get(0))) {
      requests.forEach(request -> hotKeys.recordRead(request.key()));
    }
    return next.proceedAll(requests);
  }

  private static boolean isRead(EntryRequest<?, ?> request) {
    return request
        .decider()
        .inAdvance()
        .map(it -> it.is(Trait.READS_VALUE))
        .orElseGet(() -> request.decider().computesIfAbsent());
  }
}
