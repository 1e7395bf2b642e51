package dev.corral.jcache.internal.redis.settings;

/**
 * How sentinels identify the master, and the login to them.
 *
 * @param masterName the name under which the sentinels monitor the master
 * @param credentials the login to the sentinels, which is not that of the master
 */
public record Sentinel(String masterName, Credentials credentials) {

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if the name of the master is blank
   */
  public Sentinel {
    if (masterName.isBlank()) {
      throw new IllegalArgumentException(
          "Sentinels need the master's name: redis-sentinel://mymaster@host1,host2");
    }
  }
}
