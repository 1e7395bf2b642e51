/** How to reach Redis, as validated values. */
@NullMarked
package dev.corral.jcache.internal.redis.settings;

import org.jspecify.annotations.NullMarked;
