package dev.corral.jcache.internal.redis.settings;

/**
 * What sentinels have to be asked for.
 *
 * @param masterName the name under which they watch the master
 * @param credentials how to log in to the sentinels themselves
 */
public record Sentinel(String masterName, Credentials credentials) {

  /** Refuses an empty name. */
  public Sentinel {
    if (masterName.isBlank()) {
      throw new IllegalArgumentException(
          "Sentinels need the master's name: redis-sentinel://mymaster@host1,host2");
    }
  }
}
