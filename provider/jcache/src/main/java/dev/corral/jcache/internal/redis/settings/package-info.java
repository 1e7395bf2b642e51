/** The settings of the connection to Redis, as validated values. */
@NullMarked
package dev.corral.jcache.internal.redis.settings;

import org.jspecify.annotations.NullMarked;
