package dev.corral.jcache.internal.pipeline;

import dev.corral.jcache.internal.entry.Outcome;
import java.util.List;

/**
 * One stop on an operation's way to the store and back. It may answer by itself, or proceed and
 * look at the outcome. A stage is shared by all threads.
 */
public interface Stage<K, V> {

  /** Handles one request. */
  Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next);

  /** Handles many requests of the same operation; the outcomes are in the order of the requests. */
  BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next);

  /** The rest of the way. */
  interface Next<K, V> {

    Outcome<V> proceed(EntryRequest<K, V> request);

    BulkOutcome<V> proceedAll(List<EntryRequest<K, V>> requests);
  }
}
