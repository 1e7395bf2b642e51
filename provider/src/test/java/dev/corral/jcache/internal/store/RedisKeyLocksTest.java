package dev.corral.jcache.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A key that is taken while its entry is looked at. */
class RedisKeyLocksTest {

  /** Far less than the lease by which an abandoned lock would end, and be renewed by its JVM. */
  private static final Duration SOON = Duration.ofSeconds(3);

  private final QueueUnderTest cache = new QueueUnderTest();
  private final RedisKeyLocks<String> locks =
      new RedisKeyLocks<>(cache.redis, cache.names, cache.codec, "c", Duration.ofSeconds(20));

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    threads.shutdownNow();
    locks.close();
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
            seen -> {
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
                      seen -> "never"))
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
            () -> locks.whileHolding("k", () -> afterTheTry(tried), seen -> seen == null), threads);
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
}
