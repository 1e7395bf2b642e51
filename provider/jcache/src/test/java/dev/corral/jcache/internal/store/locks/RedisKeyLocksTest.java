package dev.corral.jcache.internal.store.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import dev.corral.jcache.internal.store.EntryCommands;
import dev.corral.jcache.internal.store.EntryLabeler;
import dev.corral.jcache.internal.store.EntryReads;
import dev.corral.jcache.internal.store.EntryStore;
import dev.corral.jcache.internal.store.HeldLock;
import dev.corral.jcache.internal.store.QueueUnderTest;
import dev.corral.jcache.internal.store.RedisEntryStore;
import dev.corral.jcache.internal.store.StoreOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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
import javax.cache.expiry.EternalExpiryPolicy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.RBucket;
import org.redisson.api.RMap;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;

/** Threads of two JVMs, each with key locks of its own, lock the same keys at the same time. */
class RedisKeyLocksTest {

  /** Far shorter than the lease, at whose end Redis frees an abandoned lock. */
  private static final Duration SOON = Duration.ofSeconds(3);

  private final QueueUnderTest cache = new QueueUnderTest();
  private final EntryCommands commands =
      new EntryCommands(cache.context, "jvm", StoreOptions.PLAIN, cache.clocks, cache.releases);
  private final EntryReads<String, String> reads =
      new EntryReads<>(cache.context, cache.codec, cache.failures, cache.clock, () -> false);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final EntryStore<String, String> store =
      new RedisEntryStore<>(
          commands,
          reads,
          cache.codec,
          new Expiry(new EternalExpiryPolicy()),
          EntryLabeler.none("queue"));
  private final RedisKeyLocks<String, String> locks = locks(Duration.ofSeconds(20));
  private final RedisKeyLocks<String, String> theirs = locks(Duration.ofSeconds(20));

  private RedisKeyLocks<String, String> locks(Duration timeout) {
    return new RedisKeyLocks<>(cache.context, cache.codec, reads, cache.releases, timeout);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    List.of(locks, theirs).forEach(RedisKeyLocks::close);
  }

  private boolean isHeld() {
    return cache.redis.await("c", "test", cache.redis.count(cache.keys.lock("k"))) > 0;
  }

  /** Commits a value as an entry processor does. */
  private Optional<Outcome<String>> commit(Snapshot<String> seen, String value, HeldLock lock) {
    return store.applyIfUnchanged(
        "k", EntryOperation.processed(Then.PUT, value, false, null), seen, lock);
  }

  @Test
  void whileHolding_keyIsFree_passesTheEntryToTheAction() {
    assertThat(locks.<Boolean>whileHolding("k", (seen, lock) -> seen.isLive())).isFalse();
    store.apply("k", EntryOperation.put("v"));
    boolean held =
        locks.whileHolding(
            "k",
            (seen, lock) -> {
              assertThat(seen.value()).isEqualTo("v");
              return isHeld();
            });
    assertThat(held).isTrue();
    await().atMost(SOON).until(() -> !isHeld());
  }

  @Test
  void whileHolding_commitWithTheLock_releasesTheKeyAtOnce() {
    locks.<Boolean>whileHolding(
        "k",
        (seen, lock) -> {
          assertThat(commit(Snapshot.live("other", new byte[1]), "mistaken", lock)).isEmpty();
          assertThat(isHeld()).isTrue();
          assertThat(commit(seen, "ours", lock)).isPresent();
          assertThat(isHeld()).isFalse();
          return theirs.<Boolean>whileHolding(
              "k",
              (after, later) -> {
                assertThat(after.value()).isEqualTo("ours");
                assertThat(commit(after, "theirs", HeldLock.NOT_RELEASED_BY_COMMIT)).isPresent();
                return isHeld();
              });
        });
    assertThat(reads.observe("k").value()).isEqualTo("theirs");
    await().atMost(SOON).until(() -> !isHeld());
  }

  /** The first lease ends before the commit, which must not release the second lock. */
  @Test
  void whileHolding_lockIsLost_commitKeepsTheNextLock() {
    boolean stillHeld =
        locks.whileHolding(
            "k",
            (seen, lock) -> {
              cache.redis.await("c", "test", cache.redis.unlink(cache.keys.lock("k")));
              return theirs.whileHolding(
                  "k",
                  (same, other) -> {
                    assertThat(commit(seen, "ours", lock)).isPresent();
                    return isHeld();
                  });
            });
    assertThat(stillHeld).isTrue();
  }

