package dev.corral.jcache.internal.redis.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.internal.redis.client.SharedRedis;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.redisson.api.RScript;
import org.redisson.api.options.OptionalOptions;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;

/** Tests the fixture itself, and scripts without retries during an outage. */
final class RedisUnderTestTest {

  @Test
  void client_calledTwice_returnsTheSameClient() {
    assertThat(RedisUnderTest.client()).isSameAs(RedisUnderTest.client());
    RedisUnderTest.client().getBucket("fixture").set(new byte[] {7});
    try (SharedRedis shared = SharedRedis.open(RedisUnderTest.settings())) {
      assertThat(shared.client()).isSameAs(RedisUnderTest.client());
    }
  }

  @Test
  void freeze_scriptWithoutRetries_timesOutAndRunsOnce() {
    try (RedisUnderTest server = RedisUnderTest.ownServer();
        SharedRedis shared = SharedRedis.open(server.ownSettings())) {
      RScript script = withoutRetries(shared);
      increment(script);
      server.freeze();
      long start = System.nanoTime();
      assertThatThrownBy(() -> increment(script)).isInstanceOf(RedisException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      server.thaw();
      assertThat(increment(script)).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void stop_scriptWithoutRetries_failsWithinItsTimeout() {
    try (RedisUnderTest server = RedisUnderTest.ownServer();
        SharedRedis shared = SharedRedis.open(server.ownSettings())) {
      RScript script = withoutRetries(shared);
      increment(script);
      server.stop();
      long start = System.nanoTime();
      assertThatThrownBy(() -> increment(script)).isInstanceOf(RedisException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      server.restart();
      await().ignoreExceptions().until(() -> increment(script) > 0);
    }
  }

  /** A broken connection does not fail a command in flight; only its timeout does. */
  private static RScript withoutRetries(SharedRedis shared) {
    OptionalOptions options =
        OptionalOptions.defaults()
            .codec(StringCodec.INSTANCE)
            .retryAttempts(0)
            .timeout(Duration.ofMillis(300));
    return shared.client().getScript(options);
  }

  private static long increment(RScript script) {
    Long count =
        script.eval(
            RScript.Mode.READ_WRITE,
            "return redis.call('INCR', KEYS[1])",
            RScript.ReturnType.LONG,
            List.of("counter"));
    return count;
  }
}
