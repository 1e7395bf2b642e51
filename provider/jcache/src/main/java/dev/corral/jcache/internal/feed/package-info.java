/** Carries the committed changes of a cache to all subscribed JVMs. */
@NullMarked
package dev.corral.jcache.internal.feed;

import org.jspecify.annotations.NullMarked;
