package dev.corral.examples.chaos;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Something that goes wrong for a while. */
enum FaultKind {
  /** SIGKILL of a server, which starts again with its data. */
  KILL_SERVER(150, 1_500),
  /** SIGKILL of a master for long enough that a replica takes over. */
  KILL_MASTER(3_500, 5_000),
  /** SIGSTOP of a server, then SIGCONT. */
  STOP_SERVER(300, 2_500),
  /** SIGSTOP of a master for long enough that a replica takes over. */
  STOP_MASTER(3_500, 5_000),
  /** A failover while all servers run. */
  FAIL_OVER(500, 1_500),
  /** SIGKILL of a sentinel, which starts again. */
  KILL_SENTINEL(500, 2_000),
  /** {@code CLIENT PAUSE}: a master does not execute commands. */
  PAUSE_COMMANDS(500, 3_000),
  /** Connections of all workers are closed and refused. */
  CUT_ALL(300, 2_500),
  /** The same for one worker. */
  CUT_ONE(300, 3_500),
  /** Nothing arrives, but connections stay open; what was sent arrives late. */
  SILENCE_ALL(500, 3_000),
  /** The same for one worker. */
  SILENCE_ONE(500, 3_500),
  /** All workers have a slow network. */
  DELAY_ALL(2_000, 4_000),
  /** One worker has a slow network. */
  DELAY_ONE(2_000, 4_000),
  /** The masters have no memory for writes. */
  FILL_MEMORY(800, 3_000),
  /** The servers forget all scripts, several times. */
  FLUSH_SCRIPTS(300, 1_500),
  /** The servers get a password that the workers do not know, then the old one again. */
  CHANGE_PASSWORD(800, 2_500),
  /** SIGKILL of a worker, which starts again. */
  KILL_WORKER(100, 800),
  /** SIGSTOP of a worker, for less than the leases of its locks, then SIGCONT. */
  STOP_WORKER(500, 3_500),
  /** Slots with keys move to another master, and are half moved for a while. */
  MIGRATE_SLOTS(1_500, 4_500);

  private static final Set<FaultKind> FAILOVERS = EnumSet.of(KILL_MASTER, STOP_MASTER, FAIL_OVER);

  private final int minMillis;
  private final int maxMillis;

  FaultKind(int minMillis, int maxMillis) {
    this.minMillis = minMillis;
    this.maxMillis = maxMillis;
  }

  int minMillis() {
    return minMillis;
  }

  int maxMillis() {
    return maxMillis;
  }

  /** The kinds that a topology can have. */
  static List<FaultKind> of(Topology topology) {
    Set<FaultKind> kinds = EnumSet.allOf(FaultKind.class);
    if (!topology.failsOver()) {
      kinds.removeAll(FAILOVERS);
    }
    if (topology != Topology.SENTINEL) {
      kinds.remove(KILL_SENTINEL);
    }
    if (topology != Topology.CLUSTER) {
      kinds.remove(MIGRATE_SLOTS);
    }
    return List.copyOf(kinds);
  }

  /** Whether a worker may keep the lock of a key in Redis although it does not run. */
  boolean leavesLocks() {
    return this == KILL_WORKER || this == STOP_WORKER;
  }

  /**
   * Whether this fault may come with another one. A worker that is killed during an outage cannot
   * repair its changes, which is a documented limit, so its death comes alone.
   */
  boolean isCompanion() {
    return switch (this) {
      case DELAY_ALL, DELAY_ONE, FLUSH_SCRIPTS, STOP_WORKER, CUT_ONE, SILENCE_ONE -> true;
      default -> false;
    };
  }
}
