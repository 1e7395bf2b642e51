package dev.corral.jcache;

import org.jspecify.annotations.Nullable;

/**
 * The state of an outage, and counters of operations during outages, in this JVM since the cache
 * was opened. Immutable.
 *
 * @param away whether Redis is unavailable for this cache or refuses its changes, at least for some
 *     of its keys
 * @param openedTimes how often the circuit breaker opened; it is shared by all caches of the
 *     manager
 * @param operations what operations did during outages
 * @param repairs what was repaired after outages
 * @param buckets for which parts of the cache Redis is unavailable
 * @param configuration errors that are no outage, of all caches of the manager
 */
public record OutageStatistics(
    boolean away,
    long openedTimes,
    Operations operations,
    Repairs repairs,
    Buckets buckets,
    Configuration configuration) {

  /**
   * What operations did during outages.
   *
   * @param fallbackLoads calls of the loader
   * @param refusedLoads reads that failed because they waited too long for a slot or for a load of
   *     another thread
   * @param writtenAround changes that the writer got and the cache did not
   * @param droppedPuts puts that were dropped, because the cache has no writer
   */
  public record Operations(
      long fallbackLoads, long refusedLoads, long writtenAround, long droppedPuts) {}

  /**
   * What was repaired after outages.
   *
   * @param waiting keys to repair before Redis is used again
   * @param keys keys that were repaired
   * @param clears how often a bucket was cleared instead of repairing single keys
   */
  public record Repairs(long waiting, long keys, long clears) {}

  /**
   * How many buckets of the cache an outage concerns; see the option {@code buckets}.
   *
   * @param unavailable buckets whose entries can neither be read nor changed
   * @param readOnly buckets whose entries can be read, but not changed
   */
  public record Buckets(int unavailable, int readOnly) {}

  /**
   * Configuration errors: Redis refused the connections of this JVM, or a command for lack of a
   * right.
   *
   * @param errors how often
   * @param current the last error, with its remedy; null if there was none, or if it was corrected
   */
  public record Configuration(long errors, @Nullable String current) {}

  /** How often Redis refused the connections of this JVM, or a command for lack of a right. */
  public long configurationErrors() {
    return configuration.errors();
  }

  /** The last configuration error, with its remedy; null if there is none now. */
  public @Nullable String configurationError() {
    return configuration.current();
  }

  /** Calls of the loader during an outage. */
  public long fallbackLoads() {
    return operations.fallbackLoads();
  }

  /** Reads that failed because they waited too long for a slot or a load. */
  public long refusedLoads() {
    return operations.refusedLoads();
  }

  /** Changes that the writer got and the cache did not. */
  public long writtenAround() {
    return operations.writtenAround();
  }

  /** Puts that were dropped, because the cache has no writer. */
  public long droppedPuts() {
    return operations.droppedPuts();
  }

  /** Keys to repair before Redis is used again. */
  public long waitingRepairs() {
    return repairs.waiting();
  }

  /** Keys that were repaired. */
  public long repairedKeys() {
    return repairs.keys();
  }

  /** How often a bucket was cleared instead of repairing single keys. */
  public long repairedByClear() {
    return repairs.clears();
  }
}
