package dev.corral.jcache;

/**
 * The state of an outage, and counters of operations during outages, in this JVM since the cache
 * was opened. Immutable.
 *
 * @param away whether Redis is unavailable for this cache
 * @param openedTimes how often the circuit breaker opened; it is shared by all caches of the
 *     manager
 * @param fallbackLoads calls of the loader during an outage
 * @param refusedLoads reads that failed because they waited too long for a slot or for a load of
 *     another thread
 * @param writtenAround changes that the writer got and the cache did not
 * @param droppedPuts puts that were dropped, because the cache has no writer
 * @param waitingRepairs keys to repair before Redis is used again
 * @param repairedKeys keys that were repaired
 * @param repairedByClear how often the whole cache was cleared instead of repairing single keys
 */
public record OutageStatistics(
    boolean away,
    long openedTimes,
    long fallbackLoads,
    long refusedLoads,
    long writtenAround,
    long droppedPuts,
    long waitingRepairs,
    long repairedKeys,
    long repairedByClear) {}
