package dev.corral.jcache.internal.redis;

import dev.corral.jcache.CacheUnavailableException;
import org.jspecify.annotations.Nullable;

/** The one class of {@link CacheUnavailableException}, which knows what Redis still accepts. */
public final class RedisUnavailableException extends CacheUnavailableException {

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
