/** The Redisson client: made from the settings, shared, and closed with its last user. */
@NullMarked
package dev.corral.jcache.internal.redis.client;

import org.jspecify.annotations.NullMarked;
