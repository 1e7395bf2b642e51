package dev.corral.jcache.internal.store.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import dev.corral.jcache.internal.store.QueueUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.redisson.api.RBucket;
import org.redisson.client.codec.ByteArrayCodec;

/** Load locks as two JVMs see them. */
class RedisLoadLocksTest {

  private static final Duration SOON = Duration.ofSeconds(3);

  private final QueueUnderTest cache = new QueueUnderTest();
  private final RedisLoadLocks<String> locks = locks();
  private final RedisLoadLocks<String> theirs = locks();

  private RedisLoadLocks<String> locks() {
    return new RedisLoadLocks<>(cache.context, cache.codec, cache.releases);
  }

  @Test
  void acquire_anotherJvmHasTheLock_waitsUntilItIsReleased() {
    Runnable release = locks.acquire("k", Duration.ZERO).orElseThrow();
    assertThat(theirs.acquire("k", Duration.ZERO)).isEmpty();
    assertThat(theirs.acquire("k", Duration.ofMillis(50))).isEmpty();
    var waiting = CompletableFuture.supplyAsync(() -> theirs.acquire("k", SOON));
    release.run();
    waiting.join().orElseThrow().run();
    await().atMost(SOON).until(() -> !isHeld("k"));
  }

  @Test
  void acquireFree_someAreHeld_acquiresTheOthers() {
    Runnable release = theirs.acquire("b", Duration.ZERO).orElseThrow();
    Map<String, Runnable> acquired = locks.acquireFree(List.of("a", "b", "c"));
    assertThat(acquired).containsOnlyKeys("a", "c");
    acquired.values().forEach(Runnable::run);
    release.run();
    await().atMost(SOON).until(() -> !isHeld("a") && !isHeld("b") && !isHeld("c"));
  }

  /** A change lets a second load of the key begin in this JVM while the first one runs. */
  @Test
  void acquire_twiceInOneJvm_theLaterOneHasTheLock() {
    Runnable first = locks.acquire("k", Duration.ZERO).orElseThrow();
    Runnable second = locks.acquire("k", Duration.ZERO).orElseThrow();
    first.run();
    assertThat(theirs.acquire("k", Duration.ofMillis(100))).isEmpty();
    second.run();
    assertThat(theirs.acquire("k", SOON)).isPresent();
  }

  @Test
  void renew_lockIsHeld_restoresTheFullLease() {
    Runnable release = locks.acquire("k", Duration.ZERO).orElseThrow();
    RBucket<byte[]> lock =
        RedisUnderTest.client().getBucket(cache.keys.loadLock("k"), ByteArrayCodec.INSTANCE);
    assertThat(lock.expire(Duration.ofSeconds(2))).isTrue();
    theirs.renew();
    assertThat(lock.remainTimeToLive()).isLessThan(2_001);
    locks.renew();
    await().atMost(SOON).until(() -> lock.remainTimeToLive() > 5_000);
    release.run();
  }

  private boolean isHeld(String key) {
    return cache.redis.await("c", "test", cache.redis.count(cache.keys.loadLock(key))) > 0;
  }
}
