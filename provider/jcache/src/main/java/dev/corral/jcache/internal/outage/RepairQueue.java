package dev.corral.jcache.internal.outage;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one cache has to repair before anybody may see its entries. Bounded: more keys than that are
 * all keys, unless the database has changes that must be kept in order. Safe for many threads.
 */
final class RepairQueue {

  static final int DEFAULT_LIMIT = 10_000;

  /** Of values that the database has; what comes when they are as many is refused. */
  static final long MAX_BYTES = 64L << 20;

  /**
   * What is to be done.
   *
   * @param all whether all entries are to be removed
   * @param upTo the last addition that this is about
   */
  record Work(List<Repair> repairs, boolean all, long upTo) {}

  private record Addition(Repair repair, long number) {}

  private final int limit;
  private final Map<String, Addition> additionOf = new LinkedHashMap<>();
  private long all;
  private long additions;
  private long bytes;

  RepairQueue(int limit) {
    this.limit = limit;
  }

  synchronized void add(Collection<Repair> repairs) {
    additions++;
    for (Repair repair : repairs) {
      Addition earlier = additionOf.get(repair.key());
      Repair merged = earlier == null ? repair : repair.after(earlier.repair());
      additionOf.put(repair.key(), new Addition(merged, additions));
      bytes += merged.bytes() - (earlier == null ? 0 : earlier.repair().bytes());
    }
    if (additionOf.size() > limit) {
      additionOf.values().removeIf(it -> it.repair().written() == null);
      all = additions;
    }
  }

  synchronized void addAll() {
    additions++;
    all = additions;
  }

  synchronized boolean hasRoom(int more) {
    return additionOf.size() + more <= limit && bytes < MAX_BYTES;
  }

  synchronized boolean isEmpty() {
    return additionOf.isEmpty() && all == 0;
  }

  synchronized int size() {
    return additionOf.size();
  }

  synchronized Work peek() {
    return new Work(
        additionOf.values().stream().map(Addition::repair).toList(), all != 0, additions);
  }

  /** Forgets what was done, but not what was added meanwhile. */
  synchronized void done(Work work) {
    for (Repair repair : work.repairs()) {
      Addition addition = additionOf.get(repair.key());
      if (addition != null && addition.number() <= work.upTo()) {
        additionOf.remove(repair.key());
        bytes -= addition.repair().bytes();
      }
    }
    if (all <= work.upTo()) {
      all = 0;
    }
  }
}
