package dev.corral.examples.chaos;

import dev.corral.examples.chaos.FaultPlan.Group;
import dev.corral.examples.chaos.Operation.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the driver did in one round.
 *
 * @param faults the groups of faults, each until all servers were healthy again
 * @param failovers those of them in which a replica became a master
 * @param killed when JVMs were killed, by their names
 */
record Timeline(List<Interval> faults, List<Window> failovers, Map<String, Long> killed) {

  /** A group of faults and its time. */
  record Interval(Group group, Window window) {}

  Timeline(Map<String, Long> killed) {
    this(new ArrayList<>(), new ArrayList<>(), killed);
  }

  /** The time before which there was no fault; the maximum if there was none at all. */
  long firstFault() {
    return faults.stream().mapToLong(it -> it.window().from()).min().orElse(Long.MAX_VALUE);
  }

  List<Window> windows() {
    return faults.stream().map(Interval::window).toList();
  }

  /**
   * Whether Redis itself may have lost what was acknowledged at this time: its replication is
   * asynchronous.
   */
  boolean mayBeLostByRedis(long time) {
    return failovers.stream()
        .anyMatch(it -> it.widened(Bounds.REPLICATION_LAG.toNanos(), 0).contains(time));
  }

  /** Whether this JVM was killed while it found Redis unavailable, so that it repaired nothing. */
  boolean wasKilledInOutage(Caller caller, History history) {
    return killed.containsKey(caller.jvm())
        && history.outagesOf(caller).stream().anyMatch(it -> it.to() == Long.MAX_VALUE);
  }
}
