/**
 * The Redis vocabulary: clients that managers share, and the embedded server. Start reading at
 * {@link dev.corral.jcache.internal.redis.SharedRedis}.
 */
@NullMarked
package dev.corral.jcache.internal.redis;

import org.jspecify.annotations.NullMarked;
