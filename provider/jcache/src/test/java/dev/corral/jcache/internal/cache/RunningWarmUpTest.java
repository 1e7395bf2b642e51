package dev.corral.jcache.internal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.WarmUp.Progress;
import dev.corral.jcache.WarmUp.State;
import dev.corral.jcache.WarmUpOptions;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The course of a warm-up whose keys, loads or threads fail. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RunningWarmUpTest {

  private static final WarmUpOptions TEN = WarmUpOptions.DEFAULTS.withBatchSize(10);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Cache cache = new Cache();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** What a cache does with a batch. */
  private static final class Cache implements WarmUpBatch.Loads<Integer> {

    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger outages = new AtomicInteger();
    volatile boolean away;
    volatile Step step = (keys, call) -> stored(keys.size());

    interface Step {
      BulkOperations.Loads load(List<Integer> keys, int call);
    }

    @Override
    public BulkOperations.Loads load(List<Integer> keys, boolean replace, Runnable beforeLoad) {
      if (away) {
        throw new RedisUnavailableException("away", null);
      }
      beforeLoad.run();
      return step.load(keys, calls.incrementAndGet());
    }

    @Override
    public boolean isAvailable() {
      return !away;
    }

    @Override
    public long outages() {
      return outages.get();
    }
  }

  private static BulkOperations.Loads stored(int keys) {
    return new BulkOperations.Loads(keys, 0, 0, 0);
  }

  /** A batch whose values were not stored. */
  private static BulkOperations.Loads discarded(int keys) {
    return new BulkOperations.Loads(keys, 0, 0, keys);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> RuntimeException sneaky(Throwable failure) throws E {
    throw (E) failure;
  }

  private RunningWarmUp<Integer> start(
      WarmUpOptions options,
      Executor executor,
      Supplier<Iterator<? extends Integer>> keys,
      Runnable onEnd) {
    RunningWarmUp<Integer> warmUp = new RunningWarmUp<>("unit", options, cache, executor);
    warmUp.start(keys, onEnd);
    return warmUp;
  }

  private RunningWarmUp<Integer> start(WarmUpOptions options, int keys) {
    return start(options, threads, () -> IntStream.range(0, keys).iterator(), () -> {});
  }

  private static Progress end(RunningWarmUp<Integer> warmUp) {
    return warmUp.completion().toCompletableFuture().orTimeout(15, TimeUnit.SECONDS).join();
  }

  @Test
  void start_onEndThrowsAnythingAtAll_completes() {
    for (Throwable failure : List.of(new AssertionError(), new IOException())) {
      RunningWarmUp<Integer> warmUp =
          start(
              TEN,
              threads,
              () -> IntStream.range(0, 5).iterator(),
              () -> {
                throw RunningWarmUpTest.<RuntimeException>sneaky(failure);
              });
      assertThat(end(warmUp).state()).isEqualTo(State.COMPLETED);
    }
  }

  @Test
  void start_keysThrowACheckedException_fails() {
    IOException failure = new IOException("the connection is closed");
    RunningWarmUp<Integer> warmUp =
        start(
            TEN,
            threads,
            () ->
                Stream.generate(
                        () -> {
                          if (cache.calls.get() > 1) {
                            throw RunningWarmUpTest.<RuntimeException>sneaky(failure);
                          }
                          return 1;
                        })
                    .iterator(),
            () -> {});

    assertThatThrownBy(() -> end(warmUp)).isInstanceOf(CompletionException.class).hasCause(failure);
    assertThat(warmUp.progress().state()).isEqualTo(State.FAILED);
  }

  @Test
  void start_loaderThrowsACheckedException_countsTheBatch() {
    cache.step =
        (keys, call) -> {
          throw RunningWarmUpTest.<RuntimeException>sneaky(new IOException());
        };
    Progress progress = end(start(TEN, 10));
    assertThat(progress.failed()).isEqualTo(10);
    assertThat(progress.causes()).singleElement().isInstanceOf(IOException.class);
  }

  @Test
  void start_noThreadForTheReader_failsAndClosesTheKeys() {
    OutOfMemoryError error = new OutOfMemoryError("unable to create native thread");
    AtomicBoolean closed = new AtomicBoolean();
    RunningWarmUp<Integer> warmUp =
        start(
            TEN,
            task -> {
              throw error;
            },
            () -> IntStream.range(0, 10).iterator(),
            () -> closed.set(true));
    assertThatThrownBy(() -> end(warmUp)).hasCause(error);
    assertThat(closed).isTrue();
  }

  @Test
  void start_noThreadForABatch_failsAfterTheRunningOnes() {
    OutOfMemoryError error = new OutOfMemoryError("unable to create native thread");
    AtomicInteger tasks = new AtomicInteger();
    RunningWarmUp<Integer> warmUp =
        start(
            TEN,
            task -> {
              if (tasks.incrementAndGet() == 3) {
                threads.execute(task); // it was queued nevertheless
                throw error;
              }
              threads.execute(task);
            },
            () -> IntStream.range(0, 100).iterator(),
            () -> {});
    assertThatThrownBy(() -> end(warmUp)).hasCause(error);
    assertThat(warmUp.progress().loaded()).isBetween(10L, 20L);
  }

  @Test
  void start_failureWithoutAText_completes() {
    cache.step =
        (keys, call) -> {
          throw new Textless();
        };
    assertThat(end(start(TEN, 10)).failed()).isEqualTo(10);
  }

  /** An exception that cannot be logged. */
  private static final class Textless extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalArgumentException("no text");
    }

    @Override
    public String toString() {
      throw new IllegalArgumentException("no text");
    }
  }

  @Test
  void stop_endlessKeysThatAreAllTheSame_ends() {
    AtomicInteger reads = new AtomicInteger();
    RunningWarmUp<Integer> warmUp =
        start(
            TEN,
            threads,
            () -> Stream.generate(() -> reads.incrementAndGet() * 0).iterator(),
            () -> {});
    await().until(() -> cache.calls.get() > 3);
    warmUp.stop();
    assertThat(end(warmUp).state()).isEqualTo(State.STOPPED);
  }

  @Test
  void start_highestRates_areNoLimit() {
    for (int rate : new int[] {1_000_000, 1_000_000_001, Integer.MAX_VALUE}) {
      assertThat(end(start(TEN.withKeysPerSecond(rate), 100)).loaded()).isEqualTo(100);
    }
  }

  @Test
  void start_outagesAfterEachCallOfTheLoader_failsTheBatchAfterAFew() {
    cache.step =
        (keys, call) -> {
          cache.outages.incrementAndGet();
          return discarded(keys.size());
        };
    long from = System.nanoTime();
    Progress progress = end(start(TEN, 20));
    assertThat(progress.failed()).isEqualTo(20);
    assertThat(progress.loaded()).isZero();
    assertThat(cache.calls).hasValue(6);
    assertThat(System.nanoTime() - from).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(600));
  }

  @Test
  void start_outageInACallThatStoredEverything_doesNotRepeatIt() {
    cache.step =
        (keys, call) -> {
          cache.outages.incrementAndGet();
          return stored(keys.size());
        };
    assertThat(end(start(TEN, 10)).loaded()).isEqualTo(10);
    assertThat(cache.calls).hasValue(1);
  }

  @Test
  void start_repetitions_areWithinTheRate() {
    cache.step = (keys, call) -> call == 1 ? discarded(keys.size()) : stored(keys.size());
    Progress progress = end(start(TEN.withKeysPerSecond(20), 10));
    assertThat(cache.calls).hasValue(2);
    assertThat(progress.time().toMillis()).isGreaterThanOrEqualTo(450);
  }

  @Test
  void start_repetitionFails_countsWhatTheFirstCallHasLoaded() {
    cache.step =
        (keys, call) -> {
          if (call == 1) {
            return new BulkOperations.Loads(9, 0, 1, 1);
          }
          throw new IllegalStateException("deadlock");
        };
    Progress progress = end(start(TEN, 10));
    assertThat(progress.loaded()).isEqualTo(9);
    assertThat(progress.absent()).isEqualTo(1);
    assertThat(progress.failed()).isZero();
    assertThat(progress.causes()).hasSize(1);
  }

  @Test
  void stop_duringAnOutage_doesNotCountWhatWasNotStored() {
    cache.step =
        (keys, call) -> {
          cache.away = true;
          return discarded(keys.size());
        };
    RunningWarmUp<Integer> warmUp = start(TEN, 10);
    await().until(() -> warmUp.progress().state() == State.WAITING);
    warmUp.stop();
    Progress progress = end(warmUp);
    assertThat(progress.processed()).isZero();
    assertThat(progress.state()).isEqualTo(State.STOPPED);
  }
}
