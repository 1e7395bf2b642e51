package dev.corral.examples.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The numbers that {@link Patterns} prints. */
class PatternsIT {

  private static Report report = new Report(0, "", List.of(), new TreeMap<>(), List.of());

  @BeforeAll
  static void run() throws Exception {
    report = Patterns.run();
  }

  @Test
  void steps_run_countEveryStatementAndLookup() {
    assertThat(report.steps())
        .extracting(Step::name, Step::reads, Step::writes, Step::hits, Step::misses)
        .containsExactly(
            tuple("get", 4L, 0L, 1L, 4L),
            tuple("getAll", 1L, 0L, 2L, 3L),
            tuple("put", 0L, 1L, 1L, 0L),
            tuple("replace", 0L, 1L, 1L, 0L),
            tuple("invoke", 0L, 1L, 1L, 0L),
            tuple("remove", 1L, 1L, 0L, 1L),
            tuple("expiry", 2L, 0L, 0L, 2L));
  }

  @Test
  void entries_afterTheSteps_haveReadableKeysInRedis() {
    Collection<String> entries =
        report.keys().keySet().stream().filter(it -> it.startsWith("{countries}:")).toList();

    assertThat(entries)
        .containsExactly(
            "{countries}:BR",
            "{countries}:CH",
            "{countries}:FJ",
            "{countries}:IS",
            "{countries}:JP",
            "{countries}:NZ");
    assertThat(entries).allSatisfy(it -> assertThat(report.keys().get(it)).isPositive());
  }

  @Test
  void experiments_measured_equalExpected() {
    assertThat(report.experiments())
        .extracting(Experiment::name, Experiment::counted, Experiment::measured)
        .containsExactly(
            tuple("negative caching", "DB reads", 2L),
            tuple("write-through", "DB reads", 0L),
            tuple("write-behind", "DB writes", 1L),
            tuple("read-through", "DB reads", 1L),
            tuple("single flight", "loads", 1L),
            tuple("early refresh", "reads that waited", 0L),
            tuple("periodic refresh", "reads that waited", 0L),
            tuple("joined misses", "loads", 1L),
            tuple("load budget", "loads at a time", 3L),
            tuple("jitter", "keys in 230-300 s", 10_000L),
            tuple("clear", "keys removed", 10_000L),
            tuple("tags", "keys removed", 100L),
            tuple("transactions", "values stored", 4L),
            tuple("loader results", "values confirmed", 4L),
            tuple("warm-up", "DB reads by get()", 0L),
            tuple("hot keys", "DB reads by get()", 0L),
            tuple("verification", "entries repaired", 2L));
    assertThat(report.experiments())
        .allSatisfy(it -> assertThat(it.measured()).as(it.name()).isEqualTo(it.expected()));
  }

  @Test
  void earlyRefresh_duringThreeExpiryTimes_refreshesSeveralTimes() {
    assertThat(detail("early refresh"))
        .matches("refreshed ([3-9]|\\d\\d) times in the background, .*");
  }

  @Test
  void writeBehind_flushed_hasWrittenTheLastUpdate() {
    assertThat(detail("write-behind")).endsWith("Fiji 100");
  }

  @Test
  void jitter_ofManyKeys_spreadsThemOverAllRanges() {
    List<String> bars = detail("jitter").lines().skip(1).toList();

    assertThat(bars).hasSize(12).allSatisfy(bar -> assertThat(bar).contains("####"));
  }

  @Test
  void transaction_whileCallersFill_leavesNoOlderValue() {
    assertThat(detail("transactions")).isEqualTo("older names in the cache: 0");
  }

  @Test
  void warmUp_ofAllCountries_loadsThemInBatches() {
    int rows = report.countries() - 1; // a step has removed one

    assertThat(detail("warm-up"))
        .isEqualTo("%d countries loaded by %d DB reads, absent: 1".formatted(rows, rows / 100 + 1));
  }

  @Test
  void hotKeys_afterClear_knowTheKeyThatWasReadMost() {
    assertThat(detail("hot keys")).isEqualTo("hottest key: PT");
  }

  @Test
  void verification_rowsChangedBySql_areTheStaleReads() {
    assertThat(detail("verification")).isEqualTo("2 of 8 reads were stale for 200 ms or longer");
  }

  private static String detail(String experiment) {
    return report.experiments().stream()
        .filter(it -> it.name().equals(experiment))
        .findFirst()
        .orElseThrow()
        .detail();
  }

  @Test
  void text_ofTheReport_hasStepsKeysAndExperiments() {
    assertThat(report.text())
        .contains("getAll", "DB reads", "{countries}!generation", "single flight");
  }
}
