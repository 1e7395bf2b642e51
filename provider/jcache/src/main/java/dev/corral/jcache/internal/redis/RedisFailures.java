package dev.corral.jcache.internal.redis;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisAuthRequiredException;
import org.redisson.client.RedisBusyException;
import org.redisson.client.RedisClusterDownException;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisMasterDownException;
import org.redisson.client.RedisNoReplicasException;
import org.redisson.client.RedisNodeNotFoundException;
import org.redisson.client.RedisOutOfMemoryException;
import org.redisson.client.RedisReadonlyException;
import org.redisson.client.RedisReconnectedException;
import org.redisson.client.RedisRetryException;
import org.redisson.client.RedisTimeoutException;
import org.redisson.client.RedisWrongPasswordException;

/** Distinguishes a Redis that is unavailable from one that refused a command. */
public final class RedisFailures {

  private RedisFailures() {}

  /**
   * Whether a failure means that the server is down, slow, loading, busy, full or read-only, or
   * that a connection is half-open. A wrong command, a script that fails on its data and a refused
   * login do not mean that.
   */
  public static boolean isUnavailability(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RedisTimeoutException
          || cause instanceof RedisConnectionException
          || cause instanceof RedisNodeNotFoundException
          || cause instanceof RedisReconnectedException
          || cause instanceof RedisRetryException
          || cause instanceof RedisMasterDownException
          || cause instanceof RedisClusterDownException
          || cause instanceof RedisNoReplicasException
          || cause instanceof RedisBusyException
          || cause instanceof RedisOutOfMemoryException
          || cause instanceof RedisReadonlyException
          || cause instanceof TimeoutException
          || cause instanceof IOException
          || cause instanceof CancellationException
          || cause instanceof RedisUnavailableException) {
        return !isMisconfiguration(failure);
      }
      if (cause instanceof RedisException && isNamedInMessage(plain(cause))) {
        return true;
      }
    }
    return false;
  }

  /** The message of a failure without the arguments of the command, which may be user data. */
  public static String plain(@Nullable Throwable failure) {
    if (failure == null) {
      return "unknown";
    }
    String message = String.valueOf(failure.getMessage());
    int end = message.length();
    for (String arguments : List.of(", params:", ", Node source:")) {
      int start = message.indexOf(arguments);
      end = start < 0 ? end : Math.min(end, start);
    }
    return message.substring(0, end);
  }

  /**
   * Errors for which Redisson has no class. An error within a script keeps its first word; before
   * Redis 7 the position in the script precedes it.
   */
  private static boolean isNamedInMessage(String message) {
    for (String word : List.of("MISCONF ", "READONLY ", "OOM ", "LOADING ")) {
      if (message.startsWith(word) || message.contains(": -" + word)) {
        return true;
      }
    }
    return message.contains(" is not active!");
  }

  /** A wrong login, certificate or topology, which does not heal by waiting. */
  private static boolean isMisconfiguration(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.contains("WRONGPASS")
          || message.contains("NOAUTH")
          || message.contains("NOPERM")) {
        return true;
      }
      if (cause instanceof RedisWrongPasswordException
          || cause instanceof RedisAuthRequiredException
          || cause instanceof SSLHandshakeException
          || message.contains("cluster support disabled")) {
        return true;
      }
    }
    return false;
  }
}
