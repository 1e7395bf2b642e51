package dev.corral.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.spring.tests.ApplicationProcess.Response;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Redis is killed, and started again, while both instances call cached methods. */
@ExtendWith(FleetExtension.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OutageIT {

  /** Their few keys are those of the concurrent calls. */
  private static final Set<String> WITH_FEW_KEYS =
      Set.of("none", "nullArgument", "noVarargs", "enumConstant");

  private static final int AMPLE = 300;

  private final Fleet fleet;

  OutageIT(Fleet fleet) {
    this.fleet = fleet;
  }

  @Test
  void redisKilledAndRestarted_underLoadOfAllShapes_failsNoCall() throws InterruptedException {
    List<String> shapes = ShapesIT.cached(fleet);
    List<String> withManyKeys = shapes.stream().filter(it -> !WITH_FEW_KEYS.contains(it)).toList();
    try (Load load = Load.start(fleet.instances, withManyKeys)) {
      load.awaitMore(AMPLE);

      fleet.redis.kill();
      for (String shape : shapes) {
        callAtOnce_executesOncePerInstance(shape);
      }
      load.awaitMore(AMPLE);

      fleet.redis.restart();
      awaitCachedAgain();
      load.awaitMore(AMPLE);
      for (String shape : shapes) {
        callAtOnce_executesOnce(shape);
      }

      assertThat(load.failures()).isEmpty();
    }
  }

  /** Without Redis, the instances know nothing of each other. */
  private void callAtOnce_executesOncePerInstance(String shape) {
    List<Integer> before = fleet.executions(shape, 0);

    List<List<Response>> answers = fleet.callAtOnce(shape, 0);

    for (List<Response> ofInstance : answers) {
      assertThat(ofInstance).as(shape).hasSize(50).filteredOn(it -> it.status() != 200).isEmpty();
      assertThat(ofInstance.stream().map(Response::body).distinct()).as(shape).hasSize(1);
    }
    assertThat(fleet.executionsSince(before, shape, 0)).as(shape).containsExactly(1, 1);
  }

  private void callAtOnce_executesOnce(String shape) {
    fleet.clear(shape);
    List<Integer> before = fleet.executions(shape, 0);

    List<Response> answers = fleet.callAtOnce(shape, 0).stream().flatMap(List::stream).toList();

    assertThat(answers).as(shape).filteredOn(it -> it.status() != 200).isEmpty();
    assertThat(answers.stream().map(Response::body).distinct()).as(shape).hasSize(1);
    assertThat(fleet.executionsSince(before, shape, 0)).as(shape).containsExactlyInAnyOrder(1, 0);
  }

  /** Waits until a value of one instance is read by the other. */
  private void awaitCachedAgain() {
    String path = "/shapes/blocking/3";
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () ->
                assertThat(fleet.instances.get(1).get(path))
                    .isEqualTo(fleet.instances.get(0).get(path)));
  }
}
