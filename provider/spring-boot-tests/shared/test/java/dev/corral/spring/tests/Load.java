package dev.corral.spring.tests;

import dev.corral.spring.tests.ApplicationProcess.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that call all shapes with changing keys, until it is closed. */
final class Load implements AutoCloseable {

  private static final int THREADS_PER_INSTANCE = 3;
  private static final int FIRST_KEY = 10;
  private static final int KEYS = 10;

  private final List<String> shapes;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger answers = new AtomicInteger();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  private Load(List<String> shapes) {
    this.shapes = shapes;
  }

  static Load start(List<ApplicationProcess> instances, List<String> shapes) {
    Load load = new Load(shapes);
    for (ApplicationProcess instance : instances) {
      for (int i = 0; i < THREADS_PER_INSTANCE; i++) {
        int offset = i * shapes.size() / THREADS_PER_INSTANCE;
        Thread thread = new Thread(() -> load.call(instance, offset), "load");
        thread.setDaemon(true);
        thread.start();
        load.threads.add(thread);
      }
    }
    return load;
  }

  private void call(ApplicationProcess instance, int offset) {
    for (int i = offset; !closed; i++) {
      String shape = shapes.get(i % shapes.size());
      String path = "/shapes/%s/%d".formatted(shape, FIRST_KEY + i / shapes.size() % KEYS);
      try {
        Response response = instance.send("GET", path).join();
        if (response.status() != 200) {
          failures.add(path + ": " + response);
        }
      } catch (RuntimeException e) {
        failures.add(path + ": " + e);
      }
      answers.incrementAndGet();
    }
  }

  /** Waits for a number of further answers. */
  void awaitMore(int count) throws InterruptedException {
    int goal = answers.get() + count;
    while (answers.get() < goal) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** The answers that were not 200. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    closed = true;
    try {
      for (Thread thread : threads) {
        thread.join(TimeUnit.SECONDS.toMillis(60));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
