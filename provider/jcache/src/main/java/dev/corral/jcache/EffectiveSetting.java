package dev.corral.jcache;

/**
 * A setting as it applies to a cache, and the place that decided it.
 *
 * @param name the name of the setting in its block, such as {@code time-to-live}; settings of the
 *     connection have their full names, such as {@code redis.timeout}
 * @param value the value in the form of the configuration file; {@code ***} in place of a secret
 * @param source {@code code}, {@code default}, a property or a variable, or a file with its line
 *     and the full name of the setting there
 */
public record EffectiveSetting(String name, String value, String source) {

  /** A line such as {@code time-to-live = 10m (corral.conf: 7, caches.users.time-to-live)}. */
  @Override
  public String toString() {
    return "%s = %s (%s)".formatted(name, value, source);
  }
}
