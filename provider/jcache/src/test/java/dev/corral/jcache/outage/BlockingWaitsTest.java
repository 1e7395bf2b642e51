package dev.corral.jcache.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.outage.TwoJvms.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Calls that wait for another thread or JVM while Redis becomes unavailable: the wait ends soon
 * after the circuit breaker has opened. The waits are those of the table in docs/outage.md.
 */
class BlockingWaitsTest {

  /**
   * The breaker opens after a command and then a probe have timed out, hence after 2 s; the rest is
   * for the checks of the waiting threads, and for a busy machine.
   */
  private static final Duration OPENING_AND_CHECKS = Duration.ofMillis(2_500);

  /** Long after a call has begun to wait. */
  private static final long SETTLED_MILLIS = 200;

  private final TwoJvms jvms = new TwoJvms();
  private final Gate gate = new Gate(2);
  private final Gate localGate = new Gate(1);

  @AfterEach
  void close() {
    gate.open();
    localGate.open();
    jvms.close();
  }

  private static void sleep(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Another JVM loads the key "load", and runs a processor of the key "invoke". */
  private void holdInAnotherJvm() {
    jvms.rows.gate = gate;
    List<CompletableFuture<@Nullable Exception>> holding =
        List.of(
            jvms.start(() -> jvms.direct.get("load")),
            jvms.start(() -> TwoJvms.increment(jvms.direct, "invoke", gate)));
    gate.awaitReached();
    assertThat(holding).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void waits_redisBecomesSilent_endSoonAfterTheBreakerHasOpened() {
    holdInAnotherJvm();
    jvms.remote.put("k", 1);
    var local = jvms.start(() -> TwoJvms.increment(jvms.remote, "local", localGate));
    localGate.awaitReached();
    List<CompletableFuture<@Nullable Exception>> reads = new ArrayList<>();
    for (int i = 0; i < 3; i++) { // one waits for the lock, the others for this one
      reads.add(jvms.start(() -> assertThat(jvms.remote.get("load")).isZero()));
    }
    List<CompletableFuture<@Nullable Exception>> failing = new ArrayList<>();
    failing.add(jvms.start(() -> TwoJvms.increment(jvms.remote, "invoke", Gate.OPEN)));
    failing.add(jvms.start(() -> TwoJvms.increment(jvms.remote, "local", Gate.OPEN)));
    var put = jvms.start(() -> jvms.remote.put("invoke", 7));
    sleep(SETTLED_MILLIS);
    assertThat(reads).noneMatch(CompletableFuture::isDone);
    assertThat(failing).noneMatch(CompletableFuture::isDone);
    assertThat(put).isNotDone();

    jvms.relay.silence();
    long start = System.nanoTime();
    failing.add(jvms.start(() -> assertThat(jvms.remote.iterator().hasNext()).isTrue()));
    var clear = jvms.start(jvms.remote::clear);

    assertThat(reads).allMatch(it -> it.join() == null);
    assertThat(failing).allMatch(it -> it.join() instanceof CacheException);
    assertThat(put.join()).isNull();
    assertThat(clear.join()).isNull();
    assertThat(TwoJvms.since(start)).isLessThan(OPENING_AND_CHECKS);
    assertThat(local).isNotDone(); // it runs user code
    localGate.open();
    assertThat(local.join()).isInstanceOf(CacheException.class);

    start = System.nanoTime();
    jvms.remote.close();
    assertThat(TwoJvms.since(start)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void waits_connectionsBreak_endSoon() {
    holdInAnotherJvm();
    var read = jvms.start(() -> jvms.remote.get("load"));
    var invoke = jvms.start(() -> TwoJvms.increment(jvms.remote, "invoke", Gate.OPEN));
    sleep(SETTLED_MILLIS);
    jvms.relay.cut();
    long start = System.nanoTime();
    assertThat(read.join()).isNull();
    assertThat(invoke.join()).isInstanceOf(CacheException.class);
    assertThat(TwoJvms.since(start)).isLessThan(OPENING_AND_CHECKS);
  }

  /** One thread of a JVM waits for a lock, and asks Redis at most every 16 to 32 ms. */
  @Test
  void get_twoHundredThreadsWaitForALoad_sendFewCommandsWithNamesUnderThePrefix() {
    holdInAnotherJvm();
    List<CompletableFuture<@Nullable Exception>> waiting = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      waiting.add(jvms.start(() -> jvms.remote.get("load")));
    }
    sleep(2 * SETTLED_MILLIS);
    jvms.remote.clear();
    assertThat(names("KEYS", "*")).isNotEmpty().allMatch(it -> it.startsWith("{two}"));
    assertThat(names("PUBSUB", "CHANNELS", "*")).allMatch(it -> it.startsWith("{two}"));
    jvms.redis.raw().call("CONFIG", "RESETSTAT");
    sleep(500);
    assertThat(jvms.redis.raw().calls("evalsha")).isBetween(5L, 60L);
    gate.open();
    assertThat(waiting).allMatch(it -> it.join() == null);
    assertThat(jvms.remoteRows.loads.get()).isLessThan(2);
  }

  private List<String> names(Object... command) {
    return ((List<?>) jvms.redis.raw().call(command))
        .stream().map(String::valueOf).filter(it -> !it.endsWith("!clock")).toList();
  }
}
