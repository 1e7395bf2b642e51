package dev.corral.jcache.internal.redis;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Creates threads that inherit nothing from the thread that creates them: no context class loader,
 * no inheritable thread locals, and no access control context. So a thread that outlives an
 * application of a container does not keep the classes of that application alive.
 */
public final class DetachedThreads {

  private static final AtomicBoolean TIMER_STARTED = new AtomicBoolean();

  private DetachedThreads() {}

  /**
   * An unstarted daemon thread.
   *
   * @param group null for that of the current thread
   * @param context the context class loader of the thread; null for that of the JVM
   */
  @SuppressWarnings("removal") // on Java 17, a thread inherits the classes on the caller's stack
  public static Thread daemon(
      @Nullable ThreadGroup group, String name, Runnable task, @Nullable ClassLoader context) {
    PrivilegedAction<Thread> create =
        () -> new Thread(group, task, name, /* stackSize= */ 0, /* inheritThreadLocals= */ false);
    Thread thread = AccessController.doPrivileged(create);
    thread.setDaemon(true);
    thread.setContextClassLoader(context);
    return thread;
  }

  /**
   * Makes the JDK start the timer thread of {@link CompletableFuture} now, from a detached thread.
   * The JDK starts it at the first time-out, and it inherits from the thread that needs it first.
   */
  public static void startTimerOfJdk() {
    if (TIMER_STARTED.compareAndSet(false, true)) {
      Runnable start =
          () ->
              CompletableFuture.delayedExecutor(0, TimeUnit.MILLISECONDS, Runnable::run)
                  .execute(() -> {});
      daemon(null, "corral-timer-start", start, null).start();
    }
  }
}
