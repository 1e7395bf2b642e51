package dev.corral.examples.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * The faults of one round: the same for the same seed and topology.
 *
 * @param groups in the order in which they happen, each after the end of the one before
 * @param stopsEarly whether the calls stop during the last group; otherwise they stop after it
 */
record FaultPlan(List<Group> groups, boolean stopsEarly) {

  private static final int GROUPS = 3;

  /**
   * One fault.
   *
   * @param offsetMillis from the begin of its group
   * @param forMillis from its begin to its end
   * @param choice decides which server, worker or variant it is
   * @param delayMillis of each direction, for a slow network
   */
  record Fault(FaultKind kind, int offsetMillis, int forMillis, int choice, int delayMillis) {

    @Override
    public String toString() {
      return "%s after %d ms for %d ms (choice %d, delay %d ms)"
          .formatted(kind, offsetMillis, forMillis, choice, delayMillis);
    }
  }

  /**
   * One or two faults that overlap.
   *
   * @param gapMillis from the end of the group before
   */
  record Group(int gapMillis, List<Fault> faults) {

    boolean has(FaultKind kind) {
      return faults.stream().anyMatch(it -> it.kind() == kind);
    }

    String title() {
      return faults.stream().map(it -> it.kind().name()).collect(Collectors.joining("+"));
    }
  }

  /** Draws a plan. Consecutive seeds begin with all kinds in turn. */
  static FaultPlan of(long seed, Topology topology) {
    Random random = new Random(seed * 31 + topology.title().hashCode());
    List<FaultKind> kinds = FaultKind.of(topology);
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < GROUPS; i++) {
      FaultKind first =
          i == 0
              ? kinds.get(Math.floorMod(seed, kinds.size()))
              : kinds.get(random.nextInt(kinds.size()));
      List<Fault> faults = new ArrayList<>();
      faults.add(fault(first, 0, random));
      if (first != FaultKind.KILL_WORKER && random.nextInt(100) < 45) {
        List<FaultKind> companions =
            kinds.stream().filter(it -> it.isCompanion() && it != first).toList();
        FaultKind second = companions.get(random.nextInt(companions.size()));
        faults.add(fault(second, random.nextInt(800), random));
      }
      int gap = i == 0 ? 1_200 + random.nextInt(600) : 100 + random.nextInt(900);
      groups.add(new Group(gap, List.copyOf(faults)));
    }
    boolean mayStopEarly = !groups.get(GROUPS - 1).has(FaultKind.KILL_WORKER);
    return new FaultPlan(List.copyOf(groups), mayStopEarly && random.nextInt(100) < 60);
  }

  /** Whether the calls stop during this group. */
  boolean stopsWithin(Group group) {
    return stopsEarly && groups.indexOf(group) == groups.size() - 1;
  }

  private static Fault fault(FaultKind kind, int offset, Random random) {
    int duration = kind.minMillis() + random.nextInt(kind.maxMillis() - kind.minMillis());
    return new Fault(kind, offset, duration, random.nextInt(1_000), 20 + random.nextInt(105));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Group group : groups) {
      text.append("after %d ms:%n".formatted(group.gapMillis()));
      group.faults().forEach(it -> text.append("  %s%n".formatted(it)));
    }
    text.append("the calls stop %s the last of them%n".formatted(stopsEarly ? "during" : "after"));
    return text.toString();
  }
}
