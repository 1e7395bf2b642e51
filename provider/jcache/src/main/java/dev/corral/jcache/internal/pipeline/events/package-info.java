/** Delivers entry events to the registered listeners. */
@NullMarked
package dev.corral.jcache.internal.pipeline.events;

import org.jspecify.annotations.NullMarked;
