/** Natural batching: concurrent requests to one bucket are sent as one command. */
@NullMarked
package dev.corral.jcache.internal.redis.batch;

import org.jspecify.annotations.NullMarked;
