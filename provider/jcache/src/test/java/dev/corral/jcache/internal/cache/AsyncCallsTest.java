package dev.corral.jcache.internal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.internal.pipeline.statistics.CacheStatistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;

/** Asynchronous operations that wait, run, are canceled or refused, and whose cache is closed. */
class AsyncCallsTest {

  private static final Duration SHORT = Duration.ofMillis(50);

  private final List<Runnable> waiting = new ArrayList<>();
  private final AtomicInteger executed = new AtomicInteger();

  private static AsyncCalls<String, String> calls(Executor threads) {
    var near = new NearReads<String, String>(null, new CacheStatistics(false));
    return new AsyncCalls<>("c", near, threads, SHORT);
  }

  private static void inThread(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }

  @Test
  void cancel_operationThatWaits_doesNotRun() {
    CompletableFuture<Integer> future = calls(waiting::add).start(executed::incrementAndGet);
    assertThat(future.cancel(false)).isTrue();
    waiting.forEach(Runnable::run);
    assertThat(executed).hasValue(0);
    assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
  }

  @Test
  void start_refusedByTheThreads_failsTheFuture() {
    RejectedExecutionException full = new RejectedExecutionException();
    CompletableFuture<Integer> future =
        calls(
                task -> {
                  throw full;
                })
            .start(executed::incrementAndGet);
    assertThatThrownBy(future::join)
        .cause()
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("'c'", "too many")
        .hasCause(full);
  }

  @Test
  void start_operationThrowsAnError_failsTheFutureWithIt() {
    AssertionError error = new AssertionError();
    CompletableFuture<Integer> future =
        calls(Runnable::run)
            .start(
                () -> {
                  throw error;
                });
    assertThat(future.handle((result, failure) -> failure).join()).isSameAs(error);
  }

  @Test
  void close_operationsThatWait_failAndDoNotRun() {
    AsyncCalls<String, String> calls = calls(waiting::add);
    CompletableFuture<Integer> before = calls.start(executed::incrementAndGet);
    calls.close();
    CompletableFuture<Integer> after = calls.start(executed::incrementAndGet);
    assertThat(List.of(before, after))
        .allSatisfy(
            it ->
                assertThatThrownBy(it::join)
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'c' is closed"));
    waiting.forEach(Runnable::run);
    assertThat(executed).hasValue(0);
  }

  @Test
  void close_operationThatRuns_isAwaited() {
    AsyncCalls<String, String> calls = calls(AsyncCallsTest::inThread);
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Integer> future =
        calls.start(
            () -> {
              begun.countDown();
              sleep(SHORT.toMillis() / 2);
              return executed.incrementAndGet();
            });
    await(begun);
    calls.close();
    assertThat(executed).hasValue(1);
    assertThat(future.join()).isEqualTo(1);
  }

  @Test
  void close_operationThatHangs_failsItsFutureAndInterruptsItsThread() {
    AsyncCalls<String, String> calls = calls(AsyncCallsTest::inThread);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CompletableFuture<Boolean> future =
        calls.start(
            () -> {
              begun.countDown();
              try {
                TimeUnit.SECONDS.sleep(30);
                return false;
              } catch (InterruptedException e) {
                interrupted.countDown();
                return true;
              }
            });
    await(begun);
    calls.close();
    assertThatThrownBy(future::join)
        .cause()
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("'c'", "closed while", "may have been executed");
    await(interrupted);
  }

  /** A loader may close its cache, and so may a stage that depends on an operation. */
  @Test
  void close_byAnOperationAndByADependentStage_doesNotWaitForItself() {
    AtomicBoolean closedInTime = new AtomicBoolean();
    AsyncCalls<String, String> first = calls(AsyncCallsTest::inThread);
    CompletableFuture<Integer> future =
        first.start(
            () -> {
              long start = System.nanoTime();
              first.close();
              closedInTime.set(System.nanoTime() - start < SHORT.toNanos());
              return executed.incrementAndGet();
            });
    assertThat(future.join()).isEqualTo(1);
    assertThat(closedInTime).isTrue();

    AsyncCalls<String, String> second = calls(AsyncCallsTest::inThread);
    CountDownLatch stageAdded = new CountDownLatch(1);
    CompletableFuture<Boolean> stage =
        second
            .start(
                () -> {
                  await(stageAdded);
                  return 1;
                })
            .thenApply(
                one -> {
                  Thread.currentThread().interrupt(); // close would end its wait at once
                  second.close();
                  return Thread.interrupted();
                });
    stageAdded.countDown();
    assertThat(stage.join()).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void sleep(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
