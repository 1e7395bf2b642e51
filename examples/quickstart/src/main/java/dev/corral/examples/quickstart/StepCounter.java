package dev.corral.examples.quickstart;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import javax.cache.management.CacheStatisticsMXBean;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Runs steps and takes down by how much each of them raised the counters. */
final class StepCounter {

  private final CountingDatabase database;
  private final List<CacheStatisticsMXBean> statistics;
  private final List<Step> steps = new ArrayList<>();

  /**
   * @param caches the names of caches with statistics
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

  void step(String name, String done, Runnable action) {
    long reads = database.reads();
    long writes = database.writes();
    long hits = hits();
    long misses = misses();
    action.run();
    steps.add(
        new Step(
            name,
            done,
            database.reads() - reads,
            database.writes() - writes,
            hits() - hits,
            misses() - misses));
  }

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
