package dev.corral.jcache.internal.pipeline;

import dev.corral.jcache.internal.entry.Outcome;
import java.util.List;

/** The chain of the stages of one cache, from statistics to the commit. */
public final class EntryPipeline<K, V> implements Stage.Next<K, V> {

  private final Stage<K, V> stage;
  private final Stage.Next<K, V> next;

  private EntryPipeline(Stage<K, V> stage, Stage.Next<K, V> next) {
    this.stage = stage;
    this.next = next;
  }

  /**
   * Chains stages.
   *
   * @param stages in the order in which a request passes them; the last one commits
   */
  public static <K, V> Stage.Next<K, V> of(List<Stage<K, V>> stages) {
    Stage.Next<K, V> chain = new End<>();
    for (int i = stages.size() - 1; i >= 0; i--) {
      chain = new EntryPipeline<>(stages.get(i), chain);
    }
    return chain;
  }

  @Override
  public Outcome<V> proceed(EntryRequest<K, V> request) {
    return stage.execute(request, next);
  }

  @Override
  public BulkOutcome<V> proceedAll(List<EntryRequest<K, V>> requests) {
    return requests.isEmpty() ? BulkOutcome.of(List.of()) : stage.executeAll(requests, next);
  }

  private static final class End<K, V> implements Stage.Next<K, V> {

    @Override
    public Outcome<V> proceed(EntryRequest<K, V> request) {
      throw new IllegalStateException("no stage commits this request");
    }

    @Override
    public BulkOutcome<V> proceedAll(List<EntryRequest<K, V>> requests) {
      throw new IllegalStateException("no stage commits these requests");
    }
  }
}
