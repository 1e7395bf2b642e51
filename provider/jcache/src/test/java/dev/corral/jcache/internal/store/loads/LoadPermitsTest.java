package dev.corral.jcache.internal.store.loads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.LoadOptions.Budget;
import dev.corral.jcache.LoadOptions.BudgetScope;
import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import dev.corral.jcache.internal.store.QueueUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.client.codec.StringCodec;

/** The load budget of one JVM, and that of two JVMs. */
class LoadPermitsTest {

  private static final Duration SOON = Duration.ofSeconds(3);

  private final QueueUnderTest cache = new QueueUnderTest();

  private LoadPermits permits(BudgetScope scope, int loads, int perSecond) {
    Budget budget = new Budget(loads, perSecond, scope, SOON);
    return scope == BudgetScope.JVM
        ? new JvmLoadPermits(budget)
        : new RedisLoadPermits(cache.context, budget, cache.releases);
  }

  @ParameterizedTest
  @EnumSource
  void take_allPermitsAreTaken_waitsForOne(BudgetScope scope) throws Exception {
    LoadPermits permits = permits(scope, 2, 0);
    Runnable first = permits.take(Duration.ZERO).orElseThrow();
    Runnable second = permits.take(Duration.ZERO).orElseThrow();

    assertThat(permits.take(Duration.ZERO)).isEmpty();
    assertThat(permits.take(Duration.ofMillis(50))).isEmpty();
    var waiting = CompletableFuture.supplyAsync(() -> take(permits));
    first.run();
    waiting.get(3, TimeUnit.SECONDS).run();
    second.run();
    await().atMost(SOON).until(() -> permits.take(Duration.ZERO).isPresent());
  }

  private static Runnable take(LoadPermits permits) {
    try {
      return permits.take(SOON).orElseThrow();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void take_rate_beginsAtEqualDistances(BudgetScope scope) throws Exception {
    LoadPermits permits = permits(scope, 0, 100);
    long start = System.nanoTime();
    List<Runnable> taken = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      taken.add(permits.take(SOON).orElseThrow());
    }

    assertThat(System.nanoTime() - start).isGreaterThan(Duration.ofMillis(190).toNanos());
    assertThat(permits.take(Duration.ZERO)).as("beyond the rate, without a wait").isEmpty();
    taken.forEach(Runnable::run);
  }

  @Test
  void take_anotherJvm_sharesTheBudgetOfTheCluster() throws Exception {
    LoadPermits permits = permits(BudgetScope.CLUSTER, 1, 0);
    LoadPermits theirs = permits(BudgetScope.CLUSTER, 1, 0);

    Runnable end = permits.take(Duration.ZERO).orElseThrow();

    assertThat(theirs.take(Duration.ZERO)).isEmpty();
    end.run();
    await().atMost(SOON).until(() -> theirs.take(Duration.ZERO).isPresent());
  }

  @Test
  void renew_permitIsHeld_restoresItsTime() throws Exception {
    RedisLoadPermits permits = (RedisLoadPermits) permits(BudgetScope.CLUSTER, 1, 0);
    assertThat(permits.take(Duration.ZERO)).isPresent();
    var stored =
        RedisUnderTest.client()
            .<String>getScoredSortedSet(cache.keys.loadPermits(), StringCodec.INSTANCE);
    String token = stored.first();
    double expires = stored.firstScore();
    stored.add(expires - 8_000, token);

    permits.renew();

    await().atMost(SOON).until(() -> stored.firstScore() >= expires);
  }

  @Test
  void take_permitOfADeadJvm_isFreeAfterItsTime() throws Exception {
    LoadPermits permits = permits(BudgetScope.CLUSTER, 1, 0);
    assertThat(permits.take(Duration.ZERO)).isPresent();
    var stored =
        RedisUnderTest.client()
            .<String>getScoredSortedSet(cache.keys.loadPermits(), StringCodec.INSTANCE);
    assertThat(permits.take(Duration.ZERO)).isEmpty();

    stored.add(stored.firstScore() - 60_000, stored.first());

    assertThat(permits.take(Duration.ZERO)).isPresent();
    assertThat(stored.size()).isEqualTo(1);
  }

  @Test
  void take_redisRefuses_keepsTheLimitsAlone() throws Exception {
    LoadPermits permits = permits(BudgetScope.CLUSTER, 1, 0);
    RedisUnderTest.client().getBucket(cache.keys.loadPermits(), StringCodec.INSTANCE).set("text");

    Runnable end = permits.take(Duration.ZERO).orElseThrow();

    assertThat(permits.take(Duration.ZERO)).isEmpty();
    end.run();
    assertThat(permits.take(Duration.ZERO)).isPresent();
  }
}
