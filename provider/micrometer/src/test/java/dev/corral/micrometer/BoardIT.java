package dev.corral.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.VerifyOptions;
import dev.corral.jcache.WriteBehindOptions;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The queries of the Grafana board and of the alert rules, and the table of meters in the
 * documentation, against the meters of real caches as Prometheus scrapes them.
 */
class BoardIT {

  private static final Path DOCS = Path.of("../../docs");
  private static final Pattern METRIC = Pattern.compile("\\b(?:cache|corral)_[a-z_]+[a-z]\\b");
  private static final Pattern SELECTION =
      Pattern.compile("\\b((?:cache|corral)_[a-z_]+[a-z])\\{([^}]*)}");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|=)\"([^\"]*)\"");
  private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on) \\(([^)]*)\\)");
  private static final Pattern SAMPLE = Pattern.compile("^(\\w+)(?:\\{([^}]*)})? (\\S+)$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
  private static final Pattern METER_ROW =
      Pattern.compile("^\\| `([a-z.]+)` \\|", Pattern.MULTILINE);

  private static final Caches CACHES = new Caches();
  private static final PrometheusMeterRegistry REGISTRY =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** The labels of each name of a sample, with their values. */
  private static final Map<String, Map<String, Set<String>>> SAMPLES = new HashMap<>();

  @BeforeAll
  static void scrape() {
    CACHES.cache(
        "loaded",
        Caches.loading(Caches.loader())
            .nearCache(NearCacheOptions.ofEntries(100))
            .verify(VerifyOptions.ofSample(0.001))
            .build());
    CACHES.cache(
        "queued", Caches.writing(Caches.writer()).writeBehind(WriteBehindOptions.DEFAULTS).build());
    new CorralManagerMetrics(CACHES.manager(), Tags.empty()).bindTo(REGISTRY);
    for (String line : REGISTRY.scrape().split("\n", -1)) {
      Matcher sample = SAMPLE.matcher(line);
      if (sample.matches()) {
        Map<String, Set<String>> labels =
            SAMPLES.computeIfAbsent(sample.group(1), it -> new HashMap<>());
        String text = sample.group(2) == null ? "" : sample.group(2);
        LABEL
            .matcher(text)
            .results()
            .forEach(
                it -> labels.computeIfAbsent(it.group(1), key -> new HashSet<>()).add(it.group(2)));
      }
    }
  }

  @AfterAll
  static void close() {
    CACHES.close();
  }

  private static List<String> boardQueries() throws IOException {
    JsonNode board =
        new ObjectMapper().readTree(DOCS.resolve("operate/grafana-dashboard.json").toFile());
    List<String> queries = new ArrayList<>(board.findValuesAsText("expr"));
    queries.addAll(board.findValuesAsText("definition"));
    return queries;
  }

  private static List<String> alertQueries() throws IOException {
    List<String> queries = new ArrayList<>();
    List<String> lines = Files.readAllLines(DOCS.resolve("operate/alerts.yml"));
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.equals("expr: >-")) {
        StringBuilder folded = new StringBuilder();
        while (!lines.get(i + 1).strip().matches("(for|labels|annotations):.*")) {
          folded.append(lines.get(++i).strip()).append(' ');
        }
        queries.add(folded.toString());
      } else if (line.startsWith("expr: ")) {
        queries.add(line.substring("expr: ".length()));
      }
    }
    return queries;
  }

  private static void assertQueriesMatchTheMeters(List<String> queries) {
    for (String query : queries) {
      Set<String> labelsOfQuery = new HashSet<>();
      for (MatchResult metric : METRIC.matcher(query).results().toList()) {
        assertThat(SAMPLES).as(query).containsKey(metric.group());
        labelsOfQuery.addAll(SAMPLES.get(metric.group()).keySet());
      }
      for (MatchResult selection : SELECTION.matcher(query).results().toList()) {
        Map<String, Set<String>> labels = SAMPLES.get(selection.group(1));
        for (MatchResult matcher : MATCHER.matcher(selection.group(2)).results().toList()) {
          assertThat(labels).as(query).containsKey(matcher.group(1));
          if (matcher.group(2).equals("=")) {
            assertThat(labels.get(matcher.group(1))).as(query).contains(matcher.group(3));
          }
        }
      }
      for (MatchResult grouping : GROUPING.matcher(query).results().toList()) {
        assertThat(labelsOfQuery).as(query).contains(grouping.group(1).split(", *"));
      }
    }
  }

  @Test
  void board_allQueries_useMetersAndTagsThatExist() throws IOException {
    assertThat(boardQueries()).hasSizeGreaterThan(20);
    assertQueriesMatchTheMeters(boardQueries());
  }

  @Test
  void alerts_allRules_useMetersAndTagsThatExist() throws IOException {
    long rules =
        Files.readAllLines(DOCS.resolve("operate/alerts.yml")).stream()
            .filter(line -> line.strip().startsWith("- alert:"))
            .count();
    assertThat(alertQueries()).hasSize((int) rules).hasSizeGreaterThan(8);
    assertQueriesMatchTheMeters(alertQueries());
  }

  @Test
  void documentation_tableOfMeters_hasAllMeters() throws IOException {
    Set<String> meters =
        REGISTRY.getMeters().stream()
            .map(Meter::getId)
            .map(Meter.Id::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    String page = Files.readString(DOCS.resolve("observability.md"));
    String section =
        page.substring(page.indexOf("## Meters"), page.indexOf("## Observations and spans"));
    Set<String> documented =
        METER_ROW
            .matcher(section)
            .results()
            .map(it -> it.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented).isEqualTo(meters);
  }
}
