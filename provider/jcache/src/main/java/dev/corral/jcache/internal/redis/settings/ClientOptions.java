package dev.corral.jcache.internal.redis.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The options of the Redisson client.
 *
 * @param connectTimeout the longest time to open a connection, 1 ms to 1 h; 2 seconds by default
 * @param timeout the longest time that a command may take, 1 ms to 1 h; 1 second by default
 * @param poolSize connections per master, 1 to 9; 4 by default. From 10 on, Redisson reserves a
 *     connection for a whole round trip instead of pipelining over it
 * @param name the client's name in {@code CLIENT LIST}; null, the default, for no name
 */
public record ClientOptions(
    Duration connectTimeout, Duration timeout, int poolSize, @Nullable String name) {

  /** The largest pool over which Redisson still pipelines. */
  private static final int LARGEST_POOL = 9;

  private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

  /** The options where nothing is configured. */
  public static final ClientOptions DEFAULTS =
      new ClientOptions(Duration.ofSeconds(2), Duration.ofSeconds(1), 4, null);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of range; the message names the setting
   */
  public ClientOptions {
    requireTimeout("corral.redis.connect-timeout", connectTimeout);
    requireTimeout("corral.redis.timeout", timeout);
    if (poolSize < 1 || poolSize > LARGEST_POOL) {
      throw new IllegalArgumentException(
          ("corral.redis.pool-size must be between 1 and %d, not %d: all threads share a few"
                  + " connections with pipelining; in a larger pool each command would occupy a"
                  + " connection until its reply arrives")
              .formatted(LARGEST_POOL, poolSize));
    }
    if (name != null && !PlainText.isPlain(name)) {
      throw new IllegalArgumentException(
          "corral.redis.client-name must be without white space and control characters");
    }
  }

  private static void requireTimeout(String setting, Duration value) {
    if (value.toMillis() < 1 || value.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException(setting + " must be between 1ms and 1h, not " + value);
    }
  }
}
