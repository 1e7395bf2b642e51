package dev.corral.jcache.internal.redis.client;

import dev.corral.jcache.internal.redis.DetachedThreads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Creates the threads of Corral and its Redisson clients, and recognizes them by their thread
 * group.
 *
 * <p>Redisson's timer thread cannot be made a daemon, but it inherits the group of the thread that
 * creates the client. A group is recognized by its name, so several copies of Corral in one JVM
 * recognize each other's threads.
 */
final class OwnThreads {

  private static final String GROUP = "corral";

  private static final ThreadGroup OWN = new ThreadGroup(root(), GROUP);

  private OwnThreads() {}

  /** An unstarted daemon thread of the group, whose context class loader is that of Corral. */
  static Thread daemon(String name, Runnable task) {
    return DetachedThreads.daemon(OWN, name, task, OwnThreads.class.getClassLoader());
  }

  /** A factory for daemon threads of the group, whose names are numbered. */
  static ThreadFactory factory(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> daemon(name + "-" + number.incrementAndGet(), task);
  }

  /** A live thread of the application that prevents the JVM from exiting; null if there is none. */
  static @Nullable Thread findApplicationThread() {
    for (Thread thread : all()) {
      if (!thread.isDaemon() && !isJvmExit(thread) && !isOwnTimer(thread)) {
        return thread;
      }
    }
    return null;
  }

  /** Whether this is the JVM's own thread that waits for the other threads to end. */
  private static boolean isJvmExit(Thread thread) {
    return thread.getName().startsWith("DestroyJavaVM");
  }

  /**
   * Whether this is the timer of a client of Corral. The group alone is not sufficient: user code
   * may run in a thread of Corral and start threads, which are then in the same group.
   */
  private static boolean isOwnTimer(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    return group == null
        || (group.getName().equals(GROUP) && thread.getName().startsWith("redisson-timer"));
  }

  private static List<Thread> all() {
    ThreadGroup root = root();
    Thread[] threads = new Thread[64];
    int count;
    while ((count = root.enumerate(threads)) == threads.length) {
      threads = new Thread[threads.length * 2];
    }
    return new ArrayList<>(Arrays.asList(threads).subList(0, count));
  }

  private static ThreadGroup root() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null) {
      group = group.getParent();
    }
    return group;
  }
}
