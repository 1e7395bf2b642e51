package dev.corral.jcache;

/**
 * What a cache did without Redis, since it was opened.
 *
 * @param away whether Redis is away now
 * @param openedTimes how often Redis went away, for all caches of the manager
 * @param fallbackLoads loads that went around Redis
 * @param refusedLoads loads that were refused because too many were under way
 * @param writtenAround changes that only the writer got
 * @param droppedPuts puts that were dropped, since the cache has no writer
 * @param waitingRepairs keys whose entries are to be removed once Redis is back
 * @param repairedKeys keys whose entries were removed
 * @param repairedByClear how often the whole cache was cleared instead
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
