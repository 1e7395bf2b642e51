package dev.corral.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultPlanTest {

  @ParameterizedTest
  @EnumSource
  void of_sameSeed_isTheSamePlan(Topology topology) {
    for (long seed = 0; seed < 100; seed++) {
      assertThat(FaultPlan.of(seed, topology)).isEqualTo(FaultPlan.of(seed, topology));
    }
    assertThat(FaultPlan.of(1, topology)).isNotEqualTo(FaultPlan.of(2, topology));
  }

  @ParameterizedTest
  @EnumSource
  void of_consecutiveSeeds_injectAllKindsOfTheTopology(Topology topology) {
    List<FaultKind> kinds = FaultKind.of(topology);
    Set<FaultKind> planned = EnumSet.noneOf(FaultKind.class);
    for (long seed = 70; seed < 70 + kinds.size(); seed++) {
      FaultPlan.of(seed, topology).groups().get(0).faults().forEach(it -> planned.add(it.kind()));
    }
    assertThat(planned).containsExactlyInAnyOrderElementsOf(kinds);
  }

  @ParameterizedTest
  @EnumSource
  void of_manySeeds_doNotKillAWorkerDuringAnotherFault(Topology topology) {
    for (long seed = 0; seed < 500; seed++) {
      for (FaultPlan.Group group : FaultPlan.of(seed, topology).groups()) {
        if (group.has(FaultKind.KILL_WORKER)) {
          assertThat(group.faults()).hasSize(1);
        }
      }
    }
  }

  @Test
  void workload_sameSeed_hasTheSameOperations() {
    assertThat(operations(5)).isEqualTo(operations(5)).isNotEqualTo(operations(6));
  }

  private static List<Operation.Call> operations(long seed) {
    Workload workload = new Workload(Caches.BEHIND, 1, "w0", seed);
    return Stream.generate(workload::next).limit(200).toList();
  }
}
