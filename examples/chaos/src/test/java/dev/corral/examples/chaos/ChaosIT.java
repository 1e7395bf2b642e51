package dev.corral.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A short run of the suite on all topologies, with another seed each time. {@code
 * -Dchaos.duration=5m} is the time of all together; the default is 5 minutes if the environment
 * variable {@code CI} is {@code true}, and 40 seconds otherwise.
 */
class ChaosIT {

  @Test
  void run_allTopologies_findsNoViolation() {
    Chaos chaos = new Chaos(ChaosOptions.DEFAULTS.withDuration(duration()), System.out);

    Optional<List<Violation>> violations = chaos.run();

    assumeTrue(violations.isPresent(), "no redis-server in CORRAL_TEST_REDIS_SERVER or the PATH");
    assertThat(violations.get().stream().map(Violation::report)).isEmpty();
    assertThat(ProcessHandle.current().children()).isEmpty();
  }

  private static Duration duration() {
    String property = System.getProperty("chaos.duration", "");
    if (!property.isBlank()) {
      return ChaosOptions.duration(property);
    }
    return "true".equals(System.getenv("CI")) ? Duration.ofMinutes(5) : Duration.ofSeconds(40);
  }
}
