package dev.corral.jcache.internal.redis;

import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Redis could not be asked, or did not answer; a command that was on its way may have been done.
 */
public final class RedisUnavailableException extends CacheException {

  private static final long serialVersionUID = 1L;

  public RedisUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
