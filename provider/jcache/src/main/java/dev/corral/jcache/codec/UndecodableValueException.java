package dev.corral.jcache.codec;

import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when this JVM cannot decode stored bytes: the bytes are damaged, or a class in the value
 * is missing, has changed, or is not allowed.
 */
public final class UndecodableValueException extends CacheException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception for one value.
   *
   * @param message names the class, if it is known, and the remedy; never the value
   * @param cause null if there is none
   */
  public UndecodableValueException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
