/** The durable write-behind queue in Redis. */
@NullMarked
package dev.corral.jcache.internal.store.queue;

import org.jspecify.annotations.NullMarked;
