package dev.corral.jcache.internal.pipeline;

import dev.corral.jcache.internal.entry.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Many requests in two parts, which are handled differently.
 *
 * @param all the requests in their order
 * @param first for each request, whether it belongs to the first part
 */
public record Partition<R>(List<R> all, List<Boolean> first) {

  /** The requests that meet a condition, and the others. */
  public static <R> Partition<R> of(List<R> all, Predicate<R> isFirst) {
    return new Partition<>(all, all.stream().map(isFirst::test).toList());
  }

  /**
   * Handles each part that is not empty, and merges the outcomes in the order of the requests.
   *
   * @return has the first failure, if there is one
   */
  public <V> BulkOutcome<V> merge(
      Function<List<R>, BulkOutcome<V>> handleFirst,
      Function<List<R>, BulkOutcome<V>> handleOthers) {
    if (!first.contains(false)) {
      return handleFirst.apply(all);
    }
    if (!first.contains(true)) {
      return handleOthers.apply(all);
    }
    BulkOutcome<V> ofFirst = handleFirst.apply(part(true));
    BulkOutcome<V> ofOthers = handleOthers.apply(part(false));
    List<Outcome<V>> merged = new ArrayList<>(all.size());
    int nextFirst = 0;
    int nextOther = 0;
    for (boolean isFirst : first) {
      merged.add(
          isFirst ? ofFirst.outcomes().get(nextFirst++) : ofOthers.outcomes().get(nextOther++));
    }
    return new BulkOutcome<>(
        merged, ofFirst.failure() == null ? ofOthers.failure() : ofFirst.failure());
  }

  private List<R> part(boolean isFirst) {
    List<R> part = new ArrayList<>(all.size());
    for (int i = 0; i < all.size(); i++) {
      if (first.get(i) == isFirst) {
        part.add(all.get(i));
      }
    }
    return part;
  }
}
