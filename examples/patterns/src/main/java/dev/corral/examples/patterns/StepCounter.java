package dev.corral.examples.patterns;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import javax.cache.management.CacheStatisticsMXBean;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Runs steps and records by how much each of them increased the counters. */
final class StepCounter {

  private final CountingDatabase database;
  private final List<CacheStatisticsMXBean> statistics;
  private final List<Step> steps = new ArrayList<>();

  /**
   * @param caches the names of the caches; they have statistics enabled
   */
  StepCounter(CountingDatabase database, String... caches) throws JMException {
    this.database = database;
    this.statistics = new ArrayList<>();
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    for (String cache : caches) {
      ObjectName pattern = new ObjectName("javax.cache:type=CacheStatistics,Cache=" + cache + ",*");
      for (ObjectName name : server.queryNames(pattern, null)) {
        statistics.add(JMX.newMXBeanProxy(server, name, CacheStatisticsMXBean.class));
      }
    }
  }

  /** Runs the body and records the difference between the counters before and after it. */
  void step(String name, String action, Runnable body) {
    long reads = database.reads();
    long writes = database.writes();
    long hits = hits();
    long misses = misses();
    body.run();
    steps.add(
        new Step(
            name,
            action,
            database.reads() - reads,
            database.writes() - writes,
            hits() - hits,
            misses() - misses));
  }

  /** The steps that have run, in order. */
  List<Step> steps() {
    return List.copyOf(steps);
  }

  private long hits() {
    return statistics.stream().mapToLong(CacheStatisticsMXBean::getCacheHits).sum();
  }

  private long misses() {
    return statistics.stream().mapToLong(CacheStatisticsMXBean::getCacheMisses).sum();
  }
}
