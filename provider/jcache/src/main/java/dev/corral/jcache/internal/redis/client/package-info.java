/** Redisson clients: created from the settings, shared by cache managers, closed with the last. */
@NullMarked
package dev.corral.jcache.internal.redis.client;

import org.jspecify.annotations.NullMarked;
