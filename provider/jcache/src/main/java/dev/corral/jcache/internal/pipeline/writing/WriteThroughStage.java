package dev.corral.jcache.internal.pipeline.writing;

import dev.corral.jcache.internal.entry.ObserverList;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.EntryRequest.BeforeCommit;
import dev.corral.jcache.internal.pipeline.Stage;
import java.util.List;
import javax.cache.integration.CacheWriter;

/**
 * Write-through: adds the writer to the request. The commit calls it, because only the commit knows
 * which change was chosen.
 */
public final class WriteThroughStage<K, V> implements Stage<K, V> {

  private final BeforeCommit<K, V> writer;

  public WriteThroughStage(
      String cacheName, CacheWriter<? super K, ? super V> writer, ObserverList observers) {
    this.writer = new WriteBeforeCommit<>(new WriterInvoker<>(cacheName, writer, observers));
  }

  /** The hook that calls the writer. */
  public BeforeCommit<K, V> writer() {
    return writer;
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    return next.proceed(request.beforeCommit(writer));
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    return next.proceedAll(requests.stream().map(it -> it.beforeCommit(writer)).toList());
  }
}
