package dev.corral.jcache.internal.outage;

import dev.corral.jcache.OutageStatistics;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what the operations of one cache did during outages. Safe for many threads.
 *
 * @param fallbackLoads loads during an outage
 * @param refusedLoads loads that timed out while they waited for other loads during an outage
 * @param writtenAround keys whose change went to the writer but not to Redis
 * @param droppedPuts puts that went neither to Redis nor to a writer
 */
public record OutageCounters(
    LongAdder fallbackLoads,
    LongAdder refusedLoads,
    LongAdder writtenAround,
    LongAdder droppedPuts) {

  OutageCounters() {
    this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
  }

  OutageStatistics.Operations sums() {
    return new OutageStatistics.Operations(
        fallbackLoads.sum(), refusedLoads.sum(), writtenAround.sum(), droppedPuts.sum());
  }
}