  /** The lock is released a second time, when another thread already holds the key. */
  @Test
  void whileHolding_replyOfTheCommitIsLost_keepsTheNextLock() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Boolean> next =
        locks.whileHolding(
            "k",
            (seen, lock) -> {
              assertThat(commit(seen, "ours", withoutReply(lock))).isPresent();
              CountDownLatch holding = new CountDownLatch(1);
              CompletableFuture<Boolean> other =
                  CompletableFuture.supplyAsync(
                      () -> theirs.whileHolding("k", (same, its) -> waitFor(holding, release)),
                      threads);
              awaitQuietly(holding);
              return other;
            });
    locks.close(); // waits for pending releases
    assertThat(owner()).isNotNull();
    release.countDown();
    assertThat(next.get()).isTrue();
    await().atMost(SOON).until(() -> !isHeld());
  }

  private static HeldLock withoutReply(HeldLock lock) {
    return new HeldLock() {
      @Override
      public String token() {
        return lock.token();
      }

      @Override
      public void released() {}
    };
  }

  /** Returns whether the key is still locked after the wait. */
  private boolean waitFor(CountDownLatch holding, CountDownLatch release) {
    holding.countDown();
    awaitQuietly(release);
    return owner() != null;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whileHolding_actionFails_releasesTheKey() {
    for (Throwable failure : List.of(new IllegalStateException("test"), new LinkageError("test"))) {
      assertThatThrownBy(
              () ->
                  locks.whileHolding(
                      "k",
                      (seen, lock) -> {
                        throw sneaky(failure);
                      }))
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
  void whileHolding_keyIsHeldByAnotherJvm_waitsAndSeesItsValue() throws Exception {
    CountDownLatch holding = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () ->
                locks.whileHolding(
                    List.of("k"),
                    () -> {
                      holding.countDown();
                      awaitQuietly(release);
                      return store.apply("k", EntryOperation.put("left"));
                    }),
            threads);
    holding.await();
    CompletableFuture<String> next =
        CompletableFuture.supplyAsync(
            () -> theirs.whileHolding("k", (seen, lock) -> String.valueOf(seen.value())), threads);
    await().atMost(SOON).until(this::hasWaiter);
    assertThat(next).isNotDone();
    release.countDown();
    other.join();
    assertThat(next.get()).isEqualTo("left");
    await().atMost(SOON).until(() -> !isHeld());
  }

  private boolean hasWaiter() {
    return lock().containsKey("waiter");
  }

  private @Nullable String owner() {
    return lock().get("owner");
  }

  private RMap<String, String> lock() {
    return RedisUnderTest.client().getMap(cache.keys.lock("k"), StringCodec.INSTANCE);
  }

  @Test
  void whileHolding_manyThreadsOfTwoJvms_runsOneActionAtATime() throws Exception {
    List<String> keys = List.of("a", "b", "c");
    ConcurrentMap<String, String> holders = new ConcurrentHashMap<>();
    AtomicInteger overlaps = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      RedisKeyLocks<String, String> own = i % 2 == 0 ? locks : theirs;
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
                        assertThat(RedisUnderTest.client().getKeys().count()).isPositive();
                        some.forEach(holders::remove);
                        return done.incrementAndGet();
                      };
                  if (some.size() == 1) {
                    own.whileHolding(some.get(0), (seen, lock) -> action.get());
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

  /** The threads of the other JVM lock the key in turn, so it is rarely free. */
  @Test
  void whileHolding_anotherJvmAlwaysWantsTheKey_getsItsTurn() throws Exception {
    int turns = 20;
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger held = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(
          threads.submit(
              () -> {
                while (!enough.get()) {
                  theirs.whileHolding("k", (seen, lock) -> sleepAndCount(held));
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
  void whileHolding_nested_reusesTheLock() {
    String result =
        locks.whileHolding(
            List.of("k", "other"),
            () -> {
              locks.whileHolding("k", (seen, lock) -> commit(seen, "inner", lock));
              assertThat(isHeld()).isTrue();
              return locks.whileHolding("k", (seen, lock) -> String.valueOf(seen.value()));
            });
    assertThat(result).isEqualTo("inner");
    await().atMost(SOON).until(() -> !isHeld());
  }

  @Test
  void whileHolding_heldForLongerThanTheTimeout_fails() throws Exception {
    RedisKeyLocks<String, String> impatient = locks(Duration.ofMillis(100));
    locks.whileHolding(
        List.of("k"),
        () -> {
          assertThatThrownBy(() -> impatient.whileHolding(List.of("a", "k"), () -> "never"))
              .isInstanceOf(CacheException.class)
              .hasMessageContaining("held the lock of a key for more than");
          assertThatThrownBy(() -> impatient.whileHolding("k", (seen, lock) -> "never"))
              .isInstanceOf(CacheException.class);
          assertThat(isHeld()).isTrue();
          return "done";
        });
    assertThat(impatient.whileHolding(List.of("a", "k"), () -> "had")).isEqualTo("had");
  }

  @Test
  void whileHolding_interrupted_fails() throws Exception {
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
  void renew_lockIsHeld_restoresTheFullLease() {
    locks.whileHolding(
        List.of("k"),
        () -> {
          RBucket<byte[]> lock =
              RedisUnderTest.client().getBucket(cache.keys.lock("k"), ByteArrayCodec.INSTANCE);
          assertThat(lock.expire(Duration.ofSeconds(2))).isTrue();
          theirs.renew();
          assertThat(lock.remainTimeToLive()).isLessThan(2_001);
          locks.renew();
          await().atMost(SOON).until(() -> lock.remainTimeToLive() > 5_000);
          return "done";
        });
  }
}
