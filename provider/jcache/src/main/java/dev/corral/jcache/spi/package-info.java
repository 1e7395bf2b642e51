/** The {@code CachingProvider} that {@code javax.cache.Caching} finds. */
@NullMarked
package dev.corral.jcache.spi;

import org.jspecify.annotations.NullMarked;
