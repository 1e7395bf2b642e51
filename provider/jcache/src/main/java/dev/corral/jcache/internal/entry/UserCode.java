package dev.corral.jcache.internal.entry;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Marks the threads that run a loader, writer, entry processor or listener of the application. Such
 * a thread may hold locks of keys and own loads, so an operation that user code starts must run in
 * the same thread: in another one, it might wait for its own caller.
 */
public final class UserCode {

  private static final ThreadLocal<Boolean> RUNNING = ThreadLocal.withInitial(() -> false);

  private UserCode() {}

  /** Calls user code in the current thread, which is marked meanwhile. */
  public static <T extends @Nullable Object> T call(Supplier<T> code) {
    if (isRunning()) {
      return code.get();
    }
    RUNNING.set(true);
    try {
      return code.get();
    } finally {
      RUNNING.remove();
    }
  }

  /** The same for code without a result. */
  public static void run(Runnable code) {
    UserCode.<@Nullable Void>call(
        () -> {
          code.run();
          return null;
        });
  }

  /** Whether the current thread runs user code. */
  public static boolean isRunning() {
    return RUNNING.get();
  }
}
