package dev.corral.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.ChangeIntent;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the tool shows of a key that transactions are about to change. */
class IntentsTest {

  @Test
  @SuppressWarnings("unchecked")
  void explain_keyWithTwoIntents_showsThemAndNoDamage() throws InterruptedException {
    try (TestRedis redis = TestRedis.start()) {
      CorralCache<Long, String> orders =
          redis
              .manager("?key-prefix=shop:")
              .createCache("orders", CorralConfiguration.builder(Long.class, String.class).build())
              .unwrap(CorralCache.class);
      orders.recordIntent(Set.of(42L), Duration.ofSeconds(1)).close();
      ChangeIntent first = orders.recordIntent(Set.of(42L), Duration.ofMinutes(1));
      ChangeIntent second = orders.recordIntent(Set.of(42L), Duration.ofMinutes(1));

      TimeUnit.MILLISECONDS.sleep(1_050); // the closed one has ended, and is still in the set

      Run run = Run.of("explain", "orders", "42", "--uri", redis.uri(), "--prefix", "shop:");

      assertThat(run.out() + run.err())
          .containsPattern("intents of transactions, and writers +2, ends in ")
          .doesNotContain("WRONGTYPE");
      first.confirm();
      second.withdraw();
      assertThat(Run.of("explain", "orders", "42", "--uri", redis.uri(), "--prefix", "shop:").out())
          .doesNotContain("intents");
    }
  }
}
