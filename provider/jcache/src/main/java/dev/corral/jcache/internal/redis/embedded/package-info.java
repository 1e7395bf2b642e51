/** A private Redis server for tests and first steps. */
@NullMarked
package dev.corral.jcache.internal.redis.embedded;

import org.jspecify.annotations.NullMarked;
