package dev.corral.examples.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Threads that each begin an operation as soon as the one before is done. */
final class ClosedLoop {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int DIGITS = 3;

  private final RedisServer redis;

  ClosedLoop(RedisServer redis) {
    this.redis = redis;
  }

  private record Worked(Histogram nanos, long allocatedBytes) {}

  /** Runs one case with one subject for this time. */
  Measurement run(Subject subject, Case what, Duration duration) {
    String value = "v".repeat(what.payload());
    ExecutorService executor =
        what.virtual() ? VirtualThreads.executor() : Executors.newFixedThreadPool(what.threads());
    try {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Worked>> workers = new ArrayList<>();
      for (int i = 0; i < what.threads(); i++) {
        workers.add(
            executor.submit(
                () -> {
                  start.await();
                  return work(subject, what, value, duration.toNanos());
                }));
      }
      Map<Long, Long> before = allocated();
      double redisBefore = redis.processorMicros();
      long clientBefore = SYSTEM.getProcessCpuTime();
      long began = System.nanoTime();
      start.countDown();
      Histogram nanos = new Histogram(DIGITS);
      long allocatedBytes = 0;
      for (Future<Worked> worker : workers) {
        Worked worked = worker.get();
        nanos.add(worked.nanos());
        allocatedBytes += worked.allocatedBytes();
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      double clientMicros = (SYSTEM.getProcessCpuTime() - clientBefore) / 1e3;
      double redisMicros = redis.processorMicros() - redisBefore;
      allocatedBytes += sinceThen(before);
      long operations = nanos.getTotalCount();
      return new Measurement(
          operations / seconds,
          nanos.getValueAtPercentile(50) / 1e3,
          nanos.getValueAtPercentile(99) / 1e3,
          nanos.getValueAtPercentile(99.9) / 1e3,
          subject.usesRedis() ? redisMicros / operations : Double.NaN,
          clientMicros / operations,
          (double) allocatedBytes / operations);
    } catch (ExecutionException e) {
      throw new IllegalStateException(subject.name() + ", " + what.title(), e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      executor.shutdown();
    }
  }

  private static Worked work(Subject subject, Case what, String value, long nanos) {
    Random random = ThreadLocalRandom.current();
    Histogram histogram = new Histogram(DIGITS);
    boolean counts = !what.virtual();
    long allocated = counts ? THREADS.getCurrentThreadAllocatedBytes() : 0;
    long time = System.nanoTime();
    long end = time + nanos;
    while (time < end) {
      what.workload().run(subject, what.keys(), value, random);
      long now = System.nanoTime();
      histogram.recordValue(now - time);
      time = now;
    }
    return new Worked(histogram, counts ? THREADS.getCurrentThreadAllocatedBytes() - allocated : 0);
  }

  /** Of all threads there are; those of the subjects, as long as the workers have not begun. */
  private static Map<Long, Long> allocated() {
    Map<Long, Long> allocated = new HashMap<>();
    for (long id : THREADS.getAllThreadIds()) {
      allocated.put(id, THREADS.getThreadAllocatedBytes(id));
    }
    Thread current = Thread.currentThread();
    allocated.remove(current.getId());
    return allocated;
  }

  /** What the threads of clients allocated; workers count for themselves. */
  private static long sinceThen(Map<Long, Long> before) {
    long sum = 0;
    for (Map.Entry<Long, Long> thread : before.entrySet()) {
      sum += Math.max(0, THREADS.getThreadAllocatedBytes(thread.getKey()) - thread.getValue());
    }
    return sum;
  }

  /** Lets the machine come to rest. */
  static void rest() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
