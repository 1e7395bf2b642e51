package dev.corral.jcache.internal.config;

import dev.corral.jcache.internal.redis.settings.RedisSettings;

/** All that a cache manager is told from outside of the code. */
public record Settings(RedisSettings redis, CacheDefaults defaults) {}
