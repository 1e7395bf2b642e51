/** The pipeline of a cache: its stages, and the requests that pass them. */
@NullMarked
package dev.corral.jcache.internal.pipeline;

import org.jspecify.annotations.NullMarked;
