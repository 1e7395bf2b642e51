package dev.corral.jcache.internal.config;

import dev.corral.jcache.EffectiveSetting;
import dev.corral.jcache.internal.redis.settings.KeyPrefix;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import java.util.List;

/**
 * The settings of a cache manager.
 *
 * @param redis the connection to Redis
 * @param keyPrefix the prefix of all Redis keys of the manager
 * @param caches the settings of the caches
 * @param connection the settings of the connection, to show them
 * @param advice whether to log advice
 */
public record Settings(
    RedisSettings redis,
    KeyPrefix keyPrefix,
    CacheSettingsResolver caches,
    List<EffectiveSetting> connection,
    boolean advice) {

  public Settings {
    connection = List.copyOf(connection);
  }
}
