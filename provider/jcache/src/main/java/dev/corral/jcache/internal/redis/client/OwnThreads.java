package dev.corral.jcache.internal.redis.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that Corral starts, and those that Redisson starts for it, told from all others by
 * their thread group.
 *
 * <p>Redisson's timer thread cannot be made a daemon, but it inherits the group of the thread that
 * creates the client. A group is recognized by its name, so that several copies of Corral in one
 * JVM know each other's threads.
 */
final class OwnThreads {

  private static final String GROUP = "corral";

  private static final ThreadGroup OWN = new ThreadGroup(root(), GROUP);

  private OwnThreads() {}

  /** A daemon thread of the group, not started, with this class's own class loader. */
  static Thread daemon(String name, Runnable task) {
    Thread thread =
        new Thread(OWN, task, name, /* stackSize= */ 0, /* inheritThreadLocals= */ false);
    thread.setDaemon(true);
    thread.setContextClassLoader(OwnThreads.class.getClassLoader());
    return thread;
  }

  /** Makes daemon threads of the group, numbered. */
  static ThreadFactory factory(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> daemon(name + "-" + number.incrementAndGet(), task);
  }

  /** A running thread of somebody else that keeps the JVM from ending, or null. */
  static @Nullable Thread anyForeignNonDaemon() {
    for (Thread thread : all()) {
      if (!thread.isDaemon() && !endsJvm(thread) && !isOwnTimer(thread)) {
        return thread;
      }
    }
    return null;
  }

  /** Whether this is the thread in which the JVM itself waits for all others. */
  private static boolean endsJvm(Thread thread) {
    return thread.getName().startsWith("DestroyJavaVM");
  }

  /**
   * Whether this is the timer of one of our clients. The group alone would not do: user code that
   * runs in a thread of ours may start threads, which are of the same group.
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
