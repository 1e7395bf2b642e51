package dev.corral.jcache.internal.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.WriteBehindStatistics;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When the statistics of a queue are read from Redis. */
class QueueSnapshotTest {

  private final AtomicInteger queries = new AtomicInteger();

  private WriteBehindStatistics query() {
    return new WriteBehindStatistics(queries.incrementAndGet(), Duration.ZERO, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void get_withinASecond_isOneQuery() {
    QueueSnapshot snapshot = new QueueSnapshot(this::query);

    assertThat(snapshot.get().depth()).isEqualTo(1);
    assertThat(snapshot.get().depth()).isEqualTo(1);

    await().atMost(Duration.ofSeconds(5)).until(() -> snapshot.get().depth() == 2);
  }

  @Test
  void get_afterDiscard_queriesAgain() {
    QueueSnapshot snapshot = new QueueSnapshot(this::query);
    snapshot.get();

    snapshot.discard();

    assertThat(snapshot.get().depth()).isEqualTo(2);
  }

  @Test
  void get_afterAFailure_queriesAgain() {
    QueueSnapshot snapshot =
        new QueueSnapshot(
            () -> {
              if (queries.get() == 0) {
                query();
                throw new RedisUnavailableException("unavailable", null);
              }
              return query();
            });
    assertThatThrownBy(snapshot::get).isInstanceOf(RedisUnavailableException.class);

    assertThat(snapshot.get().depth()).isEqualTo(2);
  }

  @Test
  void get_whileAnotherThreadQueries_sharesItsFailure() throws InterruptedException {
    CountDownLatch timeout = new CountDownLatch(1);
    QueueSnapshot snapshot =
        new QueueSnapshot(
            () -> {
              query();
              awaitUninterruptibly(timeout);
              throw new RedisUnavailableException("unavailable", null);
            });
    List<Thread> threads = new ArrayList<>();
    List<CompletableFuture<@Nullable Throwable>> failures = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      CompletableFuture<@Nullable Throwable> failure = new CompletableFuture<>();
      failures.add(failure);
      Thread thread = new Thread(() -> failure.complete(failureOf(snapshot)));
      threads.add(thread);
      thread.start();
    }
    await().until(() -> threads.stream().allMatch(QueueSnapshotTest::waits));

    timeout.countDown();

    for (CompletableFuture<@Nullable Throwable> failure : failures) {
      assertThat(failure.join()).isInstanceOf(RedisUnavailableException.class);
    }
    assertThat(queries).hasValue(1);
  }

  private static boolean waits(Thread thread) {
    return thread.getState() == Thread.State.BLOCKED || thread.getState() == Thread.State.WAITING;
  }

  private static @Nullable Throwable failureOf(QueueSnapshot snapshot) {
    try {
      snapshot.get();
      return null;
    } catch (CacheException e) {
      return e;
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
