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
class QueueStatisticsTest {

  private final AtomicInteger queries = new AtomicInteger();

  private WriteBehindStatistics query() {
    return new WriteBehindStatistics(
        queries.incrementAndGet(), Duration.ZERO, 0, WriteBehindStatistics.NONE.totals());
  }

  @Test
  void get_withinASecond_isOneQuery() {
    QueueStatistics statistics = new QueueStatistics(this::query);

    assertThat(statistics.get().depth()).isEqualTo(1);
    assertThat(statistics.get().depth()).isEqualTo(1);

    await().atMost(Duration.ofSeconds(5)).until(() -> statistics.get().depth() == 2);
  }

  @Test
  void get_afterDiscard_queriesAgain() {
    QueueStatistics statistics = new QueueStatistics(this::query);
    statistics.get();

    statistics.discard();

    assertThat(statistics.get().depth()).isEqualTo(2);
  }

  @Test
  void get_afterAFailure_queriesAgain() {
    QueueStatistics statistics =
        new QueueStatistics(
            () -> {
              if (queries.get() == 0) {
                query();
                throw new RedisUnavailableException("unavailable", null);
              }
              return query();
            });
    assertThatThrownBy(statistics::get).isInstanceOf(RedisUnavailableException.class);

    assertThat(statistics.get().depth()).isEqualTo(2);
  }

  @Test
  void get_whileAnotherThreadQueries_sharesItsFailure() throws InterruptedException {
    CountDownLatch timeout = new CountDownLatch(1);
    QueueStatistics statistics =
        new QueueStatistics(
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
      Thread thread = new Thread(() -> failure.complete(failureOf(statistics)));
      threads.add(thread);
      thread.start();
    }
    await().until(() -> threads.stream().allMatch(QueueStatisticsTest::waits));

    timeout.countDown();

    for (CompletableFuture<@Nullable Throwable> failure : failures) {
      assertThat(failure.join()).isInstanceOf(RedisUnavailableException.class);
    }
    assertThat(queries).hasValue(1);
  }

  private static boolean waits(Thread thread) {
    return thread.getState() == Thread.State.BLOCKED || thread.getState() == Thread.State.WAITING;
  }

  private static @Nullable Throwable failureOf(QueueStatistics statistics) {
    try {
      statistics.get();
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
