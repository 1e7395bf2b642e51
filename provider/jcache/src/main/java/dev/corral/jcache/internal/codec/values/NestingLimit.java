package dev.corral.jcache.internal.codec.values;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How deeply objects may be nested in a value, the same for writing and reading. A value with few
 * levels is coded on the caller's thread. Any other value is coded on a thread of its own with a
 * large stack, so the limit does not depend on the caller's stack.
 */
final class NestingLimit {

  /** The number of objects on a path from the value to a part of a part. */
  static final int MAX_LEVELS = 3_000;

  /** What fits into the rest of a small stack. */
  static final int LEVELS_ON_CALLER = 64;

  /**
   * A level needs 1 KB, or 5 KB if it has its own Java serialization. Unused parts take no memory.
   */
  private static final long STACK_BYTES = 32L << 20;

  private NestingLimit() {}

  /**
   * Writes or reads a value. May do so twice.
   *
   * @param coding gets the number of levels that are allowed; throws a {@link ExceededException},
   *     or a StackOverflowError, if there are more
   * @throws ExceededException if the value has more than {@link #MAX_LEVELS}
   */
  static <T> T apply(IntFunction<T> coding) {
    try {
      return coding.apply(LEVELS_ON_CALLER);
    } catch (ExceededException | StackOverflowError e) {
      return onLargeStack(coding);
    }
  }

  private static <T> T onLargeStack(IntFunction<T> coding) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            /* group= */ null,
            () -> {
              try {
                result.complete(coding.apply(MAX_LEVELS));
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            },
            "corral-deep-value",
            STACK_BYTES,
            /* inheritThreadLocals= */ false);
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    thread.setDaemon(true);
    thread.start();
    return await(result);
  }

  /** Does not end at an interrupt, which remains set. */
  private static <T> T await(CompletableFuture<T> result) {
    try {
      return result.join();
    } catch (CompletionException e) {
      throw rethrown(e.getCause());
    }
  }

  private static RuntimeException rethrown(@Nullable Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException exception
        ? exception
        : new IllegalStateException(failure);
  }

  /** A value has more levels than are allowed. */
  static final class ExceededException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ExceededException() {
      super("More levels than are allowed", null, false, false);
    }
  }
}
