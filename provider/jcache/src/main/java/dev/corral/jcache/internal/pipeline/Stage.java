package dev.corral.jcache.internal.pipeline;

import dev.corral.jcache.internal.entry.Outcome;
import java.util.List;

/**
 * One step of the pipeline, with one feature. A stage handles a request itself, or passes it to the
 * next stage and processes the outcome. Safe for many threads.
 */
public interface Stage<K, V> {

  /**
   * Handles one request.
   *
   * @param next the following stages
   */
  Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next);

  /**
   * Handles many requests of the same operation.
   *
   * @param requests at least one
   * @param next the following stages
   * @return the outcomes, in the order of the requests
   */
  BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next);

  /** The following stages of the pipeline. */
  interface Next<K, V> {

    /** Passes one request on. */
    Outcome<V> proceed(EntryRequest<K, V> request);

    /** Passes many requests of the same operation on; an empty list has an empty outcome. */
    BulkOutcome<V> proceedAll(List<EntryRequest<K, V>> requests);
  }
}
