package dev.corral.jcache.internal.redis.client;

import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Why a Redis cannot be used, as {@link ConnectionCheck} found out.
 *
 * @param message the root cause and its remedy, without secrets
 * @param cause null if the server replied with an error
 */
public record ConnectionProblem(Kind kind, String message, @Nullable Throwable cause) {

  /** What can end the problem; a later kind is more certain than an earlier one. */
  public enum Kind {
    /** Redis is down, unreachable or starting: waiting may help. */
    UNAVAILABLE,
    /** Redis refuses another connection: an operator of Redis has to act. */
    FULL,
    /** The settings do not fit this Redis: someone has to change either. */
    MISCONFIGURED
  }

  /** Whether waiting alone does not help. */
  public boolean isConfigurationError() {
    return kind != Kind.UNAVAILABLE;
  }

  CacheException toException() {
    return new CacheException(message, cause);
  }
}
