package dev.corral.jcache.internal.manager;

import dev.corral.jcache.internal.redis.ConfigurationErrors;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.RedisFailures;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.redis.client.ConnectionProblem;
import dev.corral.jcache.internal.redis.client.SharedRedis;
import dev.corral.jcache.internal.redis.settings.KeyPrefix;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Distinguishes a configuration error from an outage. At start, it refuses a Redis whose user lacks
 * rights. Later, while Redis is unavailable, it checks the connection and records configuration
 * errors, until they are corrected.
 */
final class ConnectionWatch implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(ConnectionWatch.class);

  /** How often to run. */
  static final Duration PERIOD = Duration.ofSeconds(1);

  private final SharedRedis redis;
  private final RedisCommands direct;
  private final BooleanSupplier isAvailable;
  private final ExecutorService background;
  private final KeyPrefix prefix;
  private final String key;
  private final AtomicBoolean checking = new AtomicBoolean();

  /**
   * @param direct commands that go to Redis even during an outage
   * @param isAvailable whether Redis is available
   * @param background runs the checks
   * @param key a key of the manager
   */
  ConnectionWatch(
      SharedRedis redis,
      RedisCommands direct,
      BooleanSupplier isAvailable,
      ExecutorService background,
      KeyPrefix prefix,
      String key) {
    this.redis = redis;
    this.direct = direct;
    this.isAvailable = isAvailable;
    this.background = background;
    this.prefix = prefix;
    this.key = key;
  }

  /** Why Redis could not be used when the client was created; null if it could. */
  @Nullable CacheException firstProblem() {
    ConnectionProblem problem = redis.firstProblem();
    if (problem == null) {
      return null;
    }
    if (problem.isConfigurationError()) {
      errors().record(problem.message());
    }
    return new CacheException(problem.message(), problem.cause());
  }

  /**
   * Checks the rights of the Redis user. Does nothing if Redis is unavailable, or older than 7.0.
   *
   * @throws CacheException if a right is missing; the message names the commands
   */
  void requireRights() {
    List<String> missing;
    try {
      missing = missingRights();
    } catch (RedisUnavailableException e) {
      log.debug("The rights in Redis are not checked, because it is unavailable", e);
      return;
    }
    if (!missing.isEmpty()) {
      throw new CacheException(
          ("The Redis user of Corral may not run %s, or not for keys and channels that begin with"
                  + " {%s; give it the rights, see \"Rights in Redis\" in Corral's docs/security.md")
              .formatted(String.join(", ", missing), prefix));
    }
  }

  /** Empty also for a user who may not use the key of the check, but maybe those of the caches. */
  private List<String> missingRights() {
    var found =
        direct
            .run(LuaScript.MISSING_RIGHTS, List.of(key))
            .exceptionallyCompose(
                failure ->
                    RedisFailures.isConfigurationError(failure)
                        ? CompletableFuture.completedFuture(List.of())
                        : CompletableFuture.failedFuture(failure));
    return direct.await("*", "check the rights", found).stream().map(RedisCommands::text).toList();
  }

  private ConfigurationErrors errors() {
    return direct.configurationErrors();
  }

  /** Starts a check in the background if there is a reason, and if none is running. */
  @Override
  public void run() {
    boolean isUsable = isAvailable.getAsBoolean() && errors().current() == null;
    if (isUsable || !checking.compareAndSet(false, true)) {
      return;
    }
    try {
      background.execute(this::check);
    } catch (RejectedExecutionException e) {
      checking.set(false); // the manager is being closed
    }
  }

  private void check() {
    try {
      if (isAvailable.getAsBoolean()) {
        requireRights();
        errors().usable();
        return;
      }
      ConnectionProblem problem = redis.check();
      if (problem != null && problem.isConfigurationError()) {
        errors().record(problem.message());
      }
    } catch (CacheException e) {
      log.debug("Redis still cannot be used as it is configured: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.warn("The connection to Redis could not be checked", e);
    } finally {
      checking.set(false);
    }
  }
}
