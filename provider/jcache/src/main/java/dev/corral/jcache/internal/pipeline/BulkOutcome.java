package dev.corral.jcache.internal.pipeline;

import dev.corral.jcache.internal.entry.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes of many requests. Some requests may have been carried out before a failure, so every
 * stage processes the outcomes first, and the cache throws the failure at the end.
 *
 * @param outcomes one for each request, in the order of the requests; a request that was not
 *     carried out has the outcome {@linkplain Outcome#nothing nothing}
 * @param failure null if all requests were carried out
 */
public record BulkOutcome<V>(List<Outcome<V>> outcomes, @Nullable RuntimeException failure) {

  /** The outcome of requests that were all carried out. */
  public static <V> BulkOutcome<V> of(List<Outcome<V>> outcomes) {
    return new BulkOutcome<>(outcomes, null);
  }

  /** The outcomes, if there is no failure; otherwise throws the failure. */
  public List<Outcome<V>> orThrow() {
    if (failure != null) {
      throw failure;
    }
    return outcomes;
  }
}
