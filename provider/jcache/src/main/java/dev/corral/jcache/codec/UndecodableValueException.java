package dev.corral.jcache.codec;

import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** Stored bytes have no value in this JVM: a class is missing, changed or not allowed. */
public final class UndecodableValueException extends CacheException {

  private static final long serialVersionUID = 1L;

  /** An exception whose message names the class, if known, and the way out. */
  public UndecodableValueException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
