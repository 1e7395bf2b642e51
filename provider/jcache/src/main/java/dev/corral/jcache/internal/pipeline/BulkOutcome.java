package dev.corral.jcache.internal.pipeline;

import dev.corral.jcache.internal.entry.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What many requests did. A failure does not hide what was done before it: the outcomes stand for
 * the requests that took place, and the failure is thrown once every stage has seen them.
 *
 * @param outcomes one for each request, in their order; a request that did not take place has one
 *     that did {@linkplain Outcome#nothing nothing}
 */
public record BulkOutcome<V>(List<Outcome<V>> outcomes, @Nullable RuntimeException failure) {

  /** All requests took place. */
  public static <V> BulkOutcome<V> of(List<Outcome<V>> outcomes) {
    return new BulkOutcome<>(outcomes, null);
  }

  /** Throws the failure, if there is one. */
  public List<Outcome<V>> orThrow() {
    if (failure != null) {
      throw failure;
    }
    return outcomes;
  }
}
