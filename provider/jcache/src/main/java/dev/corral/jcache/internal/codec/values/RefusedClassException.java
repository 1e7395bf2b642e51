package dev.corral.jcache.internal.codec.values;

import java.io.Serial;
import javax.cache.CacheException;

/** A value cannot be written because it contains an object of a class that is refused. */
final class RefusedClassException extends CacheException {

  @Serial private static final long serialVersionUID = 1L;

  private final transient Class<?> type;

  /**
   * A refusal.
   *
   * @param type the class of the object
   * @param message why it is refused, and the remedy
   */
  RefusedClassException(Class<?> type, String message) {
    super(message);
    this.type = type;
  }

  Class<?> type() {
    return type;
  }
}
