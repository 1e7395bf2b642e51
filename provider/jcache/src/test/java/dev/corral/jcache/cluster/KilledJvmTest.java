package dev.corral.jcache.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.internal.redis.ChildJvm;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The locks and subscriptions of a JVM that was killed with SIGKILL end by themselves: locks 10
 * seconds after the last renewal, subscriptions 30 seconds. So this test takes 30 seconds.
 */
@Tag("baseline-jdk")
class KilledJvmTest {

  private static final Duration LOCK = Duration.ofSeconds(10);
  private static final Duration LEASE = Duration.ofSeconds(30);

  @Test
  void killed_withLockAndSubscription_bothEndWithTheirLeases() {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<String, String> locked = redis.cache("locked", String.class, String.class);
      Cache<String, String> observed = redis.cache("observed", String.class, String.class);
      ChildJvm holder = redis.worker("hold", "locked");
      ChildJvm listener = redis.worker("listen", "observed");
      holder.await("holding");
      listener.await("ready");
      redis.raw().call("CONFIG", "RESETSTAT");
      observed.put("k", "1");
      assertThat(redis.raw().calls("publish")).isEqualTo(1);

      holder.kill();
      listener.kill();
      long killed = System.nanoTime();

      locked.put("held", "put needs no lock");
      assertThat(locked.get("held")).isEqualTo("put needs no lock");
      assertThat(sinceMillis(killed)).isLessThan(2_000);
      CompletableFuture<String> next =
          CompletableFuture.supplyAsync(
              () -> locked.invoke("held", (entry, none) -> entry.getValue()));
      assertThat(next).succeedsWithin(LOCK.plusSeconds(5)).isEqualTo("put needs no lock");
      System.out.printf("the lock of a killed JVM was free after %,d ms%n", sinceMillis(killed));

      await()
          .atMost(LEASE)
          .until(() -> redis.raw().number("EXISTS", "{observed}!subscriptions") == 0);
      redis.raw().call("CONFIG", "RESETSTAT");
      observed.put("k", "2");
      observed.remove("k");
      assertThat(redis.raw().calls("publish")).isZero();
    }
  }

  private static long sinceMillis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }
}
