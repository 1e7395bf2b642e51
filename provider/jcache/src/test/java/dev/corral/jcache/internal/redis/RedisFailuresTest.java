package dev.corral.jcache.internal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.redisson.client.RedisClusterDownException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisNoReplicasException;
import org.redisson.client.RedisOutOfMemoryException;
import org.redisson.client.RedisReadonlyException;
import org.redisson.client.RedisResponseTimeoutException;
import org.redisson.client.RedisTryAgainException;

class RedisFailuresTest {

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new RedisOutOfMemoryException("command not allowed"), Accepts.REMOVALS),
        Arguments.of(new RedisException("OOM command not allowed. channel: x"), Accepts.REMOVALS),
        Arguments.of(
            new RedisException("ERR Error running script: @user_script: 3: -OOM command not"),
            Accepts.REMOVALS),
        Arguments.of(new RedisTryAgainException("TRYAGAIN Multiple keys"), Accepts.REMOVALS),
        Arguments.of(new RedisReadonlyException("READONLY You can't write"), Accepts.READS),
        Arguments.of(new RedisNoReplicasException("NOREPLICAS Not enough"), Accepts.READS),
        Arguments.of(new RedisException("MISCONF Redis is configured to"), Accepts.READS),
        Arguments.of(new RedisException("ERR script: -READONLY You can't"), Accepts.READS),
        Arguments.of(new RedisResponseTimeoutException("no reply"), Accepts.NOTHING),
        Arguments.of(new RedisClusterDownException("CLUSTERDOWN"), Accepts.NOTHING),
        Arguments.of(new RedisException("LOADING Redis is loading"), Accepts.NOTHING),
        Arguments.of(new CompletionException(new IOException("reset")), Accepts.NOTHING),
        Arguments.of(new FailedCommand("k", new RedisReadonlyException("READONLY")), Accepts.READS),
        Arguments.of(new RedisUnavailableException("known", null, Accepts.READS), Accepts.READS),
        Arguments.of(new RedisException("NOPERM this user has no permissions"), Accepts.EVERYTHING),
        Arguments.of(new RedisException("WRONGTYPE Operation against"), Accepts.EVERYTHING));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void accepted_failure_isWhatTheServerStillAccepts(Throwable failure, Accepts accepts) {
    assertThat(RedisFailures.accepted(failure)).isEqualTo(accepts);
    assertThat(RedisFailures.isUnavailability(failure)).isEqualTo(accepts != Accepts.EVERYTHING);
  }
}
