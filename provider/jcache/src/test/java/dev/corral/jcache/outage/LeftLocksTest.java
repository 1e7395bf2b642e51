package dev.corral.jcache.outage;

import static dev.corral.jcache.outage.TwoJvms.TIMEOUT_PLUS_ONE_SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.outage.TwoJvms.Gate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a JVM holds in Redis while its connections break, and cannot release: it does so as soon as
 * Redis answers again, so other JVMs need not wait until it expires.
 */
class LeftLocksTest {

  private final TwoJvms jvms = new TwoJvms();
  private final Gate gate = new Gate(4);

  @AfterEach
  void close() {
    gate.open();
    jvms.close();
  }

  /** Without the release of the write fence, no load of its key would be stored for a minute. */
  @Test
  void locksAndFences_wereLeftByACutJvm_areReleasedByItsRecovery() {
    jvms.direct.put("refused", 1);
    jvms.remoteRows.refused = "refused";
    jvms.remoteRows.gate = gate;
    var held =
        List.of(
            jvms.start(() -> TwoJvms.increment(jvms.remote, "invoke", gate)),
            jvms.start(() -> jvms.remote.put("put", 1)),
            jvms.start(() -> jvms.remote.get("get")),
            jvms.start(() -> jvms.remote.replace("refused", 2)));
    gate.awaitReached();
    jvms.relay.cut();
    jvms.awaitRemoteOutage();
    gate.open();
    held.forEach(it -> it.join());
    assertThat(left("{two}!lock:invoke", "{two}!lock:put", "{two}!load:get")).isEqualTo(3);
    assertThat(left("{two}!writing:refused")).isEqualTo(1);

    jvms.relay.restore();
    long start = System.nanoTime();
    var wanted =
        List.of(
            jvms.start(() -> TwoJvms.increment(jvms.direct, "invoke", Gate.OPEN)),
            jvms.start(() -> jvms.direct.put("put", 2)),
            jvms.start(() -> jvms.direct.get("get")));

    assertThat(wanted).allMatch(it -> it.join() == null);
    assertThat(TwoJvms.since(start)).isLessThan(TIMEOUT_PLUS_ONE_SECOND);
    assertThat(jvms.direct.get("put")).isEqualTo(2);
    await()
        .atMost(TIMEOUT_PLUS_ONE_SECOND)
        .until(() -> left("{two}!writing:refused", "{two}!lock:refused") == 0);
  }

  private long left(String... keys) {
    Object[] command = new Object[keys.length + 1];
    command[0] = "EXISTS";
    System.arraycopy(keys, 0, command, 1, keys.length);
    return jvms.redis.raw().number(command);
  }
}
