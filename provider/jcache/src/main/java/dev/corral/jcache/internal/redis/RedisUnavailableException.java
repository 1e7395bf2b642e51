package dev.corral.jcache.internal.redis;

import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** Redis was unreachable or did not reply. A command in flight may have been executed. */
public final class RedisUnavailableException extends CacheException {

  private static final long serialVersionUID = 1L;

  public RedisUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
