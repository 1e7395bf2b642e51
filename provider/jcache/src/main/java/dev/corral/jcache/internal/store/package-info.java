/** Decides and commits an entry in Redis, atomically. */
@NullMarked
package dev.corral.jcache.internal.store;

import org.jspecify.annotations.NullMarked;
