package dev.corral.jcache.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.RBucket;
import org.redisson.client.codec.ByteArrayCodec;

/** Keys that threads of two JVMs, each with locks of its own, want at the same time. */
class RedisKeyLocksTest {

  /** Far less than the lease by which an abandoned lock would end, and be renewed by its JVM. */
  private static final Duration SOON = Duration.ofSeconds(3);

  private final QueueUnderTest cache = new QueueUnderTest();
  private final RedisKeyLocks<String> locks = locks(Duration.ofSeconds(20));

  private final RedisKeyLocks<String> theirs = locks(Duration.ofSeconds(20));

  private final ExecutorService threads = Executors.newCachedThreadPool();

  private RedisKeyLocks<String> locks(Duration patience) {
    return new RedisKeyLocks<>(cache.redis, cache.names, cache.codec, "c", patience);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    locks.close();
    theirs.close();
  }

  private boolean isHeld() {
    return cache.redis.await("c", "test", cache.redis.count(cache.names.lock("k"))) > 0;
  }

  @Test
  void whileHolding_keyIsFree_actionGetsWhatWasSeen() {
    boolean held =
        locks.whileHolding(
            "k",
            () -> "seen",
            (seen, hold) -> {
              assertThat(seen).isEqualTo("seen");
              return isHeld();
            });
    assertThat(held).isTrue();
    await().atMost(SOON).until(() -> !isHeld());
  }

  @Test
  void whileHolding_lookFails_keyIsFreeAgain() {
    for (Throwable failure : List.of(new IllegalStateException("look"), new LinkageError("look"))) {
      assertThatThrownBy(
              () ->
                  locks.whileHolding(
                      "k",
                      () -> {
                        throw sneaky(failure);
                      },
                      (seen, hold) -> "never"))
          .isSameAs(failure);
      await().atMost(SOON).until(() -> !isHeld());
    }
  }

  private static RuntimeException sneaky(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  @Test
  void whileHolding_keyIsHeldByAnother_waitsAndSaysThatNothingWasSeen() throws Exception {
    CountDownLatch holding = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () ->
                locks.whileHolding(
                    List.of("k"),
                    () -> {
                      holding.countDown();
                      try {
                        release.await();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                      return "done";
                    }),
            threads);
    holding.await();
    CountDownLatch tried = new CountDownLatch(1);
    CompletableFuture<Boolean> nothingSeen =
        CompletableFuture.supplyAsync(
            () -> theirs.whileHolding("k", () -> afterTheTry(tried), (seen, hold) -> seen == null),
            threads);
    tried.await();
    assertThat(nothingSeen).isNotDone();
    release.countDown();
    other.join();
    assertThat(nothingSeen.get()).isTrue();
    await().atMost(SOON).until(() -> !isHeld());
  }

  /** Redis answers these later than the try to take the key, which left before. */
  private String afterTheTry(CountDownLatch tried) {
    for (int i = 0; i < 20; i++) {
      assertThat(isHeld()).isTrue();
    }
    tried.countDown();
    return "old";
  }

  @Test
  void whileHolding_manyThreadsOfTwoJvms_oneAtATime() throws Exception {
    List<String> keys = List.of("a", "b", "c");
    ConcurrentMap<String, String> holders = new ConcurrentHashMap<>();
    AtomicInteger overlaps = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      RedisKeyLocks<String> own = i % 2 == 0 ? locks : theirs;
      int number = i;
      all.add(
          threads.submit(
              () -> {
                for (int round = 0; round < 30; round++) {
                  List<String> wanted = new ArrayList<>(keys);
                  Collections.shuffle(wanted, new Random(31L * number + round));
                  List<String> some = wanted.subList(0, 1 + round % 3);
                  Supplier<Integer> action =
                      () -> {
                        for (String key : some) {
                          if (holders.putIfAbsent(key, "held") != null) {
                            overlaps.incrementAndGet();
                          }
                        }
                        assertThat(cache.redis.client().getKeys().count()).isPositive();
                        some.forEach(holders::remove);
                        return done.incrementAndGet();
                      };
                  if (some.size() == 1) {
                    own.whileHolding(some.get(0), () -> "seen", (seen, hold) -> action.get());
                  } else {
                    own.whileHolding(some, action);
                  }
                }
              }));
    }
    for (Future<?> one : all) {
      one.get();
    }
    assertThat(done).hasValue(240);
    assertThat(overlaps).hasValue(0);
  }

