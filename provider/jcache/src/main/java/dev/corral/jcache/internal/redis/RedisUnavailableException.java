package dev.corral.jcache.internal.redis;

import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Redis was unreachable, did not reply, or refused a change that it will accept later. A command in
 * flight may have been executed.
 */
public final class RedisUnavailableException extends CacheException {

  private static final long serialVersionUID = 1L;

  private final Accepts accepts;

  public RedisUnavailableException(String message, @Nullable Throwable cause) {
    this(message, cause, Accepts.NOTHING);
  }

  /**
   * @param accepts what Redis accepts nevertheless
   */
  public RedisUnavailableException(String message, @Nullable Throwable cause, Accepts accepts) {
    super(message, cause);
    this.accepts = accepts;
  }

  /** What Redis accepts nevertheless; not {@link Accepts#EVERYTHING}. */
  public Accepts accepts() {
    return accepts;
  }
}
