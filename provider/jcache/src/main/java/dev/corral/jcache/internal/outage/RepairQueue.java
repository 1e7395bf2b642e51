package dev.corral.jcache.internal.outage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The repairs of one bucket of a cache. Until they are made, no caller in this JVM reads the
 * entries of their keys. Safe for many threads.
 *
 * <p>Its size is limited. Beyond the limit, one repair of all entries replaces the repairs of
 * single keys, except those with a change that the database has.
 */
final class RepairQueue {

  /**
   * The repairs to make next.
   *
   * @param all whether all entries have to be removed
   * @param upTo the number of the last addition that this includes
   */
  record Work(List<Repair> repairs, boolean all, long upTo) {}

  private record Addition(Repair repair, long number) {}

  private final int limit;
  private final Map<String, Addition> additionOf = new LinkedHashMap<>();

  /** The number of the last addition of all entries; 0 if there is none. */
  private long all;

  private long lastNumber;
  private long bytes;

  /**
   * @param limit in keys
   */
  RepairQueue(int limit) {
    this.limit = limit;
  }

  /**
   * Adds repairs.
   *
   * @return the same repairs, merged with earlier ones of their keys
   */
  synchronized Work add(Collection<Repair> repairs) {
    lastNumber++;
    List<Repair> added = new ArrayList<>(repairs.size());
    for (Repair repair : repairs) {
      Addition earlier = additionOf.get(repair.key());
      Repair merged = earlier == null ? repair : repair.mergedWith(earlier.repair());
      additionOf.put(repair.key(), new Addition(merged, lastNumber));
      added.add(merged);
      bytes += merged.bytes() - (earlier == null ? 0 : earlier.repair().bytes());
    }
    if (additionOf.size() > limit) {
      additionOf.values().removeIf(it -> it.repair().written() == null);
      all = lastNumber;
    }
    return new Work(added, false, lastNumber);
  }

  /** Adds a repair of all entries. */
  synchronized void addAll() {
    lastNumber++;
    all = lastNumber;
  }

  /** Whether the entry of a key has to be removed before it is read. */
  synchronized boolean contains(String key) {
    return all != 0 || additionOf.containsKey(key);
  }

  synchronized boolean isEmpty() {
    return additionOf.isEmpty() && all == 0;
  }

  /** The size of the values that the database has. */
  synchronized long bytes() {
    return bytes;
  }

  /** The number of keys with a repair of their own. */
  synchronized int size() {
    return additionOf.size();
  }

  synchronized Work peek() {
    return new Work(
        additionOf.values().stream().map(Addition::repair).toList(), all != 0, lastNumber);
  }

  /** Removes the repairs that were made, but not those added since {@link #peek}. */
  synchronized void done(Work work) {
    for (Repair repair : work.repairs()) {
      Addition addition = additionOf.get(repair.key());
      if (addition != null && addition.number() <= work.upTo()) {
        additionOf.remove(repair.key());
        bytes -= addition.repair().bytes();
      }
    }
    if (work.all() && all <= work.upTo()) {
      all = 0;
    }
  }
}
