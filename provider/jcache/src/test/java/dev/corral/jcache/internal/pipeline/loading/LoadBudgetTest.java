package dev.corral.jcache.internal.pipeline.loading;

import static dev.corral.jcache.internal.pipeline.loading.LoadBudget.backgroundLoads;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.LoadOptions.Budget;
import dev.corral.jcache.LoadOptions.BudgetScope;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What loads in the background leave of the load budget to readers. */
class LoadBudgetTest {

  @Test
  void backgroundLoads_callsAtATime_areHalfOfThemAtMost() {
    assertThat(backgroundLoads(Budget.NONE, 4)).isEqualTo(4);
    assertThat(backgroundLoads(budget(1, 0), 4)).isEqualTo(1);
    assertThat(backgroundLoads(budget(5, 0), 4)).isEqualTo(2);
    assertThat(backgroundLoads(budget(100, 0), 4)).isEqualTo(4);
  }

  @Test
  void backgroundLoads_callsPerSecond_areAQuarterOfThemAtMost() {
    assertThat(backgroundLoads(budget(0, 2), 16)).isEqualTo(1);
    assertThat(backgroundLoads(budget(0, 20), 16)).isEqualTo(5);
    assertThat(backgroundLoads(budget(6, 20), 16)).isEqualTo(3);
    assertThat(backgroundLoads(budget(0, 1_000), 16)).isEqualTo(16);
  }

  private static Budget budget(int maxLoads, int perSecond) {
    return new Budget(maxLoads, perSecond, BudgetScope.JVM, Duration.ofSeconds(1));
  }
}
