package dev.corral.jcache.internal.redis;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The failure of a command, with a key of the command, which selects the slot that it concerns. */
final class FailedCommand extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String key;

  FailedCommand(String key, Throwable reason) {
    super(
        reason.getMessage(),
        reason,
        /* enableSuppression= */ false,
        /* writableStackTrace= */ false);
    this.key = key;
  }

  /** The key of the command that failed; null if it is unknown. */
  static @Nullable String keyOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof FailedCommand failed) {
        return failed.key;
      }
    }
    return null;
  }

  /** The failure without the wrappers that carry it through futures. */
  static Throwable reasonOf(Throwable failure) {
    Throwable reason = failure;
    while (reason instanceof FailedCommand || reason instanceof CompletionException) {
      Throwable cause = reason.getCause();
      if (cause == null) {
        return reason;
      }
      reason = cause;
    }
    return reason;
  }
}
