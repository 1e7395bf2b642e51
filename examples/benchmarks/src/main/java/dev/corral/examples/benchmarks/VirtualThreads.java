package dev.corral.examples.benchmarks;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Virtual threads of a JDK that has them; this is compiled for one that has not. */
final class VirtualThreads {

  static final boolean EXIST = Runtime.version().feature() >= 21;

  private VirtualThreads() {}

  static ExecutorService executor() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("this Java has no virtual threads", e);
    }
  }
}
