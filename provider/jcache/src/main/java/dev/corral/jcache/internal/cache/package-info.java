/** The {@code javax.cache.Cache}: each method becomes a request, and its outcome a result. */
@NullMarked
package dev.corral.jcache.internal.cache;

import org.jspecify.annotations.NullMarked;
