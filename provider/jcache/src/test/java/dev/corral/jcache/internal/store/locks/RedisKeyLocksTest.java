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
import dev.corral.jcache.internal.store.CacheClearer;
import dev.corral.jcache.internal.store.EntryCommands;
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

/** Keys that threads of two JVMs, each with locks of its own, want at the same time. */
class RedisKeyLocksTest {

  /** Far less than the lease by which an abandoned lock would end, and be renewed by its JVM. */
  private static final Duration SOON = Duration.ofSeconds(3);

  private final QueueUnderTest cache = new QueueUnderTest();
  private final EntryCommands commands =
      new EntryCommands(cache.context, "jvm", StoreOptions.PLAIN, cache.clock);
  private final EntryReads<String, String> reads =
      new EntryReads<>(cache.context, cache.codec, commands, cache.clock, () -> false);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final EntryStore<String, String> store =
      new RedisEntryStore<>(
          commands,
          reads,
          cache.codec,
          new Expiry(new EternalExpiryPolicy()),
          new CacheClearer(cache.context, threads));
  private final RedisKeyLocks<String, String> locks = locks(Duration.ofSeconds(20));
  private final RedisKeyLocks<String, String> theirs = locks(Duration.ofSeconds(20));

  private RedisKeyLocks<String, String> locks(Duration patience) {
    return new RedisKeyLocks<>(cache.context, cache.codec, reads, patience);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    List.of(locks, theirs).forEach(RedisKeyLocks::close);
  }

  private boolean isHeld() {
    return cache.redis.await("c", "test", cache.redis.count(cache.names.lock("k"))) > 0;
  }

  /** What a processor leaves behind. */
  private Optional<Outcome<String>> commit(Snapshot<String> seen, String value, HeldLock hold) {
    return store.applyIfUnchanged(
        "k", EntryOperation.processed(Then.PUT, value, false, null), seen, hold);
  }

  @Test
  void whileHolding_keyIsFree_actionGetsTheEntry() {
    assertThat(locks.<Boolean>whileHolding("k", (seen, hold) -> seen.isLive())).isFalse();
    store.apply("k", EntryOperation.put("v"));
    boolean held =
        locks.whileHolding(
            "k",
            (seen, hold) -> {
              assertThat(seen.value()).isEqualTo("v");
              return isHeld();
            });
    assertThat(held).isTrue();
    await().atMost(SOON).until(() -> !isHeld());
  }

  @Test
  void whileHolding_commitEndsTheHold_keyIsFreeAtOnce() {
    locks.<Boolean>whileHolding(
        "k",
        (seen, hold) -> {
          assertThat(commit(Snapshot.live("other", new byte[1]), "mistaken", hold)).isEmpty();
          assertThat(isHeld()).isTrue();
          assertThat(commit(seen, "ours", hold)).isPresent();
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

  /** The lease of the first ended before its commit, which leaves that of the second alone. */
  @Test
  void whileHolding_holdIsLost_commitEndsNoOther() {
    boolean stillHeld =
        locks.whileHolding(
            "k",
            (seen, hold) -> {
              cache.redis.await("c", "test", cache.redis.unlink(cache.names.lock("k")));
              return theirs.whileHolding(
                  "k",
                  (same, other) -> {
                    assertThat(commit(seen, "ours", hold)).isPresent();
                    return isHeld();
                  });
            });
    assertThat(stillHeld).isTrue();
  }

  /** It is released once more, when another has the key already. */
  @Test
  void whileHolding_replyOfTheCommitIsLost_leavesTheNextHoldAlone() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Boolean> next =
        locks.whileHolding(
            "k",
            (seen, hold) -> {
              assertThat(commit(seen, "ours", unheardOf(hold))).isPresent();
              CountDownLatch holding = new CountDownLatch(1);
              CompletableFuture<Boolean> other =
                  CompletableFuture.supplyAsync(
                      () -> theirs.whileHolding("k", (same, its) -> waitFor(holding, release)),
                      threads);
              awaitQuietly(holding);
              return other;
            });
    locks.close(); // waits for what is released
    assertThat(owner()).isNotNull();
    release.countDown();
    assertThat(next.get()).isTrue();
    await().atMost(SOON).until(() -> !isHeld());
  }

  private static HeldLock unheardOf(HeldLock hold) {
    return new HeldLock() {
      @Override
      public String token() {
        return hold.token();
      }

      @Override
      public void released() {}
    };
  }

  /** Whether the key is held to the end. */
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
  void whileHolding_actionFails_keyIsFreeAgain() {
    for (Throwable failure : List.of(new IllegalStateException("test"), new LinkageError("test"))) {
      assertThatThrownBy(
              () ->
                  locks.whileHolding(
                      "k",
                      (seen, hold) -> {
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
  void whileHolding_keyIsHeldByAnother_waitsAndSeesWhatThatOneLeft() throws Exception {
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
            () -> theirs.whileHolding("k", (seen, hold) -> String.valueOf(seen.value())), threads);
    await().atMost(SOON).until(this::isWaitedFor);
    assertThat(next).isNotDone();
    release.countDown();
    other.join();
    assertThat(next.get()).isEqualTo("left");
    await().atMost(SOON).until(() -> !isHeld());
  }

  private boolean isWaitedFor() {
    return lock().containsKey("waiter");
  }

  private @Nullable String owner() {
    return lock().get("owner");
  }

  private RMap<String, String> lock() {
    return RedisUnderTest.client().getMap(cache.names.lock("k"), StringCodec.INSTANCE);
  }

  @Test
  void whileHolding_manyThreadsOfTwoJvms_oneAtATime() throws Exception {
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
                    own.whileHolding(some.get(0), (seen, hold) -> action.get());
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
                  theirs.whileHolding("k", (seen, hold) -> sleepAndCount(held));
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
    String result =
        locks.whileHolding(
            List.of("k", "other"),
            () -> {
              locks.whileHolding("k", (seen, hold) -> commit(seen, "inner", hold));
              assertThat(isHeld()).isTrue();
              return locks.whileHolding("k", (seen, hold) -> String.valueOf(seen.value()));
            });
    assertThat(result).isEqualTo("inner");
    await().atMost(SOON).until(() -> !isHeld());
  }

  @Test
  void whileHolding_heldForTooLong_fails() throws Exception {
    RedisKeyLocks<String, String> impatient = locks(Duration.ofMillis(100));
    locks.whileHolding(
        List.of("k"),
        () -> {
          assertThatThrownBy(() -> impatient.whileHolding(List.of("a", "k"), () -> "never"))
              .isInstanceOf(CacheException.class)
              .hasMessageContaining("held the lock of a key for more than");
          assertThatThrownBy(() -> impatient.whileHolding("k", (seen, hold) -> "never"))
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
              RedisUnderTest.client().getBucket(cache.names.lock("k"), ByteArrayCodec.INSTANCE);
          assertThat(lock.expire(Duration.ofSeconds(2))).isTrue();
          theirs.renew();
          assertThat(lock.remainTimeToLive()).isLessThan(2_001);
          locks.renew();
          await().atMost(SOON).until(() -> lock.remainTimeToLive() > 5_000);
          return "done";
        });
  }
}
