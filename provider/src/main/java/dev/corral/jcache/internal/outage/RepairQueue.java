package dev.corral.jcache.internal.outage;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys of one cache whose entries must be removed before anybody may see them. Bounded: more
 * keys than that are all keys. Safe for many threads.
 */
final class RepairQueue {

  static final int DEFAULT_LIMIT = 10_000;

  /**
   * What is to be done.
   *
   * @param all whether all entries are to be removed
   * @param upTo the last addition that this is about
   */
  record Work(List<String> keys, boolean all, long upTo) {}

  private final int limit;
  private final Map<String, Long> additionOf = new LinkedHashMap<>();
  private long all;
  private long additions;

  RepairQueue(int limit) {
    this.limit = limit;
  }

  synchronized void add(Collection<String> keys) {
    additions++;
    for (String key : keys) {
      additionOf.put(key, additions);
    }
    if (additionOf.size() > limit) {
      additionOf.clear();
      all = additions;
    }
  }

  synchronized void addAll() {
    additions++;
    all = additions;
  }

  synchronized boolean hasRoom(int more) {
    return additionOf.size() + more <= limit;
  }

  synchronized boolean isEmpty() {
    return additionOf.isEmpty() && all == 0;
  }

  synchronized int size() {
    return additionOf.size();
  }

  synchronized Work peek() {
    return new Work(List.copyOf(additionOf.keySet()), all != 0, additions);
  }

  /** Forgets what was done, but not what was added meanwhile. */
  synchronized void done(Work work) {
    work.keys()
        .forEach(
            key ->
                additionOf.computeIfPresent(
                    key, (it, addition) -> addition <= work.upTo() ? null : addition));
    if (all <= work.upTo()) {
      all = 0;
    }
  }
}
