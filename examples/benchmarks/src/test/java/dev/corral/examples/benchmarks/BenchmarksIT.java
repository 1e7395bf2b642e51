package dev.corral.examples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That everything runs with everybody, and gives figures; not what they are. */
@Tag("baseline-jdk")
class BenchmarksIT {

  @Test
  void measure_aMoment_givesFiguresForEverybody(@TempDir Path folder) {
    Path json = folder.resolve("benchmarks.json");

    Benchmarks.measure(
        Options.of(List.of("--moment", "--output=" + json, "--plots=" + folder.resolve("plots"))));

    Config results = ConfigFactory.parseFile(json.toFile());
    List<? extends Config> cases = results.getConfigList("cases");
    assertThat(cases).hasSize(Workload.values().length);
    for (Config what : cases) {
      int subjects =
          switch (what.getEnum(Workload.class, "workload")) {
            case INVOKE -> 6;
            case GET_ASYNC -> 3;
            default -> 9;
          };
      assertThat(what.getObject("subjects")).hasSize(subjects);
      assertThat(what.hasPath(redisMicros(Subjects.CORRAL))).isTrue();
      assertThat(what.hasPath(redisMicros(Subjects.HAZELCAST))).isFalse();
      for (Object figures : what.getObject("subjects").unwrapped().values()) {
        assertThat(figures).asString().contains("perSecond").doesNotContain("perSecond=0,");
      }
    }
    assertThat(results.getObject("bytesPerEntry")).hasSize(3);
    assertThat(results.getObject("nearNanos")).hasSize(3);
    assertThat(results.getObject("nearNanos.bean")).hasSize(5);
    assertThat(results.getInt("clear.entries")).isPositive();
    assertThat(folder.resolve("plots/get-hit.svg")).exists();
    assertThat(ProcessHandle.current().children()).isEmpty();
  }

  @Test
  void tagCosts_aMoment_hasAllFigures() {
    Duration moment = Duration.ofMillis(20);
    try (RedisServer redis = RedisServer.embedded()) {
      String table = new TagCosts(redis, new TagCosts.Scale(2_000, 100, 1, moment, moment)).run();

      assertThat(table).contains("2,000 entries", "get, hit", "getAll", "putAll", "µs");
      assertThat(table.lines()).hasSize(15);
    }
  }

  @Test
  void readCosts_aMoment_hasAllFigures() {
    Duration moment = Duration.ofMillis(20);
    try (RedisServer redis = RedisServer.embedded()) {
      String table = new ReadCosts(redis, new ReadCosts.Scale(1, moment, moment)).run();

      assertThat(table).contains("hottest keys", "hot keys only", "periodic refresh", " ns", "µs");
      assertThat(table.lines()).hasSize(16);
    }
  }

  @Test
  void measure_withRoundTrip_leavesOutWhatIsNotRedis(@TempDir Path folder) {
    Path json = folder.resolve("benchmarks.json");

    Benchmarks.measure(
        Options.of(
            List.of("--moment", "--round-trip=20ms", "--only=get, hit", "--output=" + json)));

    Config results = ConfigFactory.parseFile(json.toFile());
    assertThat(results.getDouble("machine.addedRoundTripMillis")).isEqualTo(20);
    Config subjects = results.getConfigList("cases").get(0).getConfig("subjects");
    assertThat(subjects.root()).hasSize(7).doesNotContainKey(Subjects.HAZELCAST);
    assertThat(subjects.getDouble(ConfigUtil.joinPath(Subjects.CORRAL, "p50Micros")))
        .isGreaterThan(20_000);
    assertThat(ProcessHandle.current().children()).isEmpty();
  }

  private static String redisMicros(String subject) {
    return ConfigUtil.joinPath("subjects", subject, "redisMicros");
  }
}