  /** Its threads hand the key over to each other, so that it is hardly ever free. */
  @Test
  void whileHolding_anotherJvmAlwaysWantsIt_hasItsTurn() throws Exception {
    int turns = 20;
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger held = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(
          threads.submit(
              () -> {
                while (!enough.get()) {
                  theirs.whileHolding("k", () -> 1, (seen, hold) -> sleepAndCount(held));
                }
              }));
    }
    int meanwhile = 0;
    for (int turn = 0; turn < turns; turn++) {
      int before = held.get();
      await().until(() -> held.get() > before);
      meanwhile -= held.get();
      meanwhile += locks.whileHolding(List.of("k"), held::get);
    }
    enough.set(true);
    for (Future<?> one : all) {
      one.get();
    }
    assertThat(meanwhile).isLessThan(8 * turns);
  }

  private static int sleepAndCount(AtomicInteger held) {
    try {
      TimeUnit.MILLISECONDS.sleep(3);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return held.incrementAndGet();
  }

  @Test
  void whileHolding_withinTheSame_hasTheKeyAlready() {
    int result =
        locks.whileHolding(
            List.of("k", "other"),
            () -> {
              int inner = locks.whileHolding("k", () -> 1, (seen, hold) -> seen == null ? 0 : seen);
              assertThat(isHeld()).isTrue();
              return inner;
            });
    assertThat(result).isEqualTo(1);
    await().atMost(SOON).until(() -> !isHeld());
  }

  @Test
  void whileHolding_heldForTooLong_fails() throws Exception {
    RedisKeyLocks<String> impatient = locks(Duration.ofMillis(100));
    locks.whileHolding(
        List.of("k"),
        () -> {
          assertThatThrownBy(() -> impatient.whileHolding(List.of("a", "k"), () -> "never"))
              .isInstanceOf(CacheException.class)
              .hasMessageContaining("a key was held by another");
          assertThatThrownBy(() -> impatient.whileHolding("k", () -> 1, (seen, hold) -> "never"))
              .isInstanceOf(CacheException.class);
          assertThat(isHeld()).isTrue();
          return "done";
        });
    assertThat(impatient.whileHolding(List.of("a", "k"), () -> "had")).isEqualTo("had");
  }

  @Test
  void whileHolding_interrupted_givesUp() throws Exception {
    locks.whileHolding(
        List.of("k"),
        () -> {
          Thread.currentThread().interrupt();
          assertThatThrownBy(() -> theirs.whileHolding(List.of("k"), () -> "never"))
              .isInstanceOf(CacheException.class)
              .hasMessageContaining("interrupted");
          assertThat(Thread.interrupted()).isTrue();
          return "done";
        });
    assertThat(theirs.whileHolding(List.of("k"), () -> "had")).isEqualTo("had");
  }

  @Test
  void renew_heldForLong_standsForTheWholeTimeAgain() {
    locks.whileHolding(
        List.of("k"),
        () -> {
          RBucket<byte[]> lock =
              cache.redis.client().getBucket(cache.names.lock("k"), ByteArrayCodec.INSTANCE);
          assertThat(lock.expire(Duration.ofSeconds(2))).isTrue();
          theirs.renew();
          assertThat(lock.remainTimeToLive()).isLessThan(2_001);
          locks.renew();
          await().atMost(SOON).until(() -> lock.remainTimeToLive() > 5_000);
          return "done";
        });
  }

  /** Its own JVM does not take it over either, so nobody waits for the end of the lease. */
  @Test
  void releaseIsLost_whoWaitsHasItAsSoonAsItsJvmWantsItAgain() {
    LockCalls ours = new LockCalls(cache.redis, cache.names);
    LockCalls others = new LockCalls(cache.redis, cache.names);
    assertThat(ours.take("k", 1).join()).isTrue();
    assertThat(others.take("k", 1).join()).isFalse();
    await().atMost(SOON).until(() -> !ours.take("k", 2).join());
    assertThat(others.take("k", 2).join()).isTrue();
  }

  @Test
  void whatComesLateOfAnEarlierHold_doesNothing() {
    LockCalls ours = new LockCalls(cache.redis, cache.names);
    LockCalls others = new LockCalls(cache.redis, cache.names);
    assertThat(ours.take("k", 1).join()).isTrue();
    assertThat(ours.take("k", 2).join()).isTrue();
    assertThat(ours.release("k", 1).join()).isFalse();
    assertThat(ours.renew("k", 1).join()).isFalse();
    assertThat(ours.take("k", 1).join()).isFalse();
    assertThat(others.take("k", 3).join()).isFalse();
    assertThat(others.release("k", 2).join()).isFalse();
    assertThat(ours.renew("k", 2).join()).isTrue();
    assertThat(ours.release("k", 2).join()).isTrue();
    assertThat(others.take("k", 3).join()).isTrue();
    assertThat(ours.take("k", 4).join()).isFalse();
  }
}
