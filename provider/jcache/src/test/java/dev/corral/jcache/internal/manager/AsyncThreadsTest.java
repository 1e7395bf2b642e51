package dev.corral.jcache.internal.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The threads of asynchronous operations: their number, their queue, and their end. */
class AsyncThreadsTest {

  private final List<Thread> created = new ArrayList<>();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AsyncThreads threads = new AsyncThreads(2, 3, recording());
  private final AsyncThreads withLongQueue = new AsyncThreads(2, 100, recording());

  private ThreadFactory recording() {
    ThreadFactory virtual = AsyncThreads.virtualThreads();
    ThreadFactory factory = virtual == null ? AsyncThreads.platformThreads() : virtual;
    return task -> {
      Thread thread = factory.newThread(task);
      created.add(thread);
      return thread;
    };
  }

  @AfterEach
  void close() {
    gate.countDown();
    threads.close();
    withLongQueue.close();
  }

  private void awaitGate() {
    try {
      assertThat(gate.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void execute_allThreadsBusyAndQueueFull_isRefused() {
    for (int i = 0; i < 5; i++) {
      threads.execute(this::awaitGate);
    }
    assertThatThrownBy(() -> threads.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(created).hasSize(2);
  }

  @Test
  void execute_java21_usesVirtualThreads() throws Exception {
    CompletableFuture<Thread> used = new CompletableFuture<>();
    threads.execute(() -> used.complete(Thread.currentThread()));
    Thread thread = used.get(20, TimeUnit.SECONDS);
    assertThat(thread.getName()).startsWith("corral-async-");
    assertThat(thread.isDaemon()).isTrue();
    boolean isVirtual =
        Runtime.version().feature() >= 21
            && (Boolean) Thread.class.getMethod("isVirtual").invoke(thread);
    assertThat(isVirtual).isEqualTo(Runtime.version().feature() >= 21);
  }

  /** A loader may read asynchronously, and wait; it would wait for its own thread otherwise. */
  @Test
  void execute_operationsThatWaitForOthers_end() {
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(CompletableFuture.supplyAsync(() -> nested(5), withLongQueue));
    }
    assertThat(all)
        .allSatisfy(it -> assertThat(it.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(5));
  }

  private int nested(int levels) {
    return levels == 0
        ? 0
        : 1 + CompletableFuture.supplyAsync(() -> nested(levels - 1), withLongQueue).join();
  }

  @Test
  void execute_longChainOfDependentOperations_needsNoDeepStack() {
    threads.execute(this::awaitGate); // one thread is left
    CompletableFuture<Integer> end = new CompletableFuture<>();
    threads.execute(() -> step(100_000, end));
    assertThat(end.orTimeout(20, TimeUnit.SECONDS).join()).isZero();
  }

  private void step(int left, CompletableFuture<Integer> end) {
    if (left == 0) {
      end.complete(0);
    } else {
      threads.execute(() -> step(left - 1, end));
    }
  }

  @Test
  void close_endsTheThreads() {
    threads.execute(this::awaitGate);
    threads.execute(() -> {});
    threads.close();
    gate.countDown();
    await().untilAsserted(() -> assertThat(created).noneMatch(Thread::isAlive));
    assertThatThrownBy(() -> threads.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }
}
