/** The face of the cache: a {@code javax.cache} method, the request it makes, and its result. */
@NullMarked
package dev.corral.jcache.internal.cache;

import org.jspecify.annotations.NullMarked;
