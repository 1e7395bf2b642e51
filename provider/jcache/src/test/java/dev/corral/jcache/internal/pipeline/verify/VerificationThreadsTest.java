package dev.corral.jcache.internal.pipeline.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The threads of verifications: how many run, and what happens without a thread or at the end. */
class VerificationThreadsTest {

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

  @AfterEach
  void stop() {
    executor.shutdownNow();
    timer.shutdownNow();
  }

  @Test
  void run_noThreadCanBeStarted_doesNotFailAndRunsLater() {
    AtomicBoolean fails = new AtomicBoolean(true);
    AtomicInteger done = new AtomicInteger();
    VerificationThreads threads =
        new VerificationThreads(
            work -> {
              if (fails.get()) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              executor.execute(work);
            },
            timer,
            4);

    threads.run(done::incrementAndGet);
    assertThat(done).hasValue(0);
    fails.set(false);
    threads.run(done::incrementAndGet);

    await().until(() -> done.get() == 2);
  }

  @Test
  void run_manySteps_fewAtATime() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    CountDownLatch goesOn = new CountDownLatch(1);
    VerificationThreads threads = new VerificationThreads(executor, timer, 4);
    for (int i = 0; i < 50; i++) {
      threads.run(
          () -> {
            running.incrementAndGet();
            awaitLatch(goesOn);
            done.incrementAndGet();
          });
    }
    await().until(() -> running.get() == 4);
    goesOn.countDown();
    await().until(() -> done.get() == 50);
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void run_stepLeavesAnInterrupt_isNotSeenByTheNextOne() {
    AtomicInteger interrupted = new AtomicInteger(-1);
    VerificationThreads threads = new VerificationThreads(executor, timer, 4);
    CountDownLatch isQueued = new CountDownLatch(1);
    for (int i = 0; i < 4; i++) {
      threads.run(
          () -> {
            awaitLatch(isQueued);
            Thread.currentThread().interrupt();
          });
    }
    threads.run(() -> interrupted.set(Thread.currentThread().isInterrupted() ? 1 : 0));
    isQueued.countDown();

    await().until(() -> interrupted.get() == 0);
  }

  @Test
  void close_stepThatIsDueLater_isNeitherRunNorKept() {
    AtomicInteger done = new AtomicInteger();
    VerificationThreads threads = new VerificationThreads(executor, timer, 4);
    threads.runAfter(Duration.ofMillis(50), done::incrementAndGet);
    assertThat(threads.close(Duration.ofSeconds(1))).isTrue();
    threads.runAfter(Duration.ofMillis(1), done::incrementAndGet);
    threads.run(done::incrementAndGet);

    await().until(() -> timer.getQueue().isEmpty());
    assertThat(done).hasValue(0);
  }

  @Test
  void close_byAStep_doesNotWaitForIt() throws Exception {
    VerificationThreads threads = new VerificationThreads(executor, timer, 4);
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    threads.run(() -> closed.complete(threads.close(Duration.ofMinutes(1))));

    assertThat(closed.get(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void close_stepThatHangs_waitsNoLongerThanTheTime() {
    CountDownLatch goesOn = new CountDownLatch(1);
    CountDownLatch isRunning = new CountDownLatch(1);
    VerificationThreads threads = new VerificationThreads(executor, timer, 4);
    threads.run(
        () -> {
          isRunning.countDown();
          awaitLatch(goesOn);
        });
    awaitLatch(isRunning);

    assertThat(threads.close(Duration.ofMillis(50))).isFalse();
    goesOn.countDown();
    assertThat(threads.close(Duration.ofSeconds(5))).isTrue();
  }
}
