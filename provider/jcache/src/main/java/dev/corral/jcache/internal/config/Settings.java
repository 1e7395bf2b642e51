package dev.corral.jcache.internal.config;

import dev.corral.jcache.internal.redis.settings.KeyPrefix;
import dev.corral.jcache.internal.redis.settings.RedisSettings;

/**
 * The settings of a cache manager.
 *
 * @param redis the connection to Redis
 * @param keyPrefix the prefix of all Redis keys of the manager
 * @param defaults the options of caches that do not set them themselves
 */
public record Settings(RedisSettings redis, KeyPrefix keyPrefix, CacheDefaults defaults) {}
