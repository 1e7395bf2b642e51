package dev.corral.jcache.internal.pipeline.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlyRefreshTest {

  private static final int READS = 10_000;

  /** Five standard deviations of a binomial distribution are the bounds. */
  @ParameterizedTest
  @CsvSource({
    "0, 200, 1", "50, 200, 1", "200, 200, 1", "400, 200, 1", "1000, 200, 1",
    "100, 50, 1", "100, 50, 2", "100, 50, 0.5", "300, 1000, 0.25", "1500, 300, 4"
  })
  void isDue_someTimeLeft_hasTheProbabilityOfTheFormula(long left, long load, double beta) {
    Random random = new Random(42);
    EarlyRefresh early = new EarlyRefresh(beta, random::nextDouble);

    int due = 0;
    for (int i = 0; i < READS; i++) {
      due += early.isDue(left, load) ? 1 : 0;
    }

    double expected = Math.exp(-left / (beta * load));
    double seen = due / (double) READS;
    double bound = 5 * Math.sqrt(Math.max(expected * (1 - expected), 1e-4) / READS);
    System.out.printf(
        "XFetch, %d ms left, δ %d ms, β %.2f: exp(−t/βδ) = %.4f, seen %.4f%n",
        left, load, beta, expected, seen);
    assertThat(seen).isCloseTo(expected, within(bound));
  }

  @Test
  void isDue_offOrNeverLoaded_isNever() {
    assertThat(new EarlyRefresh(0, () -> 1 - 1e-16).isDue(1, 1_000)).isFalse();
    assertThat(new EarlyRefresh(1, () -> 1 - 1e-16).isDue(1, 0)).isFalse();
  }
}
