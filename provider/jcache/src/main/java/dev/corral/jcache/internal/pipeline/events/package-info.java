/** Tells listeners what an operation changed. */
@NullMarked
package dev.corral.jcache.internal.pipeline.events;

import org.jspecify.annotations.NullMarked;
