package dev.corral.jcache.internal.pipeline.hot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The counters of the most frequent keys. */
class SpaceSavingTest {

  @Test
  void age_countersOfKeysThatAreNoLongerRead_areDropped() {
    SpaceSaving<String> counters = new SpaceSaving<>(10);
    for (int i = 0; i < 100; i++) {
      counters.add("hot");
    }
    for (int i = 0; i < 5; i++) {
      counters.add("cold " + i);
    }

    counters.age(0.001);

    assertThat(counters.top(10)).extracting(it -> it.key()).containsExactly("hot");
    counters.add("new");
    counters.add("new");
    assertThat(counters.top(10)).extracting(it -> it.key()).containsExactly("new", "hot");
    counters.age(0);
    assertThat(counters.top(10)).isEmpty();
  }

  private static final int COUNTERS = 100;

  private static List<String> top(SpaceSaving<String> counters, int keys) {
    return counters.top(keys).stream().map(it -> it.key()).toList();
  }

  @Test
  void add_fewKeys_countsAreExact() {
    SpaceSaving<String> counters = new SpaceSaving<>(3);
    List.of("a", "b", "a", "c", "b", "a").forEach(counters::add);

    assertThat(counters.top(9).stream().map(it -> it.key() + it.atLeast()))
        .containsExactly("a3.0", "b2.0", "c1.0");
    counters.add("d");
    assertThat(counters.top(9).stream().map(it -> it.key() + it.atLeast()))
        .containsExactly("a3.0", "b2.0", "d1.0");
  }

  @Test
  void add_skewedKeys_boundsOfThePaperHold() {
    SpaceSaving<String> counters = new SpaceSaving<>(COUNTERS);
    Map<String, Integer> exact = new HashMap<>();
    Random random = new Random(7);
    int additions = 200_000;
    for (int i = 0; i < additions; i++) {
      String key = "k" + (int) Math.pow(50_000, random.nextDouble()); // log-uniform
      exact.merge(key, 1, Integer::sum);
      counters.add(key);
    }

    assertThat(counters.top(COUNTERS))
        .hasSize(COUNTERS)
        .allSatisfy(
            it -> {
              int count = exact.getOrDefault(it.key(), 0);
              assertThat(it.atLeast()).isLessThanOrEqualTo(count);
              assertThat(count - it.atLeast()).isLessThanOrEqualTo(additions / (double) COUNTERS);
            });
    List<String> frequent =
        exact.entrySet().stream()
            .filter(it -> it.getValue() > additions / COUNTERS)
            .map(Map.Entry::getKey)
            .toList();
    assertThat(frequent).isNotEmpty();
    assertThat(top(counters, COUNTERS)).containsAll(frequent);
    assertThat(top(counters, 5)).containsExactly("k1", "k2", "k3", "k4", "k5");
  }

  @Test
  void age_earlierAdditions_weighLess() {
    SpaceSaving<String> counters = new SpaceSaving<>(2);
    for (int i = 0; i < 10; i++) {
      counters.add("old");
    }
    counters.age(0.1);
    counters.add("new");
    counters.add("new");

    assertThat(top(counters, 2)).containsExactly("new", "old");
    counters.add("third");
    assertThat(top(counters, 2)).contains("new", "third");
  }
}
