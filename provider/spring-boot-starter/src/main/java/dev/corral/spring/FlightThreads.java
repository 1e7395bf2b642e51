package dev.corral.spring;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;

/**
 * The threads in which methods with futures and reactive types begin, if their value is missing:
 * virtual threads from Java 21 on, up to 10,000 at a time, and up to 256 platform threads before.
 * There is no queue, so a method that waits for another cached one cannot starve it. Safe for many
 * threads.
 */
final class FlightThreads {

  private static final int FIRST_VERSION_WITH_VIRTUAL_THREADS = 21;
  private static final int MAX_VIRTUAL = 10_000;
  private static final int MAX_PLATFORM = 256;

  private final SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("corral-spring-");
  private final Semaphore free;

  /**
   * @param decorator wraps each task in the thread that starts it; may be null
   */
  FlightThreads(@Nullable TaskDecorator decorator) {
    boolean virtual = Runtime.version().feature() >= FIRST_VERSION_WITH_VIRTUAL_THREADS;
    free = new Semaphore(virtual ? MAX_VIRTUAL : MAX_PLATFORM);
    executor.setVirtualThreads(virtual);
    executor.setDaemon(true);
    if (decorator != null) {
      executor.setTaskDecorator(decorator);
    }
  }

  /** Runs the task in a thread of its own; returns false if there are too many. */
  boolean tryStart(Runnable task) {
    if (!free.tryAcquire()) {
      return false;
    }
    try {
      executor.execute(
          () -> {
            try {
              task.run();
            } finally {
              free.release();
            }
          });
      return true;
    } catch (RuntimeException | Error e) {
      free.release();
      return false;
    }
  }
}
