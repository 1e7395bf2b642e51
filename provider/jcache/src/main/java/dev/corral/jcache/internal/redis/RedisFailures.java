package dev.corral.jcache.internal.redis;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
import org.redisson.client.RedisTryAgainException;
import org.redisson.client.RedisWrongPasswordException;

/** Distinguishes a Redis that is unavailable from one that refused a command. */
public final class RedisFailures {

  private static final String ARGUMENTS = ", params:";

  private static final Pattern HASH_TAG = Pattern.compile("\\{[^{}]*\\}");

  private static final List<String> REFUSED_CONNECTION =
      List.of(
          "WRONGPASS",
          "NOAUTH",
          "invalid password",
          "without any password configured",
          "no password is set",
          "max number of clients reached",
          "DB index is out of range");

  private RedisFailures() {}

  /**
   * Whether a failure means that the server is down, slow, loading, busy, full or read-only, that
   * it refuses the connection, or that a connection is half-open. A wrong command, a script that
   * fails on its data and a missing right do not mean that.
   */
  public static boolean isUnavailability(Throwable failure) {
    return accepted(failure) != Accepts.EVERYTHING;
  }

  /**
   * What Redis still accepts after a failure; {@link Accepts#EVERYTHING} unless the failure is an
   * {@linkplain #isUnavailability unavailability}.
   */
  public static Accepts accepted(Throwable failure) {
    if (isRefusedConnection(failure)) {
      return Accepts.NOTHING;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Accepts accepts = acceptedAfter(cause);
      if (accepts != Accepts.EVERYTHING) {
        return isConfigurationError(failure) ? Accepts.EVERYTHING : accepts;
      }
    }
    return Accepts.EVERYTHING;
  }

  private static Accepts acceptedAfter(Throwable cause) {
    if (cause instanceof RedisUnavailableException known) {
      return known.accepts();
    }
    if (cause instanceof RedisTryAgainException || isFull(cause)) {
      return Accepts.REMOVALS;
    }
    if (refusesChanges(cause)) {
      return Accepts.READS;
    }
    return isUnreachable(cause) ? Accepts.NOTHING : Accepts.EVERYTHING;
  }

  /** Whether the memory is full, and no key may be evicted. */
  private static boolean isFull(Throwable cause) {
    return cause instanceof RedisOutOfMemoryException || isNamed(cause, "OOM ");
  }

  /** Whether the server is a replica, cannot save its data, or has too few replicas. */
  private static boolean refusesChanges(Throwable cause) {
    return cause instanceof RedisReadonlyException
        || cause instanceof RedisNoReplicasException
        || isNamed(cause, "READONLY ")
        || isNamed(cause, "MISCONF ")
        || isNamed(cause, "NOREPLICAS ");
  }

  private static boolean isUnreachable(Throwable cause) {
    return cause instanceof RedisTimeoutException
        || cause instanceof RedisConnectionException
        || cause instanceof RedisNodeNotFoundException
        || cause instanceof RedisReconnectedException
        || cause instanceof RedisRetryException
        || cause instanceof RedisMasterDownException
        || cause instanceof RedisClusterDownException
        || cause instanceof RedisBusyException
        || cause instanceof TimeoutException
        || cause instanceof IOException
        || cause instanceof CancellationException
        || isNamed(cause, "LOADING ")
        || isRedirectionLoop(cause)
        || (cause instanceof RedisException && plain(cause).contains(" is not active!"));
  }

  /**
   * Whether a command was refused because its slot is moving between the nodes of a cluster. It was
   * not executed.
   */
  static boolean isRedirection(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RedisTryAgainException
          || isRedirectionLoop(cause)
          || cause instanceof RedisNodeNotFoundException) {
        return true;
      }
    }
    return false;
  }

  /** Whether two nodes referred to each other as the owner of a slot. */
  private static boolean isRedirectionLoop(Throwable cause) {
    return cause instanceof RedisException && plain(cause).startsWith("MOVED redirection loop");
  }

  /** Whether the nodes refuse commands on several keys of the slot while it moves. */
  public static boolean isSlotMoving(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RedisTryAgainException) {
        return true;
      }
    }
    return false;
  }

  /**
   * The message of a failure without the arguments of the command, which may be user data, and
   * without the connection, which is another one each time.
   */
  public static String plain(@Nullable Throwable failure) {
    if (failure == null) {
      return "unknown";
    }
    String message = String.valueOf(failure.getMessage());
    int end = message.length();
    for (String detail : List.of(ARGUMENTS, ", Node source:", ". channel:")) {
      int start = message.indexOf(detail);
      end = start < 0 ? end : Math.min(end, start);
    }
    return message.substring(0, end);
  }

  /**
   * Whether this is an error for which Redisson has no class. An error within a script keeps its
   * first word; before Redis 7 the position in the script precedes it.
   */
  private static boolean isNamed(Throwable cause, String word) {
    if (!(cause instanceof RedisException)) {
      return false;
    }
    String message = plain(cause);
    return message.startsWith(word) || message.contains(": -" + word);
  }

  /** A refused login, database or certificate, or too many connections. */
  private static boolean isRefusedConnection(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RedisWrongPasswordException
          || cause instanceof RedisAuthRequiredException
          || cause instanceof SSLHandshakeException
          || containsAny(cause, REFUSED_CONNECTION)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether Redis refused a command because of its configuration or that of Corral: a missing
   * right, or the wrong topology. Such a failure is no unavailability.
   */
  public static boolean isConfigurationError(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isMissingRight(cause) || containsAny(cause, List.of("cluster support disabled"))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isMissingRight(Throwable cause) {
    return containsAny(cause, List.of("NOPERM", "ACL failure in script"));
  }

  private static boolean containsAny(Throwable failure, List<String> texts) {
    String message = plain(failure);
    return texts.stream().anyMatch(message::contains);
  }

  /**
   * The remedy for a missing right, to be appended to {@link #plain}; empty for other failures.
   * Redis names the command. This names the cache's keys and channels, by their hash tag.
   */
  static String remedy(Throwable failure) {
    if (!isMissingRight(failure)) {
      return "";
    }
    String message = String.valueOf(failure.getMessage());
    int arguments = message.indexOf(ARGUMENTS);
    Matcher tag = HASH_TAG.matcher(arguments < 0 ? "" : message.substring(arguments));
    return "; give the Redis user the right%s, see \"Rights in Redis\" in Corral's docs/security.md"
        .formatted(tag.find() ? " for keys and channels of " + tag.group() : "");
  }
}
