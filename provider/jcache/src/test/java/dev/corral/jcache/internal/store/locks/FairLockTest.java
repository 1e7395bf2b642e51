package dev.corral.jcache.internal.store.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The order of the threads that want a local lock, and the ends of their waits. */
class FairLockTest {

  private static final Duration SOON = Duration.ofSeconds(5);

  private final FairLock lock = new FairLock();
  private final List<Thread> threads = new ArrayList<>();

  private static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }

  private boolean lock(Duration timeout, Runnable check) {
    try {
      return lock.lock(in(timeout), check);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Thread start(Runnable work) {
    Thread thread = new Thread(work);
    threads.add(thread);
    thread.start();
    return thread;
  }

  private void joinAll() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join(SOON.toMillis());
      assertThat(thread.isAlive()).isFalse();
    }
  }

  @Test
  void lock_threadsWait_getItInTheirOrder() throws Exception {
    List<Integer> order = new CopyOnWriteArrayList<>();
    assertThat(lock(SOON, () -> {})).isTrue();
    for (int i = 0; i < 5; i++) {
      int number = i;
      Thread waiting =
          start(
              () -> {
                assertThat(lock(SOON, () -> {})).isTrue();
                order.add(number);
                lock.unlock();
              });
      await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
    }
    TimeUnit.MILLISECONDS.sleep(200); // each of them makes its check a few times
    lock.unlock();
    joinAll();
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void lock_sameThread_isNestedUntilItsLastRelease() throws Exception {
    assertThat(lock(SOON, () -> {})).isTrue();
    assertThat(lock.isNested()).isFalse();
    assertThat(lock(SOON, () -> {})).isTrue();
    assertThat(lock.isNested()).isTrue();
    AtomicBoolean acquired = new AtomicBoolean();
    start(
        () -> {
          acquired.set(lock(SOON, () -> {}));
          lock.unlock();
        });
    lock.unlock();
    TimeUnit.MILLISECONDS.sleep(50);
    assertThat(acquired).isFalse();
    lock.unlock();
    joinAll();
    assertThat(acquired).isTrue();
  }

  @Test
  void lock_checkFailsOrTimeIsOver_yieldsToTheNextThread() throws Exception {
    CountDownLatch ended = new CountDownLatch(2);
    AtomicBoolean unavailable = new AtomicBoolean();
    assertThat(lock(SOON, () -> {})).isTrue();
    start(
        () -> {
          assertThat(lock(Duration.ofMillis(100), () -> {})).isFalse();
          ended.countDown();
        });
    start(
        () -> {
          assertThatThrownBy(() -> lock(SOON, () -> failIf(unavailable)))
              .isInstanceOf(UnsupportedOperationException.class);
          ended.countDown();
        });
    AtomicBoolean acquired = new AtomicBoolean();
    start(() -> acquired.set(lock(SOON, () -> {})));
    unavailable.set(true);
    assertThat(ended.await(2, TimeUnit.SECONDS)).isTrue();
    lock.unlock();
    joinAll();
    assertThat(acquired).isTrue();
  }

  private static void failIf(AtomicBoolean condition) {
    if (condition.get()) {
      throw new UnsupportedOperationException("test");
    }
  }

  @Test
  void lock_manyThreads_oneAtATime() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger rounds = new AtomicInteger();
    for (int i = 0; i < 8; i++) {
      start(
          () -> {
            for (int round = 0; round < 200; round++) {
              assertThat(lock(SOON, () -> {})).isTrue();
              most.accumulateAndGet(inside.incrementAndGet(), Math::max);
              rounds.incrementAndGet();
              inside.decrementAndGet();
              lock.unlock();
            }
          });
    }
    joinAll();
    assertThat(most).hasValue(1);
    assertThat(rounds).hasValue(1_600);
  }
}
