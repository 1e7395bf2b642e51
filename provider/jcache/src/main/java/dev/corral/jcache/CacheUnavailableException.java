package dev.corral.jcache;

import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Redis was unreachable, did not reply, or refused a change that it will accept later. A change in
 * flight may have been made.
 */
public abstract class CacheUnavailableException extends CacheException {

  private static final long serialVersionUID = 1L;

  protected CacheUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
