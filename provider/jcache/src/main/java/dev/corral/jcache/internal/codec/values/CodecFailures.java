package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of a codec means for the caller. A message names classes, and never a value:
 * messages of exceptions from libraries, which may quote the value, are left out.
 */
final class CodecFailures {

  private CodecFailures() {}

  /**
   * The failure of decoding. Rethrows an error of the JVM.
   *
   * @param cause the cause of the result; null if its message may quote the value
   */
  static UndecodableValueException decoding(Throwable failure, @Nullable Throwable cause) {
    UserErrors.rethrowFatal(failure);
    UndecodableValueException known = UserErrors.findIn(failure, UndecodableValueException.class);
    if (known != null) {
      return known;
    }
    CacheException refused = UserErrors.findIn(failure, CacheException.class);
    if (refused != null) {
      return new UndecodableValueException(String.valueOf(refused.getMessage()), cause);
    }
    return new UndecodableValueException(
        "This JVM cannot decode the stored bytes: "
            + UserErrors.rootOf(failure).getClass().getName(),
        cause);
  }

  /**
   * The failure of encoding. Rethrows an error of the JVM.
   *
   * @param cause the cause of the result; null if its message may quote the value
   */
  static CacheException encoding(Class<?> type, Throwable failure, @Nullable Throwable cause) {
    UserErrors.rethrowFatal(failure);
    CacheException known = UserErrors.findIn(failure, CacheException.class);
    return known != null
        ? known
        : new CacheException(
            "A value of "
                + type
                + " cannot be stored: "
                + UserErrors.rootOf(failure).getClass().getName(),
            cause);
  }

  /** The refusal of a value that was written and cannot be read. */
  static CacheException unreadable(Class<?> type, String why, @Nullable Throwable cause) {
    return new CacheException(
        "A value of " + type + " cannot be stored, because it cannot be read: " + why, cause);
  }
}
