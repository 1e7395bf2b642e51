package dev.corral.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.spring.tests.ApplicationProcess.Response;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootVersion;

/** All kinds of cached methods, each called 50 times at the same time in both instances. */
@ExtendWith(FleetExtension.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ShapesIT {

  private static final int SHAPES = 42;

  private static List<String> cached = List.of();

  private final Fleet fleet;

  ShapesIT(Fleet fleet) {
    this.fleet = fleet;
  }

  @BeforeAll
  static void listShapes(Fleet fleet) {
    cached = cached(fleet);
  }

  /** The shapes whose values are cached: not those that throw. */
  static List<String> cached(Fleet fleet) {
    return fleet.shapes().stream()
        .filter(it -> !it.startsWith("failing") && !it.equals("entityKey"))
        .toList();
  }

  static List<String> cachedShapes() {
    return cached;
  }

  @Test
  void classPath_hasTheVersionOfBootUnderTest() {
    assertThat(SpringBootVersion.getVersion()).isEqualTo(System.getProperty("expected.boot"));
  }

  @Test
  void shapes_areComplete() {
    assertThat(cached).hasSize(SHAPES).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("cachedShapes")
  void call_50TimesInEachOfTwoInstances_executesOnce(String shape) {
    int key = 1;
    fleet.clear(shape);
    List<Integer> before = fleet.executions(shape, key);

    List<Response> answers = fleet.callAtOnce(shape, key).stream().flatMap(List::stream).toList();

    assertThat(answers).hasSize(100).filteredOn(it -> it.status() != 200).isEmpty();
    assertThat(answers.stream().map(Response::body).distinct()).hasSize(1);
    assertThat(fleet.executionsSince(before, shape, key)).containsExactlyInAnyOrder(1, 0);

    String answer = answers.get(0).body();
    for (ApplicationProcess instance : fleet.instances) {
      assertThat(instance.get("/shapes/" + shape + "/" + key)).isEqualTo(answer);
    }
    assertThat(fleet.executionsSince(before, shape, key)).containsExactlyInAnyOrder(1, 0);
  }

  @ParameterizedTest
  @MethodSource("cachedShapes")
  void call_afterClearInTheOtherInstance_executesAgain(String shape) {
    int key = 2;
    ApplicationProcess first = fleet.instances.get(0);
    ApplicationProcess second = fleet.instances.get(1);
    first.get("/shapes/" + shape + "/" + key);
    List<Integer> before = fleet.executions(shape, key);

    first.request("DELETE", "/entries/" + shape);
    second.get("/shapes/" + shape + "/" + key);
    first.get("/shapes/" + shape + "/" + key);

    assertThat(fleet.executionsSince(before, shape, key)).containsExactly(0, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "two", "record", "enumConstant", "list", "spelList", "suspended"})
  void call_withOtherKey_executesAgain(String shape) {
    fleet.clear(shape);
    List<Integer> before = fleet.executions(shape, 1);
    ApplicationProcess instance = fleet.instances.get(0);
    String two = instance.get("/shapes/" + shape + "/2");

    assertThat(instance.get("/shapes/" + shape + "/1")).isNotEqualTo(two);
    assertThat(fleet.executionsSince(before, shape, 1)).containsExactly(1, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"failing", "failingSync", "failingFuture", "failingMono"})
  void call_ofFailingMethod_throwsItsExceptionAndCachesNothing(String shape) {
    List<Integer> before = fleet.executions(shape, 1);

    for (ApplicationProcess instance : fleet.instances) {
      for (int number = 1; number <= 2; number++) {
        assertThat(instance.send("GET", "/shapes/" + shape + "/1").join())
            .satisfies(it -> assertThat(it.status()).isEqualTo(500))
            .extracting(Response::body)
            .asString()
            .startsWith(BusinessException.class.getName() + ": " + shape + "/1#" + number + "@");
      }
    }

    assertThat(fleet.executionsSince(before, shape, 1)).containsExactly(2, 2);
  }

  @Test
  void call_withEntityAsKey_isRefusedWithTheWayOut() {
    for (ApplicationProcess instance : fleet.instances) {
      assertThat(instance.send("GET", "/shapes/entityKey/1").join())
          .satisfies(it -> assertThat(it.status()).isEqualTo(500))
          .extracting(Response::body)
          .asString()
          .contains(Author.class.getName() + " is a JPA entity", "#author.id");
    }

    assertThat(fleet.executions("entityKey", 1)).containsExactly(0, 0);
  }

  @Test
  void call_withEntityAsValue_keepsItsFieldsAndLoadedCollection() {
    fleet.clear("entity");
    String loaded = fleet.instances.get(0).get("/shapes/entity/3");

    assertThat(fleet.instances.get(1).get("/shapes/entity/3"))
        .isEqualTo(loaded)
        .startsWith("3 author 3 [first of 3, second of 3] entity/3#");
  }
}
