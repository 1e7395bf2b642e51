/** Carries committed changes of a cache to every JVM that listens. */
@NullMarked
package dev.corral.jcache.internal.feed;

import org.jspecify.annotations.NullMarked;
