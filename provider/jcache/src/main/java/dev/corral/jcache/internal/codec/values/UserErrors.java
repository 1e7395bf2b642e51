package dev.corral.jcache.internal.codec.values;

import org.jspecify.annotations.Nullable;

/**
 * Decides which failures of decoding concern the stored bytes and which concern the JVM. An Error
 * that a class of the application throws, for instance an AssertionError in {@code readObject}, a
 * LinkageError of its initializer, or a ThreadDeath, concerns the bytes, and so does a stack
 * overflow, or an InternalError, which classes of the JDK throw for damaged streams: the entry is a
 * miss. Any other {@link VirtualMachineError}, such as an OutOfMemoryError, concerns the JVM.
 */
public final class UserErrors {

  private static final int MAX_CAUSES = 100;

  private UserErrors() {}

  /** Rethrows the error of the JVM that is, or has caused, this failure, if there is one. */
  public static void rethrowFatal(Throwable failure) {
    Throwable each = failure;
    for (int i = 0; each != null && i < MAX_CAUSES; i++) {
      if (each instanceof VirtualMachineError error
          && !(each instanceof StackOverflowError || each instanceof InternalError)) {
        throw error;
      }
      each = causeOf(each);
    }
  }

  /** The failure itself or the first of its causes that has this type; null if there is none. */
  static <T> @Nullable T findIn(Throwable failure, Class<T> type) {
    Throwable each = failure;
    for (int i = 0; each != null && i < MAX_CAUSES; i++) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
      each = causeOf(each);
    }
    return null;
  }

  /** The first cause of a failure. */
  static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    Throwable cause = causeOf(root);
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      root = cause;
      cause = causeOf(root);
    }
    return root;
  }

  /** Null also if the class of the exception fails to return its cause. */
  private static @Nullable Throwable causeOf(Throwable failure) {
    try {
      return failure.getCause();
    } catch (RuntimeException | Error e) {
      return null;
    }
  }
}
